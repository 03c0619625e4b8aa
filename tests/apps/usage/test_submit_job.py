"""Admission: the worst case is held first, and each no is the right one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.awarding import Given, active_award, add_member, lead_of
from tests.factories import appointed, make_admin, make_held_slurm, make_partition, make_person

from praya.apps.books.queries import line_numbers
from praya.apps.clusters.models import Cluster
from praya.apps.programmes.queries import actor_for
from praya.apps.usage.commands import cancel_job, close_cluster, submit_job
from praya.apps.usage.models import Job
from praya.apps.usage.rules import (
    AwardNotActive,
    CommandUnfit,
    KeyReused,
    LineNotBegun,
    LineUnclear,
    NoPartition,
    NotAMember,
    PastAwardEnd,
    SubmittedThere,
    TimeLimitOutside,
    TooManyCards,
)
from praya.core.actor import Role
from praya.core.ledger import BookExhausted, FourNumbers
from praya.core.refusal import NotFound, Refusal
from praya.words.refusals import sentence_for

HOUR = 3600


def submit(award, now, *, by=None, **changed):
    asked = {
        "award_code": award.code,
        "cards": 2,
        "time_limit_s": HOUR,
        "argv": ["python", "train.py"],
        "key": "first",
    } | changed
    return submit_job(by=by or lead_of(award, now), now=now, **asked)


def test_a_job_is_admitted_with_its_worst_case_held(programme, now):
    award = active_award(now, hours=100)

    job = submit(award, now)

    assert (job.code, job.state, job.name) == (f"J-{job.pk:06d}", "waiting", "python")
    assert line_numbers([f"{award.code}.1"])[f"{award.code}.1"] == [
        FourNumbers("nvidia-h800·s", 0, 2 * HOUR, 100 * HOUR, 98 * HOUR),
        FourNumbers("HKD", 0, 4200, 210_000, 205_800),  # 2 card-hours at 30.00, 70 %
    ]


def test_the_same_key_admits_one_job(programme, now):
    award = active_award(now)

    first, second = submit(award, now), submit(award, now)

    assert first == second
    assert Job.objects.count() == 1
    assert line_numbers([f"{award.code}.1"])[f"{award.code}.1"][0].in_flight == 2 * HOUR


def test_the_same_key_for_another_command_is_refused(programme, now):
    award = active_award(now)
    job = submit(award, now)

    with pytest.raises(KeyReused) as refused:
        submit(award, now, cards=3)

    assert refused.value.facts == {"job": job.code}


@pytest.mark.parametrize("named", [{"line_number": 2}, {"device_model_code": "ascend-910b"}])
def test_a_key_admits_no_job_on_another_line(programme, now, named):
    award = active_award(now, lines=[Given(), Given(device_model="ascend-910b")])
    job = submit(award, now, line_number=1)
    assert submit(award, now).code == submit(award, now, line_number=1).code == job.code
    assert submit(award, now, device_model_code="nvidia-h800").code == job.code

    with pytest.raises(KeyReused) as refused:
        submit(award, now, **named)

    assert refused.value.facts == {"job": job.code}


def test_two_people_may_use_one_key(programme, now):
    award = active_award(now)
    member = add_member(award, make_person("kit@pier.example"), now)

    jobs = {submit(award, now).code, submit(award, now, by=member).code}

    assert len(jobs) == 2


def test_beyond_what_is_free_the_book_says_no_and_who_can_help(programme, now):
    award = active_award(now, hours=10)
    held = submit(award, now, cards=8, time_limit_s=HOUR)

    with pytest.raises(BookExhausted) as refused:
        submit(award, now, cards=3, key="second")

    facts = refused.value.facts
    assert {name: facts[name] for name in ("line", "asked", "free", "in_flight", "settled")} == {
        "line": "PIR-0001.1",
        "asked": 3 * HOUR,
        "free": 2 * HOUR,
        "in_flight": 8 * HOUR,
        "settled": 0,
    }
    assert [(key, amount) for key, amount, _ in facts["holds"]] == [(held.code, 8 * HOUR)]
    assert (facts["award"], facts["lead"], facts["officers"]) == ("PIR-0001", "Lead", ("Officer",))
    assert Job.objects.count() == 1


def test_a_job_on_a_lease_holds_nothing(programme, now):
    award = active_award(now, lines=[Given("cards", cards=2)])
    before = line_numbers([f"{award.code}.1"])

    submit(award, now)

    assert line_numbers([f"{award.code}.1"]) == before


def test_a_line_is_found_by_number_or_device_model(programme, now):
    award = active_award(now, lines=[Given(), Given("cards", cards=3)])

    assert submit(award, now, line_number=2).line.code == f"{award.code}.2"
    with pytest.raises(LineUnclear) as refused:
        submit(award, now, key="second")
    assert refused.value.lines == ((1, "nvidia-h800"), (2, "nvidia-h800"))


def suspend(award):
    award.state = "suspended"
    award.save()


@pytest.mark.parametrize(
    ("refusal", "changed"),
    [
        (CommandUnfit, {"argv": []}),
        (CommandUnfit, {"argv": ["true", "a\0b"]}),
        (CommandUnfit, {"argv": ["x" * 200_000]}),
        (CommandUnfit, {"environment": {"A=B": "c"}}),
        (LineUnclear, {"line_number": 7}),
        (LineUnclear, {"device_model_code": "ascend-910b"}),
        (TooManyCards, {"cards": 0}),
        (TooManyCards, {"cards": 9}),
        (TimeLimitOutside, {"time_limit_s": 0}),
        (TimeLimitOutside, {"time_limit_s": 8 * 24 * HOUR}),
    ],
)
def test_what_cannot_run_is_refused_and_holds_nothing(programme, now, refusal, changed):
    award = active_award(now)

    with pytest.raises(refusal):
        submit(award, now, **changed)

    assert Job.objects.count() == 0


def test_a_line_has_its_days(programme, now):
    late = Given(first_on=now.date() + timedelta(days=1))
    early = Given(last_on=now.date())
    award = active_award(now, lines=[Given(), late, early])

    with pytest.raises(LineNotBegun):
        submit(award, now, line_number=2)
    with pytest.raises(PastAwardEnd):
        submit(award, now, line_number=3, time_limit_s=8 * HOUR)  # it is 17:00 in Hong Kong
    assert submit(award, now, line_number=3, time_limit_s=7 * HOUR).code


def test_without_enough_cards_in_service_there_is_no_partition(programme, now):
    award = active_award(now, lines=[Given(cards=16)])

    with pytest.raises(NoPartition) as refused:
        submit(award, now, cards=9)

    assert refused.value.facts == {"device_model": "nvidia-h800", "cards": 9, "most": 8}


def test_jobs_for_a_cluster_that_keeps_limits_are_submitted_there_unless_the_site_allows_it(
    programme, now, settings
):
    award = active_award(now, lines=[Given(cards=16)])
    there = {"models": {"H800": "nvidia-h800"}, "accounts": {"pir-0001": "physics"}}
    make_partition(now, cluster_code="harbour", engine="slurm", programme_code=programme.code)
    Cluster.objects.filter(code="harbour").update(engine_settings={"cluster": "c", **there})

    first = submit(award, now, cards=8)
    assert first.partition.cluster.code == "quay"
    cancel_job(code=first.code, by=lead_of(award, now), now=now)
    close_cluster(code="quay", by=make_admin(now), now=now)
    with pytest.raises(SubmittedThere) as refused:
        submit(award, now, key="second", time_limit_s=90)
    assert "sbatch --account=physics --gres=gpu:H800:2 --time=2 script" in sentence_for(
        refused.value
    )

    settings.PRAYA_SLURM_OWN_JOBS = True
    assert submit(award, now, key="second").partition.cluster.code == "harbour"


def test_where_else_nothing_fits_a_slurm_without_partitions_takes_jobs_by_its_own_users(
    programme, now, settings
):
    award = active_award(now, lines=[Given(cards=16)])
    make_held_slurm(now)

    assert submit(award, now, cards=8).partition.cluster.code == "quay"
    with pytest.raises(SubmittedThere) as refused:
        submit(award, now, key="second", cards=9, time_limit_s=90)

    [place] = refused.value.places
    assert refused.value.facts == {"places": (place,), "cards": 9, "time_limit_s": 90}
    assert place == {
        "code": "harbour",
        "cluster": "Harbour",
        "called": "trial",
        "account": "pir-0001",
        "kind": "H800",
        "partitions": (),
    }
    settings.PRAYA_SLURM_OWN_JOBS = True
    with pytest.raises(SubmittedThere):
        submit(award, now, key="second", cards=9)


@pytest.mark.parametrize(
    "told", [{"is_held": False}, {"models": {"910b": "ascend-910b"}}], ids=["not held", "others"]
)
def test_a_slurm_that_holds_nothing_or_has_other_cards_is_no_place(programme, now, told):
    award = active_award(now, lines=[Given(cards=16)])
    make_held_slurm(now, **told)

    with pytest.raises(NoPartition):
        submit(award, now, cards=9)


def test_a_slurm_whose_partitions_serve_others_is_no_place(programme, now):
    award = active_award(now, lines=[Given(cards=16)])
    make_held_slurm(now)
    make_partition(now, cluster_code="harbour", engine="slurm", programme_code="other")

    with pytest.raises(NoPartition):
        submit(award, now, cards=9)


def test_only_members_run_jobs_and_strangers_learn_nothing(programme, now):
    award = active_award(now)
    stranger = actor_for(make_person("stranger@else.example"), now)
    officer = appointed(programme.code, Role.AUDITOR, now)

    with pytest.raises(NotFound):
        submit(award, now, by=stranger)
    with pytest.raises(NotAMember) as refused:
        submit(award, now, by=officer)
    assert refused.value.lead == "Lead"


def test_refusals_come_in_their_documented_order(programme, now):
    """Everything is wrong at once; mending one thing after another shows the next refusal."""
    award = active_award(now, lines=[Given(hours=1, cards=9), Given(last_on=date(2026, 1, 31))])
    suspend(award)
    stranger = actor_for(make_person("stranger@else.example"), now)
    asked = {"by": stranger, "argv": [], "cards": 10, "time_limit_s": 0}
    seen = []
    for mended in (
        {},
        {"by": lead_of(award, now)},
        {"state": "active"},
        {"argv": ["true"]},
        {"line_number": 1},
        {"cards": 9},
        {"time_limit_s": 7 * 24 * HOUR},
        {"cards": 8},
    ):
        award.state = mended.pop("state", award.state)
        award.save()
        asked |= mended
        with pytest.raises(Refusal) as refused:
            submit(award, now, **asked)
        seen.append(type(refused.value))
    assert seen == [
        NotFound,
        AwardNotActive,
        CommandUnfit,
        LineUnclear,
        TooManyCards,
        TimeLimitOutside,
        NoPartition,
        BookExhausted,
    ]
