"""Invoices, payments and claims on paper: exact moves, refusals in order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from praya.core.ledger import (
    AmountNotPositive,
    AmountTooLarge,
    BookExhausted,
    Entry,
    EntryKind,
    Grant,
    Line,
    Posting,
    balanced,
    billing,
    may_be_negative,
    reverse,
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
    assert billing.credit("H-1", "N", hkd(2500), hkd(2500), paid=hkd(2000), undone=hkd(0)) == (
        Posting("centre/revenue", "HKD", 2500),
        Posting("invoice/N", "HKD", -2500),
    )
    assert billing.credit("H-1", "N", hkd(500), hkd(1500), paid=hkd(2000), undone=hkd(0)) == (
        Posting("centre/cash", "HKD", -1000),
        Posting("centre/revenue", "HKD", 1500),
        Posting("invoice/N", "HKD", -500),
    )
    # Of what was undone since, the revenue has been given up already.
    assert billing.credit("H-1", "N", hkd(500), hkd(1500), paid=hkd(2000), undone=hkd(700)) == (
        Posting("centre/cash", "HKD", -1000),
        Posting("centre/revenue", "HKD", 800),
        Posting("invoice/N", "HKD", -500),
        Posting("receivable/H-1", "HKD", 700),
    )
    assert billing.unpay("N", hkd(2000)) == (
        Posting("centre/cash", "HKD", -2000),
        Posting("invoice/N", "HKD", 2000),
    )


def test_what_was_asked_before_use_is_taken_off_what_is_open_and_then_paid_back():
    assert billing.credit_ahead("H-1", "N", hkd(1000), hkd(4500), hkd(4500)) == (
        Posting("centre/cash", "HKD", -3500),
        Posting("invoice/N", "HKD", -1000),
        Posting("receivable/H-1", "HKD", 4500),
    )
    with pytest.raises(InvoiceOverpaid) as refused:
        billing.credit_ahead("H-1", "N", hkd(1000), hkd(4500), hkd(4501))
    assert refused.value.facts["open"] == 4500
    # Used by then, and its payment undone: nobody asks for it any more.
    assert billing.credit_ahead("H-1", "N", hkd(4500), hkd(500), hkd(4500)) == (
        Posting("centre/revenue", "HKD", 4000),
        Posting("invoice/N", "HKD", -4500),
        Posting("receivable/H-1", "HKD", 500),
    )


def credit_unpaid(number, open_amount, amount):
    return billing.credit("H-1", number, open_amount, amount, paid=hkd(0), undone=hkd(0))


@pytest.mark.parametrize("act", [billing.pay, credit_unpaid])
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


@pytest.mark.parametrize("is_closed", [False, True])
def test_a_claim_turned_round_is_free_again_or_goes_to_the_pool(is_closed):
    whole = line(1, 100)
    postings = billing.claim([whole], "HCP-R0001", hkd(70))
    entry = Entry(5, EntryKind.CLAIM, "k", datetime(2026, 2, 1, tzinfo=UTC), "HCP-0007", postings)

    stood = {"award/HCP-0007.1/free": 30, "award/HCP-0007.1/used": 70, "payable/HCP-R0001": -70}

    undone = reverse(
        entry,
        [line(1, 30, is_closed=is_closed)],
        lambda account, _commodity: stood.get(account, 0),
    )

    home = "pool/pool" if is_closed else "award/HCP-0007.1/free"
    assert undone == tuple(
        sorted(
            (
                Posting(home, "HKD", 70),
                Posting("award/HCP-0007.1/used", "HKD", -70),
                Posting("centre/claimed", "HKD", -70),
                Posting("payable/HCP-R0001", "HKD", 70),
            )
        )
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


def test_what_was_given_before_it_was_undone_comes_back_out_of_revenue():
    assert billing.credited_before("H-1", hkd(500)) == (
        Posting("centre/revenue", "HKD", -500),
        Posting("receivable/H-1", "HKD", 500),
    )
    with pytest.raises(AmountNotPositive):
        billing.credited_before("H-1", hkd(0))
