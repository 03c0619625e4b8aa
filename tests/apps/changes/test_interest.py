"""Overdue debts bear interest: month by month, and before what is owed gets less."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.changes.changing import asked, changing_award, granted, staff, use

from praya.apps.books.queries import trial_balance, verify_book
from praya.apps.changes.commands import enter_interest, record_debt_payment
from praya.apps.changes.models import Debt
from praya.apps.changes.queries import debts_due, interest_to_come, recovery_in_force
from praya.apps.changes.rules import ChangeKind, Formula
from praya.core.actor import Role
from praya.core.ledger import DebtExhausted
from praya.core.quantity import Money

# 840.00 are due on 1 April 2026; 3.65 % a year of it are 8.4 cents a day, 7.3 % from June on 16.8.
RATES = [
    {"percent_a_year": 3.65, "valid_from": "2026-01-01"},
    {"percent_a_year": 7.3, "valid_from": "2026-06-01"},
]


@pytest.fixture
def award(db, now):
    award = changing_award(now, recovery={"due_days": 30, "interest": RATES, "finance_up_to": 100})
    use(award, now)
    change = asked(award, ChangeKind.RECOVERY, now, formula=Formula.ALL)
    granted(change, now, staff(Role.FINANCE, now))
    return award


def on(now, day):
    return now + timedelta(days=(day - now.date()).days)


def pay(debt, now, minor, paid_on, number=1):
    return record_debt_payment(
        debt_id=debt.pk,
        number=number,
        amount_minor=minor,
        paid_on=paid_on,
        reference="",
        by=staff(Role.FINANCE, now),
        now=now,
    )


def stands():
    debt = Debt.objects.get()
    return debt.interest_until, debt.interest_minor, debt.owed.minor


def test_a_debt_bears_interest_from_the_day_after_it_was_due_month_by_month(award, now):
    assert enter_interest(now=on(now, date(2026, 4, 30))) == []
    assert stands() == (None, 0, 840_00)

    may = on(now, date(2026, 5, 2))
    assert enter_interest(now=may) == [award.code]
    assert enter_interest(now=may) == []
    assert stands() == (date(2026, 4, 30), 243, 842_43)  # 29 days of 8.4
    debt = Debt.objects.get()
    recovery = recovery_in_force(award.programme, may)
    assert interest_to_come(debt, recovery, may) == Money(9, "HKD")  # 243.6 + 8.4 are 252 cents

    assert enter_interest(now=on(now, date(2026, 7, 1))) == [award.code]
    assert stands() == (date(2026, 6, 30), 1008, 850_08)  # 60 days of 8.4, 30 of 16.8
    assert trial_balance("pier").is_zero
    assert verify_book("pier") == (True, [])


def test_a_payment_is_preceded_by_its_interest_and_pays_the_claim_first(award, now):
    debt = Debt.objects.get()
    day = date(2026, 4, 12)  # ten days of 8.4
    with pytest.raises(DebtExhausted):
        pay(debt, on(now, day), 840_85, day)
    assert stands() == (None, 0, 840_00)  # what was refused entered no interest either

    pay(debt, on(now, day), 420_00, day)
    pay(debt, on(now, day), 420_00, day)  # sent twice, entered once
    assert stands() == (date(2026, 4, 11), 84, 420_84)

    enter_interest(now=on(now, date(2026, 5, 1)))
    assert stands() == (date(2026, 4, 30), 163, 421_63)  # 19 days of 4.2 more are 79.8
    pay(debt, on(now, date(2026, 5, 1)), 420_00, date(2026, 5, 1), number=2)

    assert enter_interest(now=on(now, date(2026, 9, 1))) == []  # interest bears none
    assert stands() == (date(2026, 4, 30), 163, 163)
    assert list(debts_due(staff(Role.FINANCE, now))) == [debt]
    pay(debt, on(now, date(2026, 9, 1)), 163, date(2026, 9, 1), number=3)
    assert stands()[2] == 0


def test_what_is_given_up_in_part_bears_interest_until_then_and_in_whole_none(award, now):
    debt, day = Debt.objects.get(), on(now, date(2026, 4, 12))
    second = staff(Role.FINANCE, day, "fen@pier.example")
    part = {"debt": debt.pk, "amount_minor": 100_00, "authority": "Minute 3"}
    granted(asked(award, ChangeKind.WRITE_OFF, day, **part), day, second)
    assert stands() == (date(2026, 4, 11), 84, 740_84)

    later = on(now, date(2026, 8, 3))
    rest = asked(award, ChangeKind.WRITE_OFF, later, debt=debt.pk, authority="Minute 4")
    granted(rest, later, staff(Role.COMMITTEE, later))

    assert stands() == (date(2026, 4, 11), 84, 0)
    assert enter_interest(now=on(now, date(2026, 10, 1))) == []
    assert trial_balance("pier").is_zero
