"""What a year of a programme left uncommitted lapses, and no more than that."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from tests.awarding import Given, active_award, make_site
from tests.factories import appointed, make_programme

from praya.apps.awards.models import Award, Decision
from praya.apps.billing.commands import (
    lapse_years,
    lapsing,
    waive_year,
    withdraw_year_waiver,
)
from praya.apps.billing.queries import years_in
from praya.apps.billing.rules.refusals import YearLapsed, YearReasonMissing, YearStays
from praya.apps.books.commands import (
    approve_funding,
    ask_funding,
    ask_reversal,
    commit_award,
    post_correction,
    reduce_line,
)
from praya.apps.books.models import Balance, Entry
from praya.apps.books.queries import pool_numbers, verify_book
from praya.apps.notices.commands import put_warnings
from praya.apps.notices.models import Letter
from praya.apps.programmes.queries import programme_for_update
from praya.core.actor import Actor, Role
from praya.core.ledger import LineGrant, PoolExhausted
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
PRAYA = Actor.praya("years")
BEGIN = datetime(2026, 2, 1, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in Hong Kong
FUNDED = 10_000_000_00
YEARS = [
    {"from": "2026-01-01", "to": "2026-12-31", "voted": 20000000},
    {"from": "2027-01-01", "to": "2027-12-31", "voted": 20000000, "lapses": False},
]


PURPOSES = [
    {"code": "subsidy", "name": {"en": "Subsidy"}, "amount": 90000000, "pays_subsidy": True},
    {"code": "outreach", "name": {"en": "Outreach"}, "amount": 10000000},
]
ENVELOPE = {"amount": 100000000, "purposes": PURPOSES}


def site(*years: dict):
    """A programme of which HK$10,000,000.00 is funded, with one award of 100 card-hours."""
    make_site(BEGIN, envelope=ENVELOPE | {"years": list(years)})
    return active_award(BEGIN, lines=[Given(hours=100)])


def fund(amount: int, now: datetime) -> None:
    """More for the pool, by two people."""
    officer, finance = (
        appointed("pier", role, now, f"{role.value}@year.example")
        for role in (Role.OFFICER, Role.FINANCE)
    )
    made = ask_funding(
        programme_code="pier",
        pool="subsidy",
        amount=Money(amount, "HKD"),
        reason="A year.",
        by=officer,
        now=now,
    )
    approve_funding(request_id=made.pk, by=finance, now=now)


def free() -> int:
    return next(one.free for one in pool_numbers("pier") if one.pool == "subsidy")


def test_what_a_year_left_lapses_once_it_is_over_and_once():
    site(*YEARS)
    before = free()
    assert lapse_years(by=PRAYA, now=datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == []

    assert lapse_years(by=PRAYA, now=NEW_YEAR) == ["lapse:subsidy:2026-01-01"]
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == []

    assert (before, free()) == (FUNDED - 100 * 2100, 0)
    first, second = years_in("pier", NEW_YEAR)
    assert [one.minor for one in (first.voted, first.funded, first.committed)] == [
        20_000_000_00,
        FUNDED,
        100 * 2100,
    ]
    assert (first.lapsed.minor, first.left.minor, second.lapsed) == (before, 0, None)
    assert verify_book("pier")[0]
    assert Letter.objects.filter(kind="warning.year_lapsed").count() == 1


def test_a_programme_that_fails_leaves_the_years_of_others_alone(monkeypatch, caplog):
    site(*YEARS)
    make_programme(BEGIN, code="dock", prefix="DCK", envelope=ENVELOPE | {"years": YEARS})

    def failing(code):
        if code == "dock":
            raise PoolExhausted(pool="subsidy", commodity="HKD", asked=1, free=0)
        return programme_for_update(code)

    monkeypatch.setattr(lapsing, "programme_for_update", failing)

    assert lapse_years(by=PRAYA, now=NEW_YEAR) == ["lapse:subsidy:2026-01-01"]
    assert "years of dock: failed; it comes again" in caplog.text


def test_money_of_the_new_year_stays_and_pays_for_its_own_awards():
    award = site(*YEARS)
    left = free()
    fund(50_00, NEW_YEAR)
    reduce_line(
        programme_code="pier",
        line_code=f"{award.code}.1",
        time=CardTime.of_hours(1, "nvidia-h800"),
        subsidy=Money(21_00, "HKD"),
        pool="subsidy",
        reason="Came back in January.",
        key="back",
        by=PRAYA,
        now=NEW_YEAR,
    )

    lapse_years(by=PRAYA, now=NEW_YEAR)

    assert years_in("pier", NEW_YEAR)[0].lapsed.minor == left
    assert free() == 71_00


def test_what_was_committed_after_midnight_is_not_taken_back():
    site(*YEARS)
    left = free()
    active_award(NEW_YEAR, lines=[Given(hours=10)], lead="late@pier.example")

    lapse_years(by=PRAYA, now=NEW_YEAR)

    assert years_in("pier", NEW_YEAR)[0].lapsed.minor == left - 10 * 2100
    assert free() == 0


def test_a_lapse_that_was_turned_round_is_not_made_again():
    site(*YEARS)
    left = free()
    lapse_years(by=PRAYA, now=NEW_YEAR)
    entry = Entry.objects.get(kind="lapse")
    one, other = (
        appointed("pier", Role.FINANCE, NEW_YEAR, f"{name}@year.example") for name in "ab"
    )
    asked = ask_reversal(
        programme_code="pier", number=entry.number, reason="Voted on.", by=one, now=NEW_YEAR
    )
    post_correction(correction_id=asked.pk, by=other, now=NEW_YEAR)

    assert lapse_years(by=PRAYA, now=NEW_YEAR) == []
    assert free() == left
    assert years_in("pier", NEW_YEAR)[0].lapsed.minor == 0


def offer_of(hours: int, decided_at: datetime) -> Award:
    """An offer that was decided then, as an award that nobody has signed."""
    award = active_award(decided_at, lines=[Given(hours=hours)], lead="slow@pier.example")
    Award.objects.filter(pk=award.pk).update(state="offered", accepted_at=None)
    Decision.objects.filter(award=award).update(subsidy_minor=hours * 2100, decided_at=decided_at)
    for posted in Balance.objects.filter(line__award_code=award.code, part="free"):
        reduce_line(
            programme_code="pier",
            line_code=posted.line.code,
            time=CardTime.of_hours(hours, "nvidia-h800"),
            subsidy=Money(hours * 2100, "HKD"),
            pool="subsidy",
            reason="As if it had not been committed yet.",
            key="unsigned",
            by=PRAYA,
            now=decided_at,
        )
        break
    return award


DECEMBER = datetime(2026, 12, 20, tzinfo=UTC)


def test_what_was_promised_stays_until_it_is_signed_or_lapses_and_then_lapses():
    site(*YEARS)
    offer = offer_of(10, DECEMBER)
    left = free()
    promised = 10 * 2100

    assert lapse_years(by=PRAYA, now=NEW_YEAR) == ["lapse:subsidy:2026-01-01"]
    assert free() == promised
    [year, _] = years_in("pier", NEW_YEAR)
    assert (year.promised.minor, year.left.minor, year.lapsed.minor) == (
        promised,
        0,
        left - promised,
    )
    fund(50_00, NEW_YEAR)
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == []

    Award.objects.filter(pk=offer.pk).update(state="lapsed")
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == ["lapse:subsidy:2026-01-01:2"]
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == []
    assert years_in("pier", NEW_YEAR)[0].lapsed.minor == left
    assert free() == 50_00
    assert verify_book("pier")[0]


def test_what_is_signed_in_the_new_year_was_committed_in_the_old():
    site(*YEARS)
    offer = offer_of(10, DECEMBER)
    lapse_years(by=PRAYA, now=NEW_YEAR)
    fund(500_00, NEW_YEAR)
    signed_on = datetime(2027, 1, 5, tzinfo=UTC)
    commit_award(
        programme_code="pier",
        award_code=offer.code,
        pool="subsidy",
        lines=[
            LineGrant(
                f"{offer.code}.1", CardTime.of_hours(10, "nvidia-h800"), Money(10 * 2100, "HKD")
            )
        ],
        key="signed",
        by=PRAYA,
        now=signed_on,
    )
    Award.objects.filter(pk=offer.pk).update(state="active", accepted_at=signed_on)

    assert lapse_years(by=PRAYA, now=signed_on) == []
    assert free() == 500_00


def test_a_year_is_kept_with_a_reason_by_the_role_and_let_go_again():
    site(YEARS[0] | {"waived_by": "committee"}, YEARS[1])
    committee, finance = (
        appointed("pier", role, NEW_YEAR, f"{role.value}@year.example")
        for role in (Role.COMMITTEE, Role.FINANCE)
    )
    year = {"programme_code": "pier", "purpose": "subsidy", "first_on": date(2026, 1, 1)}
    for wrong, by, refusal in (
        ({"first_on": date(2026, 1, 2)}, finance, NotFound),
        ({"first_on": date(2027, 1, 1)}, finance, YearStays),
        ({"reason": ""}, finance, NotAllowed),
        ({"reason": " "}, committee, YearReasonMissing),
    ):
        with pytest.raises(refusal):
            waive_year(**year | {"reason": "x"} | wrong, by=by, now=NEW_YEAR)

    waiver = waive_year(**year, reason="The call is late.", by=committee, now=NEW_YEAR)
    assert waive_year(**year, reason="x", by=committee, now=NEW_YEAR) == waiver
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == []
    told = Letter.objects.filter(kind="warning.year_waived")
    assert {one.facts["reason"] for one in told} == {"The call is late."}

    withdraw_year_waiver(**year, reason="It was not.", by=committee, now=NEW_YEAR)
    withdraw_year_waiver(**year, reason="It was not.", by=committee, now=NEW_YEAR)
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == ["lapse:subsidy:2026-01-01"]
    with pytest.raises(YearLapsed):
        waive_year(**year, reason="", by=committee, now=NEW_YEAR)


def test_a_year_that_does_not_lapse_is_left_alone():
    site(YEARS[0] | {"lapses": False})
    assert lapse_years(by=PRAYA, now=NEW_YEAR) == []
    with pytest.raises(NotAllowed):
        lapse_years(by=appointed("pier", Role.FINANCE, NEW_YEAR), now=NEW_YEAR)


def test_finance_is_told_before_the_end_once_for_each_number_of_days():
    site(*YEARS)
    told = []
    for day in (date(2026, 10, 30), date(2026, 11, 2), date(2026, 11, 3), date(2026, 12, 20)):
        put_warnings(now=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))
        told.append(Letter.objects.filter(kind="warning.year_lapses").count())
    assert told == [0, 1, 1, 2]
