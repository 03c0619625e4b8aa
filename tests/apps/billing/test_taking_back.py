"""A charge that two people of finance take back is on no statement and on no invoice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.apps.billing.cases import (
    MARCH,
    OWN,
    TEN_DAYS,
    House,
    ask,
    bill,
    credit,
    make_house,
    stands,
    take_back,
)
from tests.awarding import Given
from tests.factories import person_behind

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.billing.commands import (
    close_month,
    issue_credit_note,
    issue_invoices,
    record_payment,
)
from praya.apps.billing.models import Invoice
from praya.apps.billing.queries import checklist
from praya.apps.billing.queries.carrying import carried_into
from praya.apps.billing.queries.content import content_of
from praya.apps.billing.queries.invoices import to_invoice
from praya.apps.books.commands import ask_reversal, post_correction
from praya.apps.books.models import Balance, Entry
from praya.apps.books.queries import verify_book
from praya.apps.reports.queries import statement
from praya.apps.usage.commands import accrue_leases, approve_correction
from praya.apps.usage.models import Charge, UsageDay
from praya.apps.usage.queries import held_cards
from praya.core.ledger.billing import InvoiceOverpaid
from praya.words.paper.invoice import invoice_pdf

APRIL = MARCH + timedelta(days=31)


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


WEEK = Given("cards", cards=2, first_on=date(2026, 3, 10), last_on=date(2026, 3, 14))
OWN_OF_WEEK = OWN // 2
MAY = APRIL + timedelta(days=30)


@pytest.fixture
def running(db) -> House:
    """Two leases: ten days of February, charged and invoiced; five days of March to come."""
    house = make_house(lines=[TEN_DAYS, WEEK])
    bill(house, "2026-02", MARCH)
    return house


def test_what_a_credit_note_gave_is_not_taken_off_the_next_invoice_once_more(running):
    [invoice] = Invoice.objects.all()
    take_back(running)

    note = credit(running, invoice, OWN, MARCH)
    [next_one] = bill(running, "2026-03", APRIL)

    assert next_one.amount_minor == OWN_OF_WEEK
    assert next_one.content["carried"] == [{"month": "2026-03", "own_minor": OWN}]
    assert next_one.content == content_of(running.award, "2026-03")
    assert note.content["taken_up"] == OWN
    used = {"centre/revenue": -OWN_OF_WEEK, f"invoice/{next_one.code}": OWN_OF_WEEK}
    owed = f"receivable/{running.award.code}", f"invoice/{invoice.code}"
    assert stands(*owed, *used) == used
    assert (not_in_order(running, "2026-03"), verify_book("pier")) == ([], (True, []))


def test_on_the_next_invoice_stands_what_was_credited(running):
    [invoice] = Invoice.objects.all()
    take_back(running)
    credit(running, invoice, OWN, MARCH)

    [next_one] = bill(running, "2026-03", APRIL)

    client = Client()
    client.force_login(person_behind(running.lead))
    text = client.get(reverse("web:invoice", args=[next_one.code])).text
    assert "Credited (March 2026)" in text
    assert invoice_pdf(next_one).startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("credited", "asked_in_april"), [(OWN, OWN_OF_WEEK), (OWN - 100_000, OWN_OF_WEEK - 100_000)]
)
def test_a_credit_note_of_a_later_month_is_asked_back_where_nothing_more_was_used(
    running, credited, asked_in_april
):
    [invoice] = Invoice.objects.all()
    take_back(running)
    assert bill(running, "2026-03", APRIL) == [], "the week is less than what was undone"
    credit(running, invoice, credited, APRIL)

    [next_one] = bill(running, "2026-04", MAY)

    assert next_one.amount_minor == asked_in_april
    assert stands(f"receivable/{running.award.code}") == {}
    assert stands("centre/revenue") == {"centre/revenue": -OWN_OF_WEEK}
    assert not_in_order(running, "2026-04") == []


def test_a_credit_note_gives_what_was_undone_once(running):
    [invoice] = Invoice.objects.all()
    take_back(running)

    notes = [credit(running, invoice, minor, MARCH) for minor in (OWN - 100_000, 100_000)]

    assert [note.content["taken_up"] for note in notes] == [OWN - 100_000, 100_000]
    assert stands("centre/revenue", f"receivable/{running.award.code}") == {}


def test_what_the_next_invoice_has_taken_off_is_given_up_by_a_credit_note_after_it(running):
    running.award.lines.filter(number=2).update(cards=8)
    [invoice] = Invoice.objects.all()
    take_back(running)
    [next_one] = bill(running, "2026-03", APRIL)
    assert next_one.amount_minor == 4 * OWN_OF_WEEK - OWN

    note = credit(running, invoice, 1_000, APRIL)

    assert "taken_up" not in note.content
    assert stands("centre/revenue") == {"centre/revenue": 1_000 - 4 * OWN_OF_WEEK}


def test_a_credit_note_leaves_what_was_undone_of_another_invoice_to_be_taken_off(running):
    [next_one] = bill(running, "2026-03", APRIL)
    by = running.other_finance
    charged = Entry.objects.filter(kind="charge").order_by("number").first()
    asked = ask_reversal(
        programme_code="pier",
        number=charged.number,
        reason="Never delivered.",
        by=running.finance,
        now=APRIL,
    )
    approve_correction(correction_id=asked.pk, by=by, now=APRIL)

    note = credit(running, next_one, 1_000, APRIL)

    assert "taken_up" not in note.content
    assert carried_into("2026-05") == {running.award.pk: [("2026-04", -OWN)]}
