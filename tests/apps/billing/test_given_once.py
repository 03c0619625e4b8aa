"""What a credit note gave and was undone is given once, whichever came first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations

import pytest
from tests.apps.billing.cases import (
    MARCH,
    OWN,
    TEN_DAYS,
    House,
    bill,
    credit,
    make_house,
    stands,
    take_back,
)
from tests.awarding import Given

from praya.apps.awards.models import Award
from praya.apps.awards.rules import AwardState
from praya.apps.billing.commands import issue_credit_note, record_payment
from praya.apps.billing.models import CreditedBefore, Invoice
from praya.apps.billing.queries import checklist
from praya.apps.billing.queries.content import content_of
from praya.apps.books.models import Entry
from praya.apps.books.queries import verify_book
from praya.apps.reports.queries import statement
from praya.apps.reports.queries.why import GroundKind, why_entry
from praya.apps.usage.commands import receive_runs
from praya.core.execution.accounting import RunEnd, Used
from praya.core.ledger.billing import InvoiceOverpaid
from praya.core.quantity import Money
from praya.words.why import ground_sentence

APRIL = MARCH + timedelta(days=31)
MAY = APRIL + timedelta(days=30)
WEEK = Given("cards", cards=2, first_on=date(2026, 3, 10), last_on=date(2026, 3, 14))
OWN_OF_WEEK = OWN // 2
PART = 100_000


@pytest.fixture
def running(db) -> House:
    """Two leases: ten days of February, charged and invoiced; five days of March to come."""
    house = make_house(lines=[TEN_DAYS, WEEK])
    bill(house, "2026-02", MARCH)
    return house


def is_in_order(month: str) -> bool:
    award = Award.objects.get()
    checked = [one.code for one in checklist(award.programme, month) if not one.is_right]
    return (checked, verify_book("pier")) == ([], (True, []))


@pytest.mark.parametrize("order", [*permutations(["undo", PART, OWN - PART]), [PART, "undo"]])
def test_in_whatever_order_notes_and_the_undoing_come_the_payer_gets_it_once(
    running, order: Sequence[str | int]
):
    [invoice] = Invoice.objects.all()
    given = sum(one for one in order if one != "undo")

    for one in order:
        if one == "undo":
            take_back(running)
        else:
            credit(running, invoice, one, MARCH)
    issued = bill(running, "2026-03", APRIL)

    # What the award owes in all is the week; what is asked for and not credited is the same, but
    # for what the next invoices take off.
    owed = f"receivable/{running.award.code}"
    asked = sum(one.amount_minor for one in issued)
    assert sum(
        statement(running.award.code, each).own.minor for each in ("2026-02", "2026-03")
    ) == (OWN_OF_WEEK)
    assert asked == max(0, OWN_OF_WEEK - OWN + given)
    assert stands("centre/revenue") == {"centre/revenue": -OWN_OF_WEEK}
    assert OWN - given + asked + stands(owed).get(owed, 0) == OWN_OF_WEEK
    assert all(one.content == content_of(running.award, "2026-03") for one in issued)
    assert is_in_order("2026-03")


def test_what_is_undone_months_after_the_note_is_not_taken_off_once_more(running):
    [invoice] = Invoice.objects.all()
    credit(running, invoice, OWN, MARCH)
    [of_march] = bill(running, "2026-03", APRIL)
    assert of_march.amount_minor == OWN_OF_WEEK, "a note that gives up revenue takes nothing off"

    take_back(running, APRIL)

    assert bill(running, "2026-04", MAY) == []
    assert stands("centre/revenue", f"receivable/{running.award.code}") == {
        "centre/revenue": -OWN_OF_WEEK
    }
    [counted] = CreditedBefore.objects.all()
    assert (counted.month, counted.amount_minor) == ("2026-04", OWN)
    assert is_in_order("2026-04")


def test_what_a_note_gave_before_the_undoing_a_later_note_does_not_find_undone(running):
    [invoice] = Invoice.objects.all()
    credit(running, invoice, PART, MARCH)
    take_back(running)

    note = credit(running, invoice, OWN - PART, MARCH)

    assert note.content["taken_up"] == OWN - PART


def test_a_note_on_one_invoice_leaves_what_is_undone_of_another(running):
    [of_march] = bill(running, "2026-03", APRIL)
    credit(running, of_march, 1_000, APRIL)

    take_back(running, APRIL)
    bill(running, "2026-04", MAY)

    assert not CreditedBefore.objects.exists()
    assert stands(f"receivable/{running.award.code}") == {f"receivable/{running.award.code}": -OWN}


def test_of_an_award_that_ended_what_was_given_before_is_not_paid_back(running):
    [invoice] = Invoice.objects.all()
    credit(running, invoice, PART, MARCH)
    record_payment(
        programme_code="pier",
        reference=invoice.code,
        amount=Money(OWN - PART, "HKD"),
        paid_on=MARCH.date(),
        bank_reference="B-1",
        by=running.finance,
        now=MARCH,
    )
    bill(running, "2026-03", APRIL)
    Award.objects.update(state=AwardState.ENDED.value)
    take_back(running, APRIL)
    bill(running, "2026-04", MAY)
    back = {"invoice_code": invoice.code, "reason": "Never delivered.", "now": MAY}

    note = issue_credit_note(**back, amount=Money(OWN - PART, "HKD"), by=running.other_finance)

    with pytest.raises(InvoiceOverpaid):
        issue_credit_note(**back, amount=Money(1, "HKD"), by=running.other_finance)
    assert note.content["taken_up"] == OWN - PART
    accounts = (f"receivable/{running.award.code}", "centre/cash", "centre/revenue")
    assert stands(*accounts) == {"centre/revenue": -OWN_OF_WEEK}
    assert is_in_order("2026-04")


def test_counting_what_was_given_before_is_an_entry_of_its_own(running):
    [invoice] = Invoice.objects.all()
    credit(running, invoice, PART, MARCH)
    take_back(running)

    bill(running, "2026-03", APRIL)

    entry = Entry.objects.get(key__startswith="credited-before:")
    moved = dict(entry.postings.values_list("account", "amount"))
    assert moved == {"centre/revenue": -PART, f"receivable/{running.award.code}": PART}
    assert (entry.kind, entry.facts) == ("credit", {"month": "2026-03"})
    why = why_entry(entry.programme_code, entry.number, running.finance)
    [ground] = [one for one in why.grounds if one.kind is GroundKind.CREDITED_BEFORE]
    assert ground_sentence(ground) == (
        "Credit notes gave it before the use was undone in March 2026: it had left the revenue "
        "twice, and is given once"
    )


@pytest.mark.parametrize("is_note_first", [True, False])
def test_a_run_told_anew_counts_as_undone_by_what_it_is_less(db, is_note_first):
    house = make_house(lines=[Given("card-hours", hours=10)])
    ended = int(MARCH.timestamp()) - 20 * 86_400
    run = Used(
        "harbour:7:1", "pir-0001", "mei", "7", "", "gpu", "nvidia-h800", 2, ended - 7_300,
        ended - 7_200, ended, 7_200, RunEnd.COMPLETED, 0, 0, 7_200,
    )  # fmt: skip
    receive(run)
    [invoice] = bill(house, "2026-02", MARCH)
    assert invoice.amount_minor == 36_00
    steps = [
        lambda: credit(house, invoice, 20_00, MARCH),
        lambda: receive(replace(run, held_s=6_000)),
    ]

    for step in steps if is_note_first else reversed(steps):
        step()
    bill(house, "2026-03", APRIL)

    # The run is HK$6.00 less; the note of HK$20.00 gives that, and HK$14.00 are given up.
    assert stands(f"receivable/{house.award.code}", "centre/revenue") == {
        "centre/revenue": -(36_00 - 20_00)
    }
    assert is_in_order("2026-03")


def receive(run: Used) -> None:
    receive_runs(cluster_code="harbour", runs=[run], awards={"pir-0001": "PIR-0001"}, now=MARCH)
