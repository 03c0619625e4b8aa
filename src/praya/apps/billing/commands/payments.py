"""Payments are recorded, and undone where they were none."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.models import Invoice, Payment
from praya.apps.billing.queries.invoices import open_on, payment_of
from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.refusals import (
    NotAnInvoice,
    PaidBeforeIssue,
    PaidInFuture,
    PaymentUndone,
    ReasonMissing,
    UnknownReference,
)
from praya.apps.books.commands import lock_book, post_payment, post_payment_undone
from praya.apps.life.commands import close_paid_part, open_paid_part
from praya.apps.people.commands import record
from praya.apps.programmes.queries import programme_of, today_in
from praya.core.actor import Actor
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme


@transaction.atomic
def record_payment(
    *,
    programme_code: str,
    reference: str,
    amount: Money,
    paid_on: date,
    bank_reference: str,
    by: Actor,
    now: datetime,
) -> Payment:
    """Record that an invoice was paid, in part or in full.

    Paid in full before use, it opens its part of the grant.
    ``reference`` is the invoice's code as the payer wrote it; ``bank_reference`` the bank's own
    name for the payment, which counts once: the same payment again changes nothing, unless it was
    undone. In this order:

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor does not hold finance in the programme.
        UnknownReference: the programme has no such invoice.
        NotAnInvoice: it is a credit note.
        PaidInFuture, PaidBeforeIssue: the day cannot be.
        KeyReused: the bank's reference was used for another invoice or amount.
        AmountNotPositive, AmountTooLarge: it is no amount.
        InvoiceOverpaid: it is more than is open.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    programme = programme_of(programme_code)
    check_may_bill(by, programme_code, action="payment.record")
    invoice = _invoice_named(programme, reference)
    _check_day(programme, invoice, paid_on, now)
    assert amount.currency == invoice.currency, (amount, invoice)
    lock_book(programme_code)
    named = Payment.objects.filter(programme=programme, bank_reference=bank_reference)
    attempt = named.exclude(undoes=None).count() + 1
    post_payment(
        programme_code=programme_code,
        award_code=invoice.award.code,
        invoice=invoice.code,
        key=f"payment:{attempt}:{bank_reference}",
        amount=amount,
        by=by,
        now=now,
        facts={"paid_on": paid_on.isoformat()},
    )
    known = named.filter(undoes=None, attempt=attempt).first()
    if known is not None:
        return known
    _open_if_paid(invoice, by=by, now=now)
    assert by.person_id is not None  # who holds a role has signed in
    payment = Payment.objects.create(
        programme=programme,
        invoice=invoice,
        amount_minor=amount.minor,
        currency=amount.currency,
        paid_on=paid_on,
        bank_reference=bank_reference,
        attempt=attempt,
        recorded_at=now,
        recorded_by_id=by.person_id,
    )
    _record("payment.recorded", payment, by=by, now=now)
    return payment


@transaction.atomic
def undo_payment(*, payment_id: int, reason: str, by: Actor, now: datetime) -> Payment:
    """Undo a payment that was none, or another's; what it paid is open again. Both rows stay.

    What it opened of a grant, paid ahead of use, is closed again; what was used stays used.

    Repeated, it is refused as undone before.

    Raises:
        NotFound: there is no such payment, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        ReasonMissing: no reason.
        PaymentUndone: it was undone before, or is the undoing of another.

    """
    payment = payment_of(payment_id, by)
    programme = payment.programme
    check_may_bill(by, programme.code, action="payment.undo")
    if not reason.strip():
        raise ReasonMissing(action="payment.undo")
    lock_book(programme.code)
    if payment.undoes_id is not None or Payment.objects.filter(undoes=payment).exists():
        raise PaymentUndone(payment=payment.pk)
    post_payment_undone(
        programme_code=programme.code,
        award_code=payment.invoice.award.code,
        invoice=payment.invoice.code,
        key=f"payment-undone:{payment.pk}",
        amount=payment.amount,
        by=by,
        now=now,
        facts={"reason": reason.strip()},
    )
    if payment.invoice.ahead_part is not None:
        award, number = payment.invoice.award, payment.invoice.ahead_part
        close_paid_part(award=award, number=number, by=by, now=now)
    assert by.person_id is not None  # who holds a role has signed in
    undoing = Payment.objects.create(
        programme=programme,
        invoice=payment.invoice,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        paid_on=payment.paid_on,
        bank_reference=payment.bank_reference,
        attempt=payment.attempt,
        undoes=payment,
        reason=reason.strip(),
        recorded_at=now,
        recorded_by_id=by.person_id,
    )
    _record("payment.undone", undoing, by=by, now=now, undoes=payment.pk, reason=undoing.reason)
    return undoing


def _open_if_paid(invoice: Invoice, *, by: Actor, now: datetime) -> None:
    """Open what an invoice asked for before use, once nothing is open on it."""
    number = invoice.ahead_part
    if number is not None and not open_on(invoice).minor:
        award, code = invoice.award, invoice.code
        open_paid_part(award=award, number=number, invoice_code=code, by=by, now=now)


def _invoice_named(programme: Programme, reference: str) -> Invoice:
    found = Invoice.objects.select_related("award", "programme")
    invoice = found.filter(programme=programme, code__iexact=reference.strip()).first()
    if invoice is None:
        raise UnknownReference(reference=reference)
    if invoice.kind != InvoiceKind.INVOICE.value:
        raise NotAnInvoice(number=invoice.code)
    return invoice


def _check_day(programme: Programme, invoice: Invoice, paid_on: date, now: datetime) -> None:
    today = today_in(programme, now)
    if paid_on > today:
        raise PaidInFuture(paid_on=paid_on, today=today)
    if paid_on < invoice.issued_on:
        raise PaidBeforeIssue(paid_on=paid_on, issued_on=invoice.issued_on)


def _record(action: str, payment: Payment, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("invoice", payment.invoice.code),
        by=by,
        now=now,
        programme_code=payment.programme.code,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        paid_on=payment.paid_on.isoformat(),
        bank_reference=payment.bank_reference,
        **facts,
    )
