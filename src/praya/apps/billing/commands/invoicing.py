"""Invoices and credit notes are issued: numbered without gaps, and never changed."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.models import Invoice, PeriodClose
from praya.apps.billing.queries.content import award_to_bill, content_of
from praya.apps.billing.queries.invoices import Owed, invoice_of, to_invoice
from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.refusals import (
    MonthOpen,
    NotAnInvoice,
    OtherPayment,
    ReasonMissing,
)
from praya.apps.billing.rules.states import LETTER, code_of
from praya.apps.books.commands import lock_book, post_credit, post_invoice
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import programme_of, rules_of, today_in
from praya.core.actor import Actor
from praya.core.ledger import canonical_json
from praya.core.programme.money import Invoicing
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme


def issue_invoices(
    *, programme_code: str, month: str, by: Actor, now: datetime
) -> tuple[list[Invoice], list[str]]:
    """Invoice every own share of a closed month that has no invoice yet.

    What earlier months gave back, below nothing, is taken off first.
    Answers the invoices issued now, and the awards whose rules pay by claim. One transaction an
    award, so numbers are given one after another; repeated, it issues what is left. In this order:

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor does not hold finance in the programme.
        MonthOpen: the month is not closed.

    """
    programme = programme_of(programme_code)
    check_may_bill(by, programme_code, action="invoice.issue")
    if not PeriodClose.objects.filter(programme=programme, month=month).exists():
        raise MonthOpen(month=month)
    issued, left = [], []
    for owed in to_invoice(programme_code, month):
        try:
            invoice = _issue(programme, owed, by=by, now=now)
        except OtherPayment:
            left.append(owed.award_code)
        else:
            issued += [invoice] if invoice is not None else []
    return issued, left


@transaction.atomic
def _issue(programme: Programme, owed: Owed, *, by: Actor, now: datetime) -> Invoice | None:
    """Issue one invoice; nothing if somebody else has since."""
    # Lock the book before taking a number: two invoices must not take the same one, nor skip one.
    lock_book(programme.code)
    award = award_to_bill(owed.award_id)
    if award.invoices.filter(kind=InvoiceKind.INVOICE.value, month=owed.month).exists():
        return None
    rules = rules_of(award.rule_version)
    if rules.payment != "invoice":
        raise OtherPayment(payment=rules.payment)
    invoicing = rules.invoicing or Invoicing()
    today = today_in(programme, now)
    invoice = _made(
        programme,
        InvoiceKind.INVOICE,
        award=award,
        month=owed.month,
        amount_minor=owed.own_minor,
        issued_on=today,
        due_on=today + timedelta(days=invoicing.due_days),
        content=content_of(award, owed.month),
        by=by,
        now=now,
    )
    post_invoice(
        programme_code=programme.code,
        award_code=award.code,
        number=invoice.code,
        own=invoice.amount,
        by=by,
        now=now,
        facts={"month": owed.month},
    )
    send_letter(
        "invoice.issued",
        to=award.lead,
        invoice=invoice.code,
        award=award.code,
        month=owed.month,
        amount_minor=invoice.amount_minor,
        currency=invoice.currency,
        due_on=invoice.due_on,
    )
    _record("invoice.issued", invoice, by=by, now=now)
    return invoice


@transaction.atomic
def issue_credit_note(
    *, invoice_code: str, amount: Money, reason: str, by: Actor, now: datetime
) -> Invoice:
    """Take back part of an invoice, or all that is open on it. Each call takes back once more.

    Raises:
        NotFound: there is no such invoice, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        NotAnInvoice: it is a credit note itself.
        ReasonMissing: no reason.
        AmountNotPositive, AmountTooLarge, InvoiceOverpaid: more than is open cannot be taken back.

    """
    invoice = invoice_of(invoice_code, by)
    programme = invoice.programme
    check_may_bill(by, programme.code, action="invoice.credit")
    if invoice.kind != InvoiceKind.INVOICE.value:
        raise NotAnInvoice(number=invoice.code)
    if not reason.strip():
        raise ReasonMissing(action="invoice.credit")
    assert amount.currency == invoice.currency, (amount, invoice)
    lock_book(programme.code)
    note = _made(
        programme,
        InvoiceKind.CREDIT_NOTE,
        award=invoice.award,
        month=invoice.month,
        amount_minor=amount.minor,
        issued_on=today_in(programme, now),
        corrects=invoice,
        reason=reason.strip(),
        content=invoice.content,
        by=by,
        now=now,
    )
    post_credit(
        programme_code=programme.code,
        award_code=invoice.award.code,
        invoice=invoice.code,
        number=note.code,
        amount=amount,
        by=by,
        now=now,
        facts={"reason": note.reason},
    )
    send_letter(
        "invoice.credited",
        to=invoice.award.lead,
        invoice=invoice.code,
        note=note.code,
        amount_minor=note.amount_minor,
        currency=note.currency,
        reason=note.reason,
    )
    _record("invoice.credited", note, by=by, now=now, corrects=invoice.code)
    return note


def _made(
    programme: Programme,
    kind: InvoiceKind,
    *,
    issued_on: date,
    content: dict[str, Any],
    by: Actor,
    now: datetime,
    **fields: Any,  # noqa: ANN401 -- fields of the row
) -> Invoice:
    """A row with the next number. The caller holds the book."""
    assert by.person_id is not None  # who holds a role has signed in
    last = Invoice.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    invoice = Invoice(
        programme=programme,
        number=last + 1,
        code=code_of(programme.prefix, LETTER[kind], last + 1),
        kind=kind.value,
        currency=programme.currency,
        issued_on=issued_on,
        content=content,
        issued_at=now,
        issued_by_id=by.person_id,
        **fields,
    )
    invoice.sha256 = seal_of(invoice)
    invoice.save(force_insert=True)
    return invoice


def seal_of(invoice: Invoice) -> str:
    """A hash over all that stands on the paper."""
    shown = {
        "code": invoice.code,
        "corrects": invoice.corrects.code if invoice.corrects else "",
        "currency": invoice.currency,
        "amount_minor": invoice.amount_minor,
        "issued_on": invoice.issued_on.isoformat(),
        "due_on": invoice.due_on.isoformat() if invoice.due_on else "",
        "reason": invoice.reason,
        "content": invoice.content,
    }
    return hashlib.sha256(canonical_json(shown).encode()).hexdigest()


def _record(action: str, invoice: Invoice, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("invoice", invoice.code),
        by=by,
        now=now,
        programme_code=invoice.programme.code,
        award=invoice.award.code,
        month=invoice.month,
        amount_minor=invoice.amount_minor,
        currency=invoice.currency,
        **facts,
    )
