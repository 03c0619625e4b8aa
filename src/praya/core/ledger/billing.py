"""What is asked of holders and paid to them: amounts in, postings out, or a refusal.

Use leaves an own share in ``receivable/AWARD``: owed, and not asked for yet. An invoice moves it to
``invoice/NUMBER``, an account of its own that never falls below zero, so no payment can pass what
is open. A payment moves it on to the centre's cash, a credit note back to the centre's revenue; one
for more than is open pays back out of cash.

A claim goes the other way: what is approved is used on the award's lines and stands in
``payable/CLAIM``, negative, until it is paid.

An invoice may also ask before anything is used: then ``receivable/AWARD`` stands below zero until
use has come up to what was asked.

Worked example. HK$45.00 of own share are owed: receivable 4500. Invoiced: receivable 0, invoice
4500. HK$20.00 are paid: invoice 2500, cash 2000. A credit note of HK$5.00: invoice 2000. Another of
HK$30.00: invoice 0, and HK$10.00 of the payment go back, cash 1000.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from praya.core.ledger.accounts import (
    CASH,
    CLAIMED,
    REVENUE,
    Part,
    invoice_account,
    payable_account,
    receivable_account,
)
from praya.core.ledger.entries import Move, Posting, post_moves
from praya.core.ledger.kinds import check_amounts
from praya.core.ledger.lines import Line
from praya.core.ledger.refusals import BookExhausted
from praya.core.quantity import Money
from praya.core.refusal import Refusal


class InvoiceOverpaid(Refusal):
    """More is to be taken from an ``invoice`` than is ``open`` on it.

    ``asked`` says how much, ``commodity`` in which currency.
    """

    code = "book.invoice_overpaid"


def invoice(award: str, number: str, own: Money) -> tuple[Posting, ...]:
    """Receivable to invoice: what an award owes is asked for.

    Raises:
        AmountNotPositive: nothing is owed.
        AmountTooLarge: more than any programme could mean.

    """
    check_amounts(own.minor)
    return _moved(receivable_account(award), invoice_account(number), own)


def credit(  # noqa: PLR0913 -- the accounts as they stand, and the amount
    award: str, number: str, open_amount: Money, amount: Money, *, paid: Money, undone: Money
) -> tuple[Posting, ...]:
    """Part of an invoice is asked for no more: what was undone since, then revenue given up.

    What is open on the invoice goes first; beyond it the centre pays back out of its cash, as far
    as was ``paid`` and not paid back before. ``undone`` is what the receivable fell by when charges
    were undone, and no invoice took off: it has left the revenue already.

    Raises:
        AmountNotPositive: nothing, or less, is credited.
        AmountTooLarge: more than any programme could mean.
        InvoiceOverpaid: more than is open and was paid; ``open`` is the two together.

    """
    _check_open(number, open_amount + paid, amount)
    from_open = min(amount.minor, open_amount.minor)
    undone_open = min(from_open, undone.minor)
    from_cash = amount.minor - from_open
    undone_cash = min(from_cash, undone.minor - undone_open)
    invoiced, owed, currency = invoice_account(number), receivable_account(award), amount.currency
    return post_moves(
        [
            Move(invoiced, owed, currency, undone_open),
            Move(invoiced, REVENUE, currency, from_open - undone_open),
            Move(CASH, owed, currency, undone_cash),
            Move(CASH, REVENUE, currency, from_cash - undone_cash),
        ]
    )


def credited_before(award: str, amount: Money) -> tuple[Posting, ...]:
    """Revenue to receivable: what a credit note gave up was undone after, and is given once.

    Raises:
        AmountNotPositive: nothing, or less.
        AmountTooLarge: more than any programme could mean.

    """
    check_amounts(amount.minor)
    return _moved(REVENUE, receivable_account(award), amount)


def credit_ahead(
    award: str, number: str, open_amount: Money, unused: Money, amount: Money
) -> tuple[Posting, ...]:
    """Part of what was asked for before use is asked for no more: receivable falls less below zero.

    What is open on the invoice goes first; beyond it the centre pays back out of its cash. What is
    open and has been used, as when a payment was undone, is revenue given up, as of every invoice.

    Raises:
        AmountNotPositive: nothing, or less, is credited.
        AmountTooLarge: more than any programme could mean.
        InvoiceOverpaid: more than is open, and than has not been used; ``open`` is the larger.

    """
    _check_open(number, max(open_amount, unused), amount)
    from_open = min(amount.minor, open_amount.minor)
    not_used = min(from_open, unused.minor)
    invoiced, owed, currency = invoice_account(number), receivable_account(award), amount.currency
    return post_moves(
        [
            Move(invoiced, owed, currency, not_used),
            Move(invoiced, REVENUE, currency, from_open - not_used),
            Move(CASH, owed, currency, amount.minor - from_open),
        ]
    )


def pay(number: str, open_amount: Money, amount: Money) -> tuple[Posting, ...]:
    """Invoice to cash: a payment has come in, in part or in full.

    Raises:
        AmountNotPositive: nothing, or less, was paid.
        AmountTooLarge: more than any programme could mean.
        InvoiceOverpaid: more than is open.

    """
    _check_open(number, open_amount, amount)
    return _moved(invoice_account(number), CASH, amount)


def unpay(number: str, amount: Money) -> tuple[Posting, ...]:
    """Cash to invoice: a payment was not one, and what it paid is open again.

    Raises:
        AmountNotPositive: nothing, or less.
        AmountTooLarge: more than any programme could mean.

    """
    check_amounts(amount.minor)
    return _moved(CASH, invoice_account(number), amount)


def claim(lines: Sequence[Line], number: str, amount: Money) -> tuple[Posting, ...]:
    """Free to used on an award's lines, the first line first; and owed to the claimant.

    Raises:
        AmountNotPositive: nothing, or less, is approved.
        AmountTooLarge: more than any programme could mean.
        BookExhausted: the lines together have less free; told of the last line.

    """
    assert lines, number
    check_amounts(amount.minor)
    free = sum(line.free.subsidy.minor for line in lines if not line.is_closed)
    if amount.minor > free:
        raise BookExhausted(
            line=lines[-1].code,
            commodity=amount.currency,
            asked=amount.minor,
            free=free,
            in_flight=sum(line.in_flight.subsidy.minor for line in lines),
            settled=sum(line.used.subsidy.minor for line in lines),
            committed=sum(
                line.free.subsidy.minor + line.in_flight.subsidy.minor + line.used.subsidy.minor
                for line in lines
            ),
            holds=(),
            hold_count=0,
        )
    owed = Move(payable_account(number), CLAIMED, amount.currency, amount.minor)
    return post_moves([*_drawn(lines, amount), owed])


def reimburse(number: str, amount: Money) -> tuple[Posting, ...]:
    """Cash to payable: an approved claim is paid.

    Raises:
        AmountNotPositive: nothing, or less.
        AmountTooLarge: more than any programme could mean.

    """
    check_amounts(amount.minor)
    return _moved(CASH, payable_account(number), amount)


def _drawn(lines: Sequence[Line], amount: Money) -> Iterator[Move]:
    left = amount.minor
    for line in lines:
        taken = 0 if line.is_closed else min(left, line.free.subsidy.minor)
        yield Move(line.account(Part.FREE), line.account(Part.USED), amount.currency, taken)
        left -= taken
    assert left == 0, (amount, left)


def _check_open(number: str, open_amount: Money, amount: Money) -> None:
    check_amounts(amount.minor)
    if open_amount < amount:
        raise InvoiceOverpaid(
            invoice=number,
            commodity=amount.currency,
            open=open_amount.minor,
            asked=amount.minor,
        )


def _moved(source: str, target: str, amount: Money) -> tuple[Posting, ...]:
    return post_moves([Move(source, target, amount.currency, amount.minor)])
