"""What a cut sent to another purpose is offered to the waiting list out of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.apps.applications.cases import desk_officer, lead_of, line, screened
from tests.apps.awards.cases import decision_on
from tests.apps.changes.changing import CHANGES, LINES, asked, changing_award, granted, staff
from tests.awarding import active_award, make_site

from praya.apps.awards.commands import accept_award, end_award, release_decision
from praya.apps.awards.models import Award
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.refusals import PoolExhausted
from praya.apps.billing.commands import lapse_years
from praya.apps.billing.queries import years_in
from praya.apps.books.commands import approve_funding, ask_funding
from praya.apps.books.models import Line
from praya.apps.books.queries import pool_numbers, trial_balance, verify_book
from praya.apps.changes.commands import offer_to_waiting, undo_change
from praya.apps.changes.queries import waiting_list
from praya.apps.changes.rules import ChangeKind
from praya.apps.changes.rules import refusals as no
from praya.apps.people.models import AuditLine
from praya.apps.reports.queries.why import why_year
from praya.apps.usage.models import UsageDay
from praya.core.actor import Actor, Role
from praya.core.quantity import Money

pytestmark = pytest.mark.django_db
OWN = 5_000_00
HOURS = line(shape="card-hours", cards="4", card_hours="50", first_on="2026-03-01")
WORTH = 50 * 21_00


def fund(amount: int, now: datetime) -> None:
    """More for the outreach itself, by two people."""
    request = ask_funding(
        programme_code="pier",
        pool="outreach",
        amount=Money(amount, "HKD"),
        reason="Fairs.",
        by=staff(Role.OFFICER, now),
        now=now,
    )
    approve_funding(request_id=request.pk, by=staff(Role.FINANCE, now), now=now)


def sent_over(award: Award, now: datetime, *, hours: int, number: int = 1):
    """A reduction whose subsidy goes to the outreach."""
    wish = {"line": number, "card_hours": hours, "pool": "outreach"}
    return granted(asked(award, ChangeKind.REDUCTION, now, **wish), now)


def wait_listed(now: datetime, **changed: str):
    application = screened(now, lines=[HOURS | changed])
    decision = decision_on(application, now, outcome=Outcome.WAIT_LIST, lines=[])
    release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)
    return application


def offer(application, now: datetime, pool: str = "outreach") -> Award:
    return offer_to_waiting(
        application_code=application.code,
        reason="A line came back.",
        pool=pool,
        by=desk_officer(now),
        now=now,
    )


def accept(award: Award, now: datetime) -> Award:
    by = lead_of(award.application, now)
    return accept_award(code=award.code, agreement_number=1, by=by, now=now)


def outreach():
    (found,) = (one for one in pool_numbers("pier") if one.pool == "outreach")
    return (found.funded, found.committed, found.free)


def envelope(now: datetime, pool: str):
    listed = waiting_list("pier", desk_officer(now), now, pool=pool)
    return (listed.envelope.free.minor, listed.envelope.promised.minor, listed.envelope.left.minor)


@pytest.fixture
def award(now):
    award = changing_award(now)
    fund(OWN, now)
    return award


def test_what_came_back_to_another_purpose_is_offered_out_of_it_and_no_more(award, now):
    first, second = wait_listed(now), wait_listed(now + timedelta(minutes=1))
    with pytest.raises(PoolExhausted) as refusal:
        offer(first, now)
    assert (refusal.value.free.minor, refusal.value.pays_subsidy) == (0, False)
    paid_before = envelope(now, "")
    sent_over(award, now, hours=80)  # 50 of them are one case's
    cases = waiting_list("pier", desk_officer(now), now).cases
    assert [(one.is_next, one.next_from) for one in cases] == [
        (True, ("subsidy", "outreach")),
        (False, ()),
    ]

    made = offer(first, now)

    assert (made.pool, made.subsidy_minor) == ("outreach", WORTH)
    assert AuditLine.objects.get(action="waiting.offered").facts["pool"] == "outreach"
    assert envelope(now, "outreach") == (80 * 21_00, WORTH, 30 * 21_00)
    assert envelope(now, "subsidy") == paid_before  # it promised nothing
    with pytest.raises(PoolExhausted):  # what was voted for the outreach stays there
        offer(second, now)
    accept(made, now)
    assert outreach() == (OWN, WORTH, OWN + 30 * 21_00)
    assert set(Line.objects.filter(award_code=made.code).values_list("pool", flat=True)) == {
        "outreach"
    }
    assert envelope(now, "outreach") == (30 * 21_00, 0, 30 * 21_00)
    assert offer(second, now, pool="").pool == ""
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_what_such_an_award_gives_back_goes_where_it_came_from_and_is_offered_again(award, now):
    first, second = wait_listed(now), wait_listed(now + timedelta(minutes=1))
    sent_over(award, now, hours=50)
    made = accept(offer(first, now), now)
    with pytest.raises(PoolExhausted) as refusal:
        asked(made, ChangeKind.SUPPLEMENT, now, line=1, card_hours=10)
    assert refusal.value.pool == "outreach"

    change = asked(made, ChangeKind.REDUCTION, now, line=1, card_hours=10)
    granted(change, now)
    assert outreach() == (OWN, 40 * 21_00, OWN + 10 * 21_00)
    end_award(code=made.code, reason="Done.", by=staff(Role.OFFICER, now), now=now)

    assert outreach() == (OWN, 0, OWN + WORTH)
    assert offer(second, now).pool == "outreach"
    assert verify_book("pier") == (True, [])


def test_what_came_back_may_have_gone_before_the_lead_signs(award, now):
    case = wait_listed(now)
    change = sent_over(award, now, hours=50)
    made = offer(case, now)
    second = staff(Role.OFFICER, now, "third@pier.example")
    undo_change(change_id=change.pk, reason="The wrong award.", by=second, now=now)

    with pytest.raises(PoolExhausted):
        accept(made, now)

    assert Award.objects.get(pk=made.pk).state == "offered"
    assert outreach() == (OWN, 0, OWN)


def test_a_purpose_that_there_is_not_pays_nothing(award, now):
    case = wait_listed(now)
    for ask in (offer, lambda case, now, pool: envelope(now, pool)):
        with pytest.raises(no.PoolUnknown) as refusal:
            ask(case, now, pool="sea")
        assert refusal.value.known == ("subsidy", "outreach")


PURPOSES = [
    {"code": "subsidy", "name": {"en": "Subsidy"}, "amount": 90000000, "pays_subsidy": True},
    {"code": "outreach", "name": {"en": "Outreach"}, "amount": 10000000},
]
YEARS = [
    {"from": "2026-01-01", "to": "2026-12-31", "voted": 20000000},
    {"from": "2026-01-01", "to": "2026-12-31", "voted": 1000000, "purpose": "outreach"},
]
NEW_YEAR = datetime(2027, 1, 2, tzinfo=UTC)


def lapse_all(now: datetime) -> None:
    while lapse_years(by=Actor.praya("years"), now=now):
        pass


@pytest.fixture
def yearly(now):
    """The award of a programme whose purposes have years that lapse."""
    envelope = {"amount": 100000000, "purposes": PURPOSES, "years": YEARS}
    make_site(now, changes=CHANGES, envelope=envelope)
    award = active_award(now, lines=LINES)
    fund(OWN, now)
    return award


def test_a_years_end_leaves_what_a_lead_may_still_accept(yearly, now):
    december = datetime(2026, 12, 20, tzinfo=UTC)
    sent_over(yearly, december, hours=80)
    made = offer(wait_listed(now, last_on="2027-03-31"), december)

    lapse_all(NEW_YEAR)

    assert outreach() == (WORTH - 80 * 21_00, 0, WORTH)
    fund(OWN, NEW_YEAR)
    accept(made, NEW_YEAR)
    assert outreach()[1:] == (WORTH, OWN)


def test_a_year_of_the_purpose_counts_what_is_offered_and_committed_out_of_it(yearly, now):
    sent_over(yearly, now, hours=80)
    paying, of_purpose = years_in("pier", now)
    made = offer(wait_listed(now), now)

    def moved():
        return years_in("pier", now)

    assert (moved()[0], moved()[1].promised.minor) == (paying, WORTH)
    why = why_year(
        "pier",
        "promised",
        staff(Role.AUDITOR, now),
        now,
        purpose="outreach",
        first_on=date(2026, 1, 1),
    )
    assert [(part.facts["award"], part.amount) for part in why.parts] == [(made.code, WORTH)]
    assert moved()[1].left.minor == of_purpose.left.minor - WORTH
    accept(made, now)
    assert moved()[0] == paying
    assert moved()[1].promised.minor == 0
    assert moved()[1].committed.minor == WORTH - 80 * 21_00
    assert moved()[1].left.minor == of_purpose.left.minor - WORTH
    used = {"line": made.lines.get(), "day": date(2026, 3, 2), "kind": "job"}
    UsageDay.objects.create(**used, subsidy_minor=700)
    assert [year.spent.minor for year in moved()] == [0, 700]
    reader = staff(Role.AUDITOR, now)
    year = {"purpose": "outreach", "first_on": date(2026, 1, 1)}
    why = why_year("pier", "spent", reader, now, **year)
    assert [(part.facts["name"], part.amount) for part in why.parts] == [(made.code, 700)]
    year["purpose"] = "subsidy"
    assert why_year("pier", "spent", reader, now, **year).parts == ()

    lapse_all(NEW_YEAR)
    assert outreach() == (-30 * 21_00, WORTH, 0)
    fund(OWN, NEW_YEAR)
    assert envelope(NEW_YEAR, "outreach") == (0, 0, 0)  # what had come back lapsed, too
