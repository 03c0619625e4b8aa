"""Every figure explained: the leaves add up to it, and lead to records, rules and decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.reports.conftest import BEGIN
from tests.awarding import Given, active_award, lead_of
from tests.factories import appointed

from praya.apps.awards.commands import end_award
from praya.apps.books.queries import four_numbers
from praya.apps.reports.commands import take_snapshot
from praya.apps.reports.queries import latest_snapshot, statement
from praya.apps.reports.queries.why import (
    NUMBERS,
    SUMS,
    GroundKind,
    WhyCode,
    Window,
    why_balance,
    why_charge,
    why_figure,
    why_job,
    why_statement,
)
from praya.apps.usage.commands import submit_job
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.rules import JobState
from praya.core.actor import Actor, Role
from praya.core.refusal import NotFound

NOW = BEGIN + timedelta(days=30)
H800 = "nvidia-h800·s"


@pytest.fixture
def mixed(lease):
    """An award with a lease and card-hours: three jobs have ended, two wait."""
    award = active_award(
        BEGIN,
        lines=[Given("cards", cards=2), Given(hours=100)],
        lead="second@pier.example",
    )
    by = lead_of(award, NOW)
    jobs = [
        submit_job(
            award_code=award.code,
            line_number=2,
            cards=number,
            time_limit_s=3600,
            argv=["true"],
            key=f"job-{number}",
            by=by,
            now=NOW,
        )
        for number in range(1, 6)
    ]
    for number, job in enumerate(jobs[:3], start=1):
        end = End(JobState.COMPLETED, NOW, NOW + timedelta(seconds=1000 + number), exit_code=0)
        finish_job(job_id=job.pk, end=end, by=by, now=NOW + timedelta(hours=1))
    return award


def adds_up(why):
    return sum(leaf.amount for leaf in why.leaves()) == why.amount


@pytest.mark.parametrize("commodity", ["HKD", H800])
@pytest.mark.parametrize("number", NUMBERS)
def test_the_leaves_of_a_balance_add_up_to_it(mixed, number, commodity):
    by = lead_of(mixed, NOW)
    [shown] = [one for one in four_numbers([mixed.code])[mixed.code] if one.commodity == commodity]

    why = why_balance(mixed.code, number, by, commodity=commodity)

    assert why.amount == getattr(shown, number.replace("-", "_"))
    assert adds_up(why)


def test_what_is_settled_goes_down_to_the_usage_record_and_its_price(mixed):
    why = why_balance(mixed.code, "settled", lead_of(mixed, NOW), line=f"{mixed.code}.2")

    assert [part.code for part in why.parts] == [WhyCode.ENTRY] * 3
    last = why.parts[0]
    [use] = last.parts
    assert (last.facts["kind"], use.code, use.amount) == ("settle", WhyCode.USE, last.amount)
    kinds = [ground.kind for ground in use.grounds]
    assert kinds == [GroundKind.JOB, GroundKind.USAGE, GroundKind.PRICE, GroundKind.RULES]
    assert use.grounds[3].facts == {"programme": "pier", "number": 1, "rate_bp": 7000}
    assert use.facts["card_seconds"] == 3 * 1003
    assert {ground.kind for ground in why.grounds} == {
        GroundKind.DECISION,
        GroundKind.RULES,
        GroundKind.AGREEMENT,
    }


def test_a_lease_goes_down_to_its_days(lease):
    why = why_balance(lease.code, "settled", lead_of(lease, NOW))

    [entry] = why.parts
    assert (entry.facts["kind"], len(entry.parts)) == ("charge", 10)
    assert [use.amount for use in entry.parts] == [100_800] * 10
    assert adds_up(why)


def test_pages_of_a_long_chain_each_add_up(mixed):
    by = lead_of(mixed, NOW)
    whole = why_balance(mixed.code, "free", by)
    numbers = []
    offset = 0
    while offset is not None:
        page = why_balance(mixed.code, "free", by, window=Window(offset, 2))
        assert adds_up(page)
        assert (page.amount, page.count) == (whole.amount, whole.count)
        numbers += [one.facts["number"] for one in page.parts if one.code is WhyCode.ENTRY]
        offset = page.next_offset

    assert numbers == [part.facts["number"] for part in whole.parts]
    beyond = why_balance(mixed.code, "free", by, window=Window(100, 2))
    assert [(part.code, part.amount) for part in beyond.parts] == [(WhyCode.REST, whole.amount)]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_balance_costs_a_fixed_number_of_queries(mixed, number):
    by = lead_of(mixed, NOW)
    with CaptureQueriesContext(connection) as one:
        why_balance(mixed.code, number, by, window=Window(0, 1))
    with CaptureQueriesContext(connection) as all_of_them:
        why_balance(mixed.code, number, by)

    assert len(one) == len(all_of_them) <= 7


def test_an_award_that_ended_is_explained_too(mixed):
    officer = appointed("pier", Role.OFFICER, BEGIN)
    end_award(code=mixed.code, reason="moved", by=officer, now=NOW + timedelta(hours=2))

    for number in NUMBERS:
        assert adds_up(why_balance(mixed.code, number, lead_of(mixed, NOW)))


def test_strangers_and_unknown_figures_get_nothing(mixed):
    by, stranger = lead_of(mixed, NOW), Actor(person_id=999, name="Nobody")

    for ask in (
        lambda: why_balance(mixed.code, "free", stranger),
        lambda: why_balance(mixed.code, "spare", by),
        lambda: why_balance(mixed.code, "free", by, commodity="EUR"),
        lambda: why_balance(mixed.code, "free", by, line="PIR-0001.1"),
        lambda: why_charge("lease:PIR-0001.1:2026-02-01", stranger),
        lambda: why_statement(mixed.code, "2026-03", stranger),
        lambda: why_statement(mixed.code, "2026-03", by, of="time"),
        lambda: why_figure("pier", "drawn", by),
    ):
        with pytest.raises(NotFound):
            ask()


@pytest.mark.parametrize("of", SUMS)
def test_the_leaves_of_a_statement_add_up_to_what_it_says(mixed, of):
    by = lead_of(mixed, NOW)
    made = statement(mixed.code, "2026-03")
    says = {
        "list": made.list_price.minor,
        "subsidy": made.subsidy.minor,
        "own": made.own.minor,
        "time": made.time_by_model["nvidia-h800"].seconds,
    }
    model = "nvidia-h800" if of == "time" else ""

    why = why_statement(mixed.code, "2026-03", by, of=of, device_model=model, window=Window(0, 2))

    assert (why.amount, why.count) == (says[of], 3)
    assert adds_up(why)
    assert [part.code for part in why.parts] == [WhyCode.CHARGE, WhyCode.CHARGE, WhyCode.REST]


def test_an_empty_month_is_nothing_and_says_so(mixed):
    why = why_statement(mixed.code, "2025-01", lead_of(mixed, NOW))

    assert (why.amount, why.count, why.parts) == (0, 0, ())


def test_a_charge_says_how_it_was_reckoned(lease):
    why = why_charge("lease:PIR-0001.1:2026-02-03", lead_of(lease, NOW))

    assert [(part.code, part.amount) for part in why.parts] == [
        (WhyCode.SUBSIDY, 100_800),
        (WhyCode.OWN, 43_200),
    ]
    assert (why.amount, why.facts["carried_minor"], why.facts["card_seconds"]) == (
        144_000,
        0,
        172_800,
    )
    assert [ground.kind for ground in why.grounds] == [
        GroundKind.USAGE,
        GroundKind.PRICE,
        GroundKind.RULES,
        GroundKind.ENTRY,
    ]


def test_a_job_is_explained_from_its_hold_to_its_charge(mixed):
    by = lead_of(mixed, NOW)
    codes = list(mixed.jobs.order_by("id").values_list("code", flat=True))

    over, waiting = why_job(codes[0], by), why_job(codes[4], by)

    assert [hold.amount for hold in over.holds] == [3600, 2100]
    assert (over.charge.amount, over.charge.facts["card_seconds"]) == (834, 1001)
    assert (waiting.charge, [hold.unit for hold in waiting.holds]) == (None, [H800, "HKD"])


@pytest.mark.parametrize("role", [None, Role.AUDITOR])
def test_every_public_figure_adds_up_for_everybody(mixed, role):
    take_snapshot(programme_code="pier", now=NOW + timedelta(days=1))
    by = Actor.anonymous() if role is None else appointed("pier", role, BEGIN, "a@pier.example")

    for figure in latest_snapshot("pier").figures["figures"]:
        why = why_figure("pier", figure["code"], by)
        assert why.amount == figure["numerator"]
        assert adds_up(why)


def test_only_who_reads_the_book_is_told_of_awards(mixed):
    take_snapshot(programme_code="pier", now=NOW + timedelta(days=1))
    auditor = appointed("pier", Role.AUDITOR, BEGIN, "auditor@pier.example")

    told = why_figure("pier", "drawn", auditor)
    public = why_figure("pier", "drawn", lead_of(mixed, NOW))

    assert [part.facts["name"] for part in told.parts] == ["PIR-0001", mixed.code]
    assert {part.code for part in public.parts} <= {WhyCode.MONTH, WhyCode.SINCE}


def test_what_moved_since_the_figures_were_taken_stands_apart(mixed):
    take_snapshot(programme_code="pier", now=NOW + timedelta(days=1))
    auditor = appointed("pier", Role.AUDITOR, BEGIN, "auditor@pier.example")
    before = why_figure("pier", "committed", auditor)
    third = active_award(NOW, hours=10, lead="third@pier.example")

    after = why_figure("pier", "committed", auditor)

    assert after.amount == before.amount
    assert adds_up(after)
    [since] = [part for part in after.parts if part.code is WhyCode.SINCE]
    assert since.amount == -third.subsidy_minor
