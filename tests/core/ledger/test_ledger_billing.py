"""Invoices, payments and claims on paper: exact moves, refusals in order."""

from __future__ import annotations

import pytest

from praya.core.ledger import (
    AmountNotPositive,
    AmountTooLarge,
    BookExhausted,
    Grant,
    Line,
    Posting,
    balanced,
    billing,
    may_be_negative,
)
from praya.core.ledger.billing import InvoiceOverpaid
from praya.core.quantity import CardTime, Money


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


def line(number: int, free: int, *, is_closed: bool = False) -> Line:
    def grant(minor: int) -> Grant:
        return Grant(CardTime(0, "h800"), hkd(minor))

    return Line(f"HCP-0007.{number}", "pool", grant(free), grant(0), grant(0), is_closed)


def test_an_invoice_moves_what_is_owed():
    assert billing.invoice("HCP-0007", "HCP-I0001", hkd(4500)) == (
        Posting("invoice/HCP-I0001", "HKD", 4500),
        Posting("receivable/HCP-0007", "HKD", -4500),
    )


def test_a_payment_a_credit_note_and_an_undoing():
    assert billing.pay("N", hkd(4500), hkd(2000)) == (
        Posting("centre/cash", "HKD", 2000),
        Posting("invoice/N", "HKD", -2000),
    )
    assert billing.credit("N", hkd(2500), hkd(2500)) == (
        Posting("centre/revenue", "HKD", 2500),
        Posting("invoice/N", "HKD", -2500),
    )
    assert billing.unpay("N", hkd(2000)) == (
        Posting("centre/cash", "HKD", -2000),
        Posting("invoice/N", "HKD", 2000),
    )


@pytest.mark.parametrize("act", [billing.pay, billing.credit])
def test_what_is_taken_off_an_invoice_is_refused_in_order(act):
    for minor in (-1, 0):
        with pytest.raises(AmountNotPositive):
            act("N", hkd(10), hkd(minor))
    with pytest.raises(AmountTooLarge):
        act("N", hkd(10), hkd(10**16))
    with pytest.raises(InvoiceOverpaid) as refusal:
        act("N", hkd(10), hkd(11))
    assert refusal.value.facts == {"invoice": "N", "commodity": "HKD", "open": 10, "asked": 11}


def test_an_invoice_never_falls_below_zero():
    assert not may_be_negative("invoice/N")
    assert may_be_negative("payable/N")


def test_a_claim_draws_on_the_lines_in_order_but_not_on_closed_ones():
    lines = [line(1, 30), line(2, 50, is_closed=True), line(3, 100)]

    postings = billing.claim(lines, "HCP-R0001", hkd(70))

    assert balanced(postings)
    assert postings == (
        Posting("award/HCP-0007.1/free", "HKD", -30),
        Posting("award/HCP-0007.1/used", "HKD", 30),
        Posting("award/HCP-0007.3/free", "HKD", -40),
        Posting("award/HCP-0007.3/used", "HKD", 40),
        Posting("centre/claimed", "HKD", 70),
        Posting("payable/HCP-R0001", "HKD", -70),
    )
    assert billing.reimburse("HCP-R0001", hkd(70)) == (
        Posting("centre/cash", "HKD", -70),
        Posting("payable/HCP-R0001", "HKD", 70),
    )


def test_a_claim_is_refused_in_order():
    lines = [line(1, 30), line(2, 50, is_closed=True)]
    with pytest.raises(AmountNotPositive):
        billing.claim(lines, "R", hkd(0))
    with pytest.raises(AmountTooLarge):
        billing.claim(lines, "R", hkd(10**16))
    with pytest.raises(BookExhausted) as refusal:
        billing.claim(lines, "R", hkd(31))
    assert (refusal.value.asked, refusal.value.free) == (31, 30)
