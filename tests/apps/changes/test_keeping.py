"""Debts, notices, advances and the waiting list."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.applications.cases import desk_officer, line, screened
from tests.apps.awards.cases import decision_on, holder, money
from tests.apps.changes.changing import asked, changing_award, granted, noticed, staff, use
from tests.awarding import Given, active_award, lead_of
from tests.factories import make_programme

from praya.apps.applications.models import Application
from praya.apps.awards.commands import end_award, release_decision, suspend_award
from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_for_update
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.refusals import PoolExhausted
from praya.apps.books.commands import ask_reversal
from praya.apps.books.queries import pool_numbers, trial_balance, verify_book
from praya.apps.books.rules import PartOfChange
from praya.apps.changes.commands import (
    ask_change,
    assign_debt,
    carry_out_notices,
    offer_to_waiting,
    record_debt_payment,
    take_off_advances,
    withdraw_notice,
)
from praya.apps.changes.models import Debt, Notice
from praya.apps.changes.queries import debt_standing, debts_of, waiting_list
from praya.apps.changes.rules import Cause, ChangeKind, Formula, NoticeKind, Wish
from praya.apps.changes.rules import refusals as no
from praya.apps.usage.commands import accrue_leases
from praya.core.actor import Actor, Role
from praya.core.ledger import AmountNotPositive, DebtExhausted
from praya.core.quantity import HOUR_S, Money
from praya.core.refusal import NotAllowed

pytestmark = pytest.mark.django_db
PRAYA = Actor.praya("awards")


@pytest.fixture
def award(now):
    return changing_award(now)


def subsidy_pool():
    return next(one for one in pool_numbers("pier") if one.pool == "subsidy")


def claimed(award, now, **wish):
    change = asked(award, ChangeKind.RECOVERY, now, **wish)
    return granted(change, now, staff(Role.FINANCE, now))


def paid(debt, now, number=1, *, minor=500_00, by=None, paid_on=None):
    return record_debt_payment(
        debt_id=debt.pk,
        number=number,
        amount_minor=minor,
        paid_on=paid_on or now.date(),
        reference="B-1",
        by=by or staff(Role.FINANCE, now),
        now=now,
    )


def test_all_that_was_drawn_becomes_a_debt_that_is_paid_into_the_pool(award, now):
    use(award, now, hours=40)
    before = subsidy_pool().free

    claimed(award, now, formula=Formula.ALL, cause=Cause.RESALE)

    debt = Debt.objects.get()
    assert (debt.owed, debt.due_on) == (Money(840_00, "HKD"), date(2026, 4, 1))
    assert subsidy_pool().free == before
    paid(debt, now)
    paid(debt, now)  # sent twice, entered once
    assert subsidy_pool().free == before + 500_00
    assert Debt.objects.get().owed == Money(340_00, "HKD")
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])
    with pytest.raises(no.NothingToRecover):
        asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)


def test_since_the_breach_counts_the_days_of_use_whenever_they_were_charged(award, now):
    later = now + timedelta(days=10)
    accrue_leases(now=later)  # ten days at once, after all of them
    with pytest.raises(no.SinceMissing):
        asked(award, ChangeKind.RECOVERY, later, formula=Formula.SINCE_BREACH)

    claimed(award, later, formula=Formula.SINCE_BREACH, since_on=date(2026, 3, 10))

    of_two_days = 2 * 2 * 24 * 21_00
    assert Debt.objects.get().owed == Money(of_two_days, "HKD")


def test_what_is_unspent_goes_back_and_nobody_owes_it(award, now):
    use(award, now, hours=40)
    before = subsidy_pool().free

    change = claimed(award, now, formula=Formula.UNSPENT)

    assert Debt.objects.count() == 0
    assert len(change.entries) == 2
    assert subsidy_pool().free == before + 160 * 2100


def test_paying_refuses_in_the_order_promised(award, now):
    use(award, now)
    claimed(award, now, formula=Formula.ALL)
    debt = Debt.objects.get()
    with pytest.raises(NotAllowed):
        paid(debt, now, minor=0, by=staff(Role.OFFICER, now))
    with pytest.raises(AmountNotPositive):
        paid(debt, now, minor=0, paid_on=date.max)
    for paid_on, reason in (
        (now.date() + timedelta(days=1), no.PaidInFuture),
        (date.max, no.PaidInFuture),
        (now.date() - timedelta(days=1), no.PaidBeforeDebt),
    ):
        with pytest.raises(reason):
            paid(debt, now, minor=840_01, paid_on=paid_on)
    with pytest.raises(DebtExhausted):
        paid(debt, now, minor=840_01)
    with pytest.raises(no.OwnerUnfit):
        assign_debt(
            debt_id=debt.pk,
            email="officer@pier.example",
            by=staff(Role.FINANCE, now),
            now=now,
        )


def test_a_debt_is_given_up_on_somebodys_authority_by_another_person(award, now):
    use(award, now)
    claimed(award, now, formula=Formula.ALL)
    debt = Debt.objects.get()
    with pytest.raises(no.AuthorityMissing):
        asked(award, ChangeKind.WRITE_OFF, now, debt=debt.pk, authority=" ")
    small = asked(
        award, ChangeKind.WRITE_OFF, now, debt=debt.pk, amount_minor=100_00, authority="Minute 3"
    )
    second = staff(Role.FINANCE, now, "fen@pier.example")
    with pytest.raises(no.SamePerson):
        granted(small, now, staff(Role.FINANCE, now))

    granted(small, now, second)  # HK$100.00 may be given up by finance

    rest = asked(award, ChangeKind.WRITE_OFF, now, debt=debt.pk, authority="Minute 4")
    with pytest.raises(NotAllowed):
        granted(rest, now, second)
    granted(rest, now, staff(Role.COMMITTEE, now))
    assert not Debt.objects.get().owed
    assert trial_balance("pier").is_zero


def test_a_debt_has_an_age_and_a_day(award, now):
    use(award, now)
    claimed(award, now, formula=Formula.ALL)
    (debt,) = debts_of("pier", staff(Role.AUDITOR, now))

    ages = [
        (standing.age_days, standing.age, standing.is_overdue)
        for days in (0, 30, 31, 366)
        for standing in [debt_standing(debt, now + timedelta(days=days))]
    ]

    assert ages == [
        (0, "to-30", False),
        (30, "to-30", False),
        (31, "to-90", True),
        (366, "over-365", True),
    ]


def notice_on(award, now, kind=NoticeKind.END, on=date(2026, 3, 31), reason="None came."):
    return noticed(award, now, on, kind=kind, cause=Cause.NO_REPORT, reason=reason)


def state_of(award):
    return Award.objects.get(pk=award.pk).state


def test_notice_refuses_in_the_order_promised(award, now):
    with pytest.raises(no.ReasonMissing):
        notice_on(award, now, reason=" ", on=now.date())
    with pytest.raises(no.NoticeInThePast):
        notice_on(award, now, on=now.date())
    with pytest.raises(no.NoticeTooShort) as refusal:
        notice_on(award, now, on=date(2026, 3, 15))
    assert refusal.value.earliest == date(2026, 3, 16)
    first = notice_on(award, now)
    assert notice_on(award, now) == first
    with pytest.raises(no.AlreadyNoticed):
        notice_on(award, now, on=date(2026, 4, 1))
    suspend_award(code=award.code, reason="x", by=staff(Role.OFFICER, now), now=now)
    with pytest.raises(no.WrongState):
        notice_on(award, now, kind=NoticeKind.SUSPENSION, reason="")


def test_a_notice_is_carried_out_on_its_day_and_not_before(award, now):
    notice_on(award, now)
    notice_on(award, now, kind=NoticeKind.SUSPENSION, on=date(2026, 3, 10))
    begins = now.replace(month=3, day=9, hour=16)  # midnight of the 10th in Hong Kong

    assert carry_out_notices(by=PRAYA, now=begins - timedelta(seconds=1)) == []
    assert carry_out_notices(by=PRAYA, now=begins) == [award.code]
    assert state_of(award) == "suspended"
    assert carry_out_notices(by=PRAYA, now=begins) == []
    assert carry_out_notices(by=PRAYA, now=begins + timedelta(days=21)) == [award.code]

    assert state_of(award) == "ended"
    with pytest.raises(NotAllowed):
        carry_out_notices(by=staff(Role.OFFICER, now), now=now)


def test_a_notice_taken_back_or_overtaken_does_nothing(award, now):
    officer = staff(Role.OFFICER, now)
    first = notice_on(award, now)
    withdraw_notice(notice_id=first.pk, reason="It came.", by=officer, now=now)
    notice_on(award, now, on=date(2026, 4, 1))
    later = now + timedelta(days=40)

    end_award(code=award.code, reason="Their wish.", by=officer, now=now)

    assert carry_out_notices(by=PRAYA, now=later) == []
    assert sorted(Notice.objects.values_list("state", flat=True)) == ["overtaken", "withdrawn"]
    with pytest.raises(no.NoticeNotOpen):
        withdraw_notice(
            notice_id=Notice.objects.get(state="overtaken").pk, reason="x", by=officer, now=later
        )


def test_an_advance_is_taken_off_the_next_award_once(award, now):
    granted(asked(award, ChangeKind.ADVANCE, now, line=1, card_hours=20), now)
    assert take_off_advances(now=now) == []  # not off the award itself
    later = now + timedelta(days=30)
    after = active_award(later, lines=[Given(hours=50)])
    before = subsidy_pool().free

    assert take_off_advances(now=later) == [f"{after.code}.1"]
    assert take_off_advances(now=later) == []
    advance = asked_advance(award)
    with pytest.raises(PartOfChange) as alone:
        ask_reversal(
            programme_code="pier",
            number=advance.taken_off.get().entry,
            reason="why",
            by=staff(Role.FINANCE, later),
            now=later,
        )

    assert alone.value.change == advance.pk
    assert subsidy_pool().free == before + 20 * 2100
    assert trial_balance("pier").is_zero


def test_what_an_advance_leaves_waits_for_what_comes_free(award, now):
    granted(asked(award, ChangeKind.ADVANCE, now, line=1, card_hours=20), now)
    later = now + timedelta(days=30)
    after = active_award(later, lines=[Given(hours=15)])
    use(after, later, hours=5)

    assert take_off_advances(now=later) == [f"{after.code}.1"]
    more = active_award(later, lines=[Given(hours=15)])
    assert take_off_advances(now=later) == [f"{more.code}.1"]

    taken = [one.card_seconds for one in asked_advance(award).taken_off.all()]
    assert taken == [10 * HOUR_S, 10 * HOUR_S]


def asked_advance(award):
    return award.changes.get(kind=ChangeKind.ADVANCE.value)


HOURS = line(shape="card-hours", cards="4", card_hours="100", first_on="2026-03-01")


def wait_listed(now, title, asked_lines):
    application = screened(now, lines=asked_lines)
    Application.objects.filter(pk=application.pk).update(title=title)
    facts = {"outcome": Outcome.WAIT_LIST, "lines": []}
    decision = decision_on(application, now, **facts)
    release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)
    return application


def offer(application, now, by=None, reason="A line came back."):
    return offer_to_waiting(
        application_code=application.code, reason=reason, by=by or desk_officer(now), now=now
    )


def test_what_came_back_is_offered_in_rank_order(now):
    make_programme(now)
    money(now, "5000")
    first = wait_listed(now, "Winkles", [HOURS])
    second = wait_listed(now + timedelta(minutes=1), "Whelks", [HOURS])
    listed = waiting_list("pier", desk_officer(now), now)
    assert [(one.rank, one.is_payable, one.is_next) for one in listed.cases] == [
        (1, True, True),
        (2, True, False),
    ]
    with pytest.raises(NotAllowed):
        offer(first, now, by=holder(Role.COMMITTEE, now))
    with pytest.raises(no.ReasonMissing):
        offer(second, now, reason="")
    with pytest.raises(no.NotNext) as refusal:
        offer(second, now)
    assert refusal.value.next == first.code

    award = offer(first, now)

    assert (award.state, award.lead_id, award.subsidy_minor) == (
        "offered",
        first.lead_id,
        100 * 2100,
    )
    assert Application.objects.get(pk=first.pk).state == "awarded"
    with pytest.raises(no.NotWaiting):
        offer(first, now)
    offer(second, now)
    assert waiting_list("pier", desk_officer(now), now).cases == ()


def test_what_the_pool_cannot_pay_waits_on(now):
    make_programme(now)
    money(now, "2000")
    case = wait_listed(now, "Winkles", [HOURS])

    with pytest.raises(PoolExhausted):
        offer(case, now)

    (listed,) = waiting_list("pier", desk_officer(now), now).cases
    assert (listed.is_payable, listed.is_next) == (False, False)


def test_changes_of_an_award_that_is_over_are_refused(award, now):
    end_award(code=award.code, reason="Done.", by=staff(Role.OFFICER, now), now=now)
    wishes = {
        ChangeKind.EXTENSION: {"last_on": date(2027, 3, 31)},
        ChangeKind.SUPPLEMENT: {"line": 1, "card_hours": 5},
        ChangeKind.TRANSFER: {"line": 1, "to_line": 2, "card_hours": 5},
    }

    for kind, wish in wishes.items():
        with pytest.raises(no.WrongState):
            ask_change(
                code=award.code,
                kind=kind,
                wish=Wish(**wish),
                reason="More.",
                by=lead_of(award_for_update(award.code), now),
                now=now,
            )
