"""A charge that two people of finance take back is on no statement and on no invoice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.billing.cases import MARCH, House

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.billing.commands import (
    close_month,
    issue_credit_note,
    issue_invoices,
    record_payment,
)
from praya.apps.billing.queries import checklist
from praya.apps.billing.queries.carrying import carried_into
from praya.apps.billing.queries.invoices import to_invoice
from praya.apps.books.commands import ask_reversal, post_correction
from praya.apps.books.models import Balance, Entry
from praya.apps.books.queries import verify_book
from praya.apps.reports.queries import statement
from praya.apps.usage.commands import accrue_leases, approve_correction
from praya.apps.usage.models import Charge, UsageDay
from praya.apps.usage.queries import held_cards
from praya.core.ledger.billing import InvoiceOverpaid

APRIL = MARCH + timedelta(days=31)
OWN = 432_000


def ask(house: House):
    charged = Entry.objects.get(kind="charge")
    facts = {"number": charged.number, "reason": "Never delivered.", "by": house.finance}
    return ask_reversal(programme_code="pier", now=MARCH, **facts)


def take_back(house: House):
    by = house.other_finance
    return approve_correction(correction_id=ask(house).pk, by=by, now=MARCH)


def not_in_order(house: House, month: str = "2026-02") -> list[str]:
    return [one.code for one in checklist(house.award.programme, month) if not one.is_right]


def test_what_was_taken_back_is_neither_owed_nor_invoiced_nor_charged_again(house):
    made = take_back(house)
    accrue_leases(now=MARCH)

    paper = statement(house.award.code, "2026-02")
    assert (len(paper.lines), paper.own.minor, paper.list_price.minor) == (20, 0, 0)
    assert {one.seconds for one in paper.time_by_model.values()} == {0}
    assert set(UsageDay.objects.values_list("card_seconds", "list_minor")) == {(0, 0)}
    assert held_cards(house.award.code) == []
    assert to_invoice("pier", "2026-02") == []
    assert not_in_order(house) == []
    back = Charge.objects.filter(card_seconds__lt=0)
    assert {charge.entry_key for charge in back} == {made.entry.key}


def test_of_a_closed_month_it_is_taken_off_the_next_invoice(house):
    asked = {"programme_code": "pier", "month": "2026-02", "by": house.finance, "now": MARCH}
    close_month(**asked)
    issue_invoices(**asked)

    take_back(house)

    assert statement(house.award.code, "2026-02").own.minor == OWN
    assert statement(house.award.code, "2026-03").own.minor == -OWN
    owed = Balance.objects.get(account=f"receivable/{house.award.code}")
    assert owed.amount == -OWN
    assert carried_into("2026-04") == {house.award.pk: [("2026-03", -OWN)]}
    assert not_in_order(house, "2026-03") == []


def test_a_charge_that_only_the_book_gave_back_keeps_the_month_open(house):
    post_correction(correction_id=ask(house).pk, by=house.other_finance, now=MARCH)

    assert not_in_order(house) == ["meters", "own-shares"]


def test_of_an_award_that_ended_it_is_paid_back_once(house):
    asked = {"programme_code": "pier", "month": "2026-02", "by": house.finance, "now": MARCH}
    close_month(**asked)
    [invoice], _ = issue_invoices(**asked)
    record_payment(
        programme_code="pier",
        reference=invoice.code,
        amount=invoice.amount,
        paid_on=MARCH.date(),
        bank_reference="B-1",
        by=house.finance,
        now=MARCH,
    )
    take_back(house)
    Award.objects.filter(pk=house.award.pk).update(state=AwardState.ENDED.value)
    back = {"invoice_code": invoice.code, "amount": invoice.amount, "reason": "Never delivered."}
    with pytest.raises(InvoiceOverpaid):  # March is open: use may still come that takes it off
        issue_credit_note(**back, by=house.other_finance, now=MARCH)
    close_month(programme_code="pier", month="2026-03", by=house.finance, now=APRIL)

    issue_credit_note(**back, by=house.other_finance, now=APRIL)

    accounts = (f"receivable/{house.award.code}", "centre/cash", "centre/revenue")
    found = dict(Balance.objects.filter(account__in=accounts).values_list("account", "amount"))
    assert found == dict.fromkeys(accounts, 0)
    assert not any(carried_into("2026-05").values()), "no later invoice takes it off once more"
    assert not_in_order(house, "2026-03") == []
    assert verify_book("pier") == (True, [])
