"""Overdue debts are paid out of what the same organisation is awarded later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, staff, use
from tests.awarding import Given, active_award

from praya.apps.books.commands import ask_reversal
from praya.apps.books.queries import four_numbers, trial_balance, verify_book
from praya.apps.books.rules import PartOfChange
from praya.apps.changes.commands import set_off_debts, take_back_debt_payment
from praya.apps.changes.models import Debt, DebtPayment
from praya.apps.changes.queries import entry_of_payment, set_offs_ahead, set_offs_due, set_offs_of
from praya.apps.changes.rules import ChangeKind, Formula
from praya.apps.changes.rules.setting_off import cut_for
from praya.apps.notices.models import Letter
from praya.core.actor import Role
from praya.core.ledger import Grant
from praya.core.programme.changes import SetOff
from praya.core.quantity import HOUR_S, CardTime, Money
from praya.core.refusal import NotAllowed

RECOVERY = {
    "due_days": 30,
    "interest": [{"percent_a_year": 3.65, "valid_from": "2026-01-01"}],
    "set_off": {"percent_max": 50, "warn_days": 0},
}
LATER = timedelta(days=40)  # overdue since ten days: 9 of 8.4 cents interest are 75


@pytest.fixture
def award(db, now):
    """An award that owes HK$840.00, due on 1 April."""
    award = changing_award(now, recovery=RECOVERY)
    use(award, now)
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    granted(change, now, staff(Role.FINANCE, now))
    return award


def later_award(award, now, hours=100):
    after = active_award(now, lines=[Given(hours=hours)])
    after.organisation = award.organisation
    after.save()
    return after


def free_of(award):
    return [one.free for one in four_numbers([award.code])[award.code]]


@pytest.mark.parametrize(
    ("owed", "granted_minor", "borne", "free", "taken"),
    [
        (840_00, 1000_00, 0, (90, 900_00), (50, 500_00)),  # the example of the rule
        (840_00, 1000_00, 500_00, (40, 400_00), None),  # half of it has gone to debts
        (100_00, 1000_00, 0, (90, 900_00), (10, 100_00)),
        (840_00, 1000_00, 0, (90, 0), None),
        (840_00, 1000_00, 0, (9, 90_00), (9, 90_00)),
    ],
)
def test_what_goes_is_owed_allowed_and_free(owed, granted_minor, borne, free, taken):
    def hkd(minor):
        return Money(minor, "HKD")

    def grant(hours, minor):
        return Grant(CardTime.of_hours(hours, "nvidia-h800"), hkd(minor))

    rule = SetOff(percent_max=50)
    found = cut_for(
        rule, owed=hkd(owed), granted=hkd(granted_minor), borne=hkd(borne), free=grant(*free)
    )
    assert found == (taken and grant(*taken))


def test_an_overdue_debt_is_set_off_once_with_its_interest_and_its_time(award, now):
    later = now + LATER
    after = later_award(award, later, hours=60)  # HK$1,260.00, of which half may go

    assert set_off_debts(now=later) == [f"{after.code}.1"]
    assert set_off_debts(now=later) == []

    debt = Debt.objects.get()
    assert (debt.interest_minor, debt.set_off_minor, debt.paid_minor) == (75, 630_00, 630_00)
    assert debt.owed == Money(210_75, "HKD")
    assert free_of(after) == [30 * HOUR_S, 630_00]
    told = Letter.objects.get(kind="debt.set_off")
    assert (told.to_id, told.facts["amount_minor"]) == (after.lead_id, 630_00)
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_what_is_shown_before_is_what_is_done(award, now, django_assert_num_queries):
    finance = staff(Role.FINANCE, now)
    after = later_award(award, now + timedelta(hours=1), hours=60)
    (early,) = set_offs_ahead("pier", finance, now + timedelta(days=1))
    assert (early.on, early.line.code) == (date(2026, 4, 2), f"{after.code}.1")
    assert early.cut.subsidy == Money(630_00, "HKD")
    with pytest.raises(NotAllowed):
        set_offs_ahead("pier", staff(Role.OPERATOR, now), now)

    later = now + LATER
    second = later_award(award, later, hours=60)
    with django_assert_num_queries(8):
        ahead = set_offs_ahead("pier", finance, later)
    shown = [(one.line.code, one.cut.subsidy.minor, one.cut.time.seconds) for one in ahead]
    assert [one[:2] for one in shown] == [
        (f"{after.code}.1", 630_00),
        (f"{second.code}.1", 210_75),
    ]
    assert set_offs_of(Debt.objects.get(), later) == ahead

    set_off_debts(now=later)

    done = DebtPayment.objects.order_by("number")
    assert list(done.values_list("line_code", "amount_minor", "card_seconds")) == shown
    assert set_offs_ahead("pier", finance, later) == []


def test_nothing_is_set_off_before_the_day_or_against_others(award, now):
    due = now + timedelta(days=30)
    later_award(award, due)
    assert set_off_debts(now=due) == []  # its last day
    after = active_award(now + LATER, lines=[Given(hours=60)], lead="other@pier.example")
    assert f"{after.code}.1" not in set_off_debts(now=now + LATER)


def test_finance_takes_a_set_off_back_and_it_is_not_made_again(award, now):
    later = now + LATER
    after = later_award(award, later, hours=60)
    set_off_debts(now=later)
    payment = DebtPayment.objects.get()
    finance = staff(Role.FINANCE, later)
    number = entry_of_payment(payment)
    with pytest.raises(PartOfChange):
        ask_reversal(programme_code="pier", number=number, reason="x", by=finance, now=later)

    take_back_debt_payment(
        debt_id=payment.debt_id, number=1, reason="Agreed otherwise.", by=finance, now=later
    )

    debt = Debt.objects.get()
    assert (debt.set_off_minor, debt.paid_minor) == (0, 0)
    assert free_of(after) == [60 * HOUR_S, 1260_00]
    assert set_off_debts(now=later) == []
    assert verify_book("pier") == (True, [])


def test_without_the_rule_nothing_is_set_off(db, now):
    award = changing_award(now, recovery={"due_days": 30})
    use(award, now)
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    granted(change, now, staff(Role.FINANCE, now))
    later_award(award, now + LATER)
    assert set_off_debts(now=now + LATER) == []


def test_a_line_with_nothing_free_is_not_tried(award, now):
    later = now + LATER
    after = later_award(award, later, hours=60)
    assert len(set_offs_due(later)) == 1

    use(after, later, hours=60)

    assert set_offs_due(later) == []


def test_a_line_that_bears_no_more_leaves_the_next_debt_as_it_is(award, now):
    use(award, now, line=2)
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    granted(change, now, staff(Role.FINANCE, now))
    later = now + LATER
    later_award(award, later, hours=60)

    set_off_debts(now=later)

    second = Debt.objects.latest("pk")
    assert (second.set_off_minor, second.interest_minor, second.interest_until) == (0, 0, None)
