"""Invoices, payments and claims as entries. The caller checks access and writes the audit line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from praya.apps.books.commands.corrections import reverse_entry
from praya.apps.books.models import Entry, Line
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.apps.books.rules import CREDITED_BEFORE_KEY
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, billing, invoice_account, receivable_account
from praya.core.quantity import Money


def lock_book(programme_code: str) -> date | None:
    """Take a book until the transaction ends; the last day of its last closed period, if any.

    Numbers that must have no gaps are given out under this lock.
    """
    return OpenBook.lock(programme_code).closed_until


@transaction.atomic
def post_invoice(
    *,
    programme_code: str,
    award_code: str,
    number: str,
    own: Money,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Ask for what an award owes. Content of the key, which is the number: award and amount.

    Raises:
        KeyReused: the number was used for something else.
        AmountNotPositive, AmountTooLarge: nothing is owed, or more than can be.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    request = Request(EntryKind.INVOICE, f"invoice:{number}", (award_code, own.currency, own.minor))
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    postings = billing.invoice(award_code, number, own)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def post_credit(
    *,
    programme_code: str,
    award_code: str,
    invoice: str,
    number: str,
    amount: Money,
    by: Actor,
    now: datetime,
    paid: Money,
    undone: Money,
    is_ahead: bool = False,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Take part of an invoice back. Content of the key, which is the number: invoice and amount.

    Beyond what is open, what was ``paid`` goes back out of cash; of one that asked before use
    (``is_ahead``), what is not used, whatever was paid. What was ``undone`` of the award's charges
    since, and no invoice takes up, comes back to what it owes; the rest is revenue given up.

    Raises:
        KeyReused: the number was used for something else.
        AmountNotPositive, AmountTooLarge: nothing is credited, or more than can be.
        InvoiceOverpaid: more than is open on the invoice and was paid; ahead of use, than is open,
            and than is not used.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    content = (invoice, amount.currency, amount.minor, *((award_code,) if is_ahead else ()))
    request = Request(EntryKind.CREDIT, f"credit:{number}", content)
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    left = _open_on(book, invoice, amount.currency)
    if is_ahead:
        unused = _unused(book, award_code, amount.currency)
        postings = billing.credit_ahead(award_code, invoice, left, unused, amount)
    else:
        postings = billing.credit(award_code, invoice, left, amount, paid=paid, undone=undone)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def post_credited_before(
    *,
    programme_code: str,
    award_code: str,
    month: str,
    amount: Money,
    by: Actor,
    now: datetime,
) -> Entry:
    """Count what credit notes gave before it was undone in a month. Content: the amount.

    It was given up as revenue, and has left the revenue by the undoing as well.

    Raises:
        KeyReused: another amount was counted in that month.
        AmountNotPositive, AmountTooLarge: nothing, or more than can be.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    key = f"{CREDITED_BEFORE_KEY}{award_code}:{month}"
    request = Request(EntryKind.CREDIT, key, (amount.currency, amount.minor))
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    postings = billing.credited_before(award_code, amount)
    facts = {"month": month}
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def post_payment(
    *,
    programme_code: str,
    award_code: str,
    invoice: str,
    key: str,
    amount: Money,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Take a payment in. Content of the key: invoice and amount.

    Raises:
        KeyReused: the key was used for something else.
        AmountNotPositive, AmountTooLarge: nothing was paid, or more than can be.
        InvoiceOverpaid: more than is open on the invoice.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    request = Request(EntryKind.PAY, key, (invoice, amount.currency, amount.minor))
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    postings = billing.pay(invoice, _open_on(book, invoice, amount.currency), amount)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def post_payment_undone(
    *,
    programme_code: str,
    award_code: str,
    invoice: str,
    key: str,
    amount: Money,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Open again what a payment had paid. Content of the key: invoice and amount.

    Raises:
        KeyReused: the key was used for something else.
        AmountNotPositive, AmountTooLarge: nothing, or more than can be.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    request = Request(EntryKind.UNPAY, key, (invoice, amount.currency, amount.minor))
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    postings = billing.unpay(invoice, amount)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def post_claim(
    *,
    programme_code: str,
    award_code: str,
    number: str,
    amount: Money,
    by: Actor,
    now: datetime,
    attempt: int = 1,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Draw an approved claim on an award's lines. Content of the key, the number: the amount.

    ``attempt`` is one more after each approval that was undone.

    Raises:
        KeyReused: the number was used for something else.
        AmountNotPositive, AmountTooLarge: nothing was approved, or more than can be.
        BookExhausted: the award has less money free.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    content = (award_code, amount.currency, amount.minor)
    request = Request(EntryKind.CLAIM, claim_key(EntryKind.CLAIM, number, attempt), content)
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    found = Line.objects.filter(programme_code=programme_code, award_code=award_code)
    codes = list(found.order_by("code").values_list("code", flat=True))
    lines = book.lines(codes)
    rows = [lines[code][0] for code in codes]
    postings = billing.claim([lines[code][1] for code in codes], number, amount)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts, lines=rows)


@transaction.atomic
def post_reimbursement(
    *,
    programme_code: str,
    award_code: str,
    number: str,
    amount: Money,
    by: Actor,
    now: datetime,
    attempt: int = 1,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Pay an approved claim. Content of the key, which is the number: the amount.

    ``attempt`` is one more after each payment that was undone.

    Raises:
        KeyReused: the claim was paid with another amount.
        AmountNotPositive, AmountTooLarge: nothing, or more than can be.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    content = (award_code, amount.currency, amount.minor)
    key = claim_key(EntryKind.REIMBURSE, number, attempt)
    request = Request(EntryKind.REIMBURSE, key, content)
    book = OpenBook.lock(programme_code, key=request.key)
    if (first := book.answered(request)) is not None:
        return first
    postings = billing.reimburse(number, amount)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def post_claim_undone(
    *,
    programme_code: str,
    kind: EntryKind,
    number: str,
    attempt: int,
    by: Actor,
    now: datetime,
    reason: str,
) -> Entry:
    """Turn round what approved a claim, or what paid it. Content of the key: the entry.

    What was drawn is free again, on a closed line in its pool; a payment is owed again.

    Raises:
        NotAllowed: the actor does not hold finance in the programme.
        PeriodClosed: ``now`` lies in a period that was closed.
        CannotReverse: less is used on a line; somebody took it back by other means.

    """
    key = claim_key(kind, number, attempt)
    undone = Entry.objects.get(programme_code=programme_code, key=key)
    return reverse_entry(
        programme_code=programme_code,
        number=undone.number,
        key=f"undone:{key}",
        by=by,
        now=now,
        reason=reason,
    )


def claim_key(kind: EntryKind, number: str, attempt: int) -> str:
    """The key under which a claim was approved or paid: ``claim:HCP-R0003``, then with ``:2``."""
    return f"{kind.value}:{number}" if attempt == 1 else f"{kind.value}:{number}:{attempt}"


def _unused(book: OpenBook, award_code: str, currency: str) -> Money:
    """What was asked for before use and has not been used."""
    owed = book.balance(receivable_account(award_code), currency)
    return Money(max(-owed, 0), currency)


def _open_on(book: OpenBook, invoice: str, currency: str) -> Money:
    """What is still to be paid on an invoice."""
    return Money(book.balance(invoice_account(invoice), currency), currency)
