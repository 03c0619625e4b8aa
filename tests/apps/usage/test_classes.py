"""Classes of service: their factor is in every value, hold and charge, fixed at submission."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.apps.applications.cases import line, submitted
from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import make_held_slurm
from tests.fakes import ObedientEngine

from praya.apps.billing.queries.content import content_of
from praya.apps.books.queries import line_numbers, verify_book
from praya.apps.reports.queries import statement
from praya.apps.reports.queries.why import GroundKind, why_charge
from praya.apps.usage.commands import (
    accrue_leases,
    receive_runs,
    run_schedule,
    submit_job,
    track_jobs,
)
from praya.apps.usage.models import Charge, Job
from praya.apps.usage.queries import run_key
from praya.apps.usage.rules import ClassElsewhere, ClassUnknown, KeyReused
from praya.core.execution.accounting import RunEnd, Used
from praya.core.ledger import BookExhausted
from praya.words.refusals import sentence_for
from praya.words.why import ground_sentence

LINE = "PIR-0001.1"
HOUR = 3600
PRICES = [
    {
        "device_model": model,
        "per_card_hour": per_hour,
        "valid_from": "2026-01-01",
        "factors": {"urgent": "3/2", "patient": "2/5"},
    }
    for model, per_hour in (("nvidia-h800", 30), ("ascend-910b", 20))
]
CALL = {
    "code": "rolling",
    "title": {"en": "Urgent work"},
    "kind": "rolling",
    "opens_on": "2026-01-01",
    "service_class": "urgent",
}


@pytest.fixture
def site(db, now):
    return make_site(now, prices=PRICES)


@pytest.fixture
def award(site, now):
    return active_award(now, hours=10)


def submit(award, now, *, key="first", cards=2, **changed):
    asked = {"award_code": award.code, "cards": cards, "time_limit_s": HOUR, "argv": ["true"]}
    return submit_job(key=key, by=lead_of(award, now), now=now, **(asked | changed))


def numbers():
    """Settled, in flight and free: card-seconds, then money."""
    return [(n.settled, n.in_flight, n.free) for n in line_numbers([LINE])[LINE]]


def test_a_dearer_class_is_held_charged_and_explained_at_its_price(award, now):
    job = submit(award, now, service_class="urgent")
    assert (job.service_class, job.factor) == ("urgent", "3/2")
    assert numbers() == [(0, 2 * HOUR, 8 * HOUR), (0, 63_00, 147_00)]  # 2 h at 45.00, 70 %

    engine = ObedientEngine(now)
    run_schedule(engine=engine, cluster_code="quay", now=now)
    engine.pass_time(HOUR // 2)
    engine.end(run_key(job))
    track_jobs(engine=engine, cluster_code="quay", now=now + timedelta(minutes=30))

    assert numbers() == [(HOUR, 0, 9 * HOUR), (31_50, 0, 178_50)]
    charge = Charge.objects.get()
    assert (charge.price_minor_per_hour, charge.service_class) == (45_00, "urgent")
    assert (charge.list_minor, charge.subsidy_minor, charge.own_minor) == (45_00, 31_50, 13_50)
    [row] = statement(award.code, "2026-03").lines
    assert (row.service_class, row.price.minor) == ("urgent", 45_00)
    [use] = content_of(award, "2026-03")["rows"]
    assert (use["service_class"], use["price_minor_per_hour"]) == ("urgent", 45_00)
    why = why_charge(charge.usage.key, lead_of(award, now))
    [price] = [ground for ground in why.grounds if ground.kind is GroundKind.PRICE]
    assert ground_sentence(price) == (
        "Price list: HK$45.00 a card-hour of nvidia-h800 since 1 January 2026, in the class of "
        "service urgent, 3/2 of HK$30.00"
    )


def test_a_dearer_class_uses_the_money_up_before_the_time_and_never_more(award, now):
    submit(award, now, cards=6, service_class="urgent")

    with pytest.raises(BookExhausted) as refused:
        submit(award, now, key="second", service_class="urgent")

    assert refused.value.facts["commodity"] == "HKD"
    submit(award, now, key="third", cards=1)
    assert numbers() == [(0, 7 * HOUR, 3 * HOUR), (0, 210_00, 0)]
    assert verify_book("pier") == (True, [])


def test_the_dearer_class_begins_first_among_those_that_wait(award, now):
    jobs = [
        submit(award, now, key=name, cards=8, time_limit_s=60, service_class=named)
        for name, named in (("first", "patient"), ("second", ""), ("third", "urgent"))
    ]

    run_schedule(engine=ObedientEngine(now), cluster_code="quay", now=now)

    assert [Job.objects.get(pk=job.pk).state for job in jobs] == ["waiting", "waiting", "starting"]


def test_a_class_is_refused_where_it_has_no_price_or_cannot_be_kept(award, now, monkeypatch):
    with pytest.raises(ClassUnknown) as unknown:
        submit(award, now, service_class="ugrent")
    assert unknown.value.facts["known"] == ("patient", "urgent")
    submit(award, now, service_class="urgent")
    with pytest.raises(KeyReused):
        submit(award, now, service_class="patient")

    lease = active_award(now, lines=[Given("cards", cards=2)], lead="second@pier.example")
    with pytest.raises(ClassElsewhere) as fixed:
        submit(lease, now, service_class="urgent")
    assert "paid by the day, in the ordinary class" in sentence_for(fixed.value)

    monkeypatch.setattr("praya.apps.usage.commands.submitting.keeps_limits", lambda *_: True)
    with pytest.raises(ClassElsewhere) as fixed:
        submit(award, now, key="second", service_class="urgent")
    assert fixed.value.facts["why"] == "cluster"
    assert Job.objects.count() == 1


@pytest.mark.parametrize("cards", [2, 9], ids=["would run here", "would be submitted there"])
def test_a_slurm_that_holds_the_award_keeps_its_jobs_in_its_class_wherever_they_run(
    site, now, cards
):
    award = active_award(now, lines=[Given(cards=16)])
    make_held_slurm(now)

    with pytest.raises(ClassElsewhere) as fixed:
        submit(award, now, cards=cards, service_class="urgent")

    assert fixed.value.facts["why"] == "cluster"


def test_what_is_paid_ahead_is_used_in_the_class_it_was_paid_for(db, now):
    life = {"paid_ahead": {}}
    make_site(now, prices=PRICES, life=life, limits={"shapes": ["card-hours"]})

    with pytest.raises(ClassElsewhere) as fixed:
        submit(active_award(now, hours=10), now, service_class="urgent")
    assert fixed.value.facts["why"] == "paid-ahead"


def test_what_is_asked_in_a_call_is_valued_in_its_class(db, now):
    make_site(now, prices=PRICES, calls=[CALL])

    application = submitted(now, lines=[line(cards="1", last_on="2026-04-01")])

    [asked] = application.submissions.get().lines.all()
    assert (asked.service_class, asked.list_minor) == ("urgent", 24 * 45_00)
    assert application.list_value_minor == 24 * 45_00


def test_a_lease_and_the_runs_of_a_cluster_cost_what_their_lines_do(site, now):
    begin = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 1 February in Hong Kong
    day = Given(
        "cards",
        cards=1,
        first_on=date(2026, 2, 1),
        last_on=date(2026, 2, 1),
        service_class="urgent",
    )
    award = active_award(begin, lines=[day, Given(hours=10, service_class="patient")])

    accrue_leases(now=begin + timedelta(days=1))
    end = int(now.timestamp()) - 60
    run = Used(
        key="harbour:7:1",
        account="pir-0001",
        member="mei",
        job_id="7",
        run_key="",
        partition="gpu",
        device_model="nvidia-h800",
        cards=2,
        submitted_at=end - HOUR,
        began_at=end - HOUR,
        ended_at=end,
        held_s=HOUR,
        end=RunEnd.COMPLETED,
        exit_code=0,
        signal=0,
        time_limit_s=HOUR,
    )
    receive_runs(cluster_code="harbour", runs=[run], awards={"pir-0001": award.code}, now=now)

    charged = Charge.objects.order_by("pk").values_list("service_class", "list_minor")
    assert list(charged) == [("urgent", 24 * 45_00), ("patient", 2 * 12_00)]
    assert [n.free for n in line_numbers([LINE])[LINE]] == [0, 0]
