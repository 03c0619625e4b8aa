"""Invoices and credit notes are issued: numbered without gaps, and never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max

from praya.apps.billing.access import check_may_bill
from praya.apps.billing.models import Invoice, PeriodClose
from praya.apps.billing.queries.ahead import is_settled, left_ahead, to_ask_ahead, unused_of
from praya.apps.billing.queries.carrying import TAKEN_UP
from praya.apps.billing.queries.content import award_to_bill, content_ahead, content_of
from praya.apps.billing.queries.crediting import paid_back_of, undone_of
from praya.apps.billing.queries.invoices import Owed, invoice_of, open_on, to_invoice
from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.refusals import (
    AheadInUse,
    AheadKept,
    MonthOpen,
    NotAnInvoice,
    OtherPayment,
    PaidBackAlone,
    ReasonMissing,
)
from praya.apps.billing.rules.states import LETTER, code_of
from praya.apps.books.commands import lock_book, post_credit, post_invoice
from praya.apps.life.commands import close_paid_part, open_paid_part
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import programme_of, rules_of, today_in
from praya.core.actor import Actor
from praya.core.ledger import canonical_json, check_amounts
from praya.core.ledger.billing import InvoiceOverpaid
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


def issue_ahead(*, programme_code: str, by: Actor, now: datetime) -> list[Invoice]:
    """Ask for the next part of each own share that is paid before use, where none is asked for.

    One transaction an award; repeated, it asks only for what is still missing. An award that bears
    nothing of its own has its parts opened. In this order:

    Raises:
        NotFound: there is no such programme.
        NotAllowed: the actor does not hold finance in the programme.

    """
    programme = programme_of(programme_code)
    check_may_bill(by, programme_code, action="invoice.issue")
    asked = (
        _issue_ahead(programme, award_id=due.award_id, by=by, now=now)
        for due in to_ask_ahead(programme_code)
    )
    return [invoice for invoice in asked if invoice is not None]


@transaction.atomic
def _issue_ahead(
    programme: Programme, *, award_id: int, by: Actor, now: datetime
) -> Invoice | None:
    """Ask for one part; nothing if somebody else has since."""
    # As for every invoice: the number is taken under the book's lock.
    lock_book(programme.code)
    award = award_to_bill(award_id)
    due = next(iter(to_ask_ahead(programme.code, pk=award_id)), None)
    if due is None:
        return None
    rules = rules_of(award.rule_version)
    content = content_ahead(award, part=due.part, parts=due.parts)
    today = today_in(programme, now)
    amount_minor = sum(row["own_minor"] for row in content["rows"])
    if not amount_minor:
        open_paid_part(award=award, number=due.part, invoice_code="", by=by, now=now)
        return None
    invoice = _made(
        programme,
        InvoiceKind.INVOICE,
        award=award,
        month=f"{today:%Y-%m}",
        ahead_part=due.part,
        amount_minor=amount_minor,
        issued_on=today,
        due_on=today + timedelta(days=(rules.invoicing or Invoicing()).due_days),
        content=content,
        by=by,
        now=now,
    )
    facts = {"ahead_part": due.part}
    _post(invoice, by=by, now=now, facts=facts)
    send_letter(
        "invoice.issued_ahead",
        to=award.lead,
        invoice=invoice.code,
        award=award.code,
        part=due.part,
        parts=due.parts,
        amount_minor=invoice.amount_minor,
        currency=invoice.currency,
        due_on=invoice.due_on,
    )
    _record("invoice.issued", invoice, by=by, now=now, **facts)
    return invoice


def _post(invoice: Invoice, *, by: Actor, now: datetime, facts: Mapping[str, object]) -> None:
    post_invoice(
        programme_code=invoice.programme.code,
        award_code=invoice.award.code,
        number=invoice.code,
        own=invoice.amount,
        by=by,
        now=now,
        facts=facts,
    )


@transaction.atomic
def _issue(programme: Programme, owed: Owed, *, by: Actor, now: datetime) -> Invoice | None:
    """Issue one invoice; nothing if somebody else has since."""
    # Lock the book before taking a number: two invoices must not take the same one, nor skip one.
    lock_book(programme.code)
    award = award_to_bill(owed.award_id)
    issued = award.invoices.filter(kind=InvoiceKind.INVOICE.value, ahead_part=None)
    if issued.filter(month=owed.month).exists():
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
    _post(invoice, by=by, now=now, facts={"month": owed.month})
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
    """Take back part of an invoice, or all of it. Each call takes back once more.

    What is open goes first, and of it what was undone of the invoice's own charges since: no later
    invoice takes that off once more. Beyond it, once the award has ended and all of its months are
    closed, what was paid is paid back, by somebody else of finance than who issued the invoice or
    recorded the payment. Of one that was paid ahead, what an ended award did not use is paid back,
    where the rules say so.

    Raises:
        NotFound: there is no such invoice, or the actor may not know of it.
        NotAllowed: the actor does not hold finance in the programme.
        NotAnInvoice: it is a credit note itself.
        ReasonMissing: no reason.
        AheadInUse, AheadKept: paid ahead, and not to be paid back; see rules.
        AmountNotPositive, AmountTooLarge, InvoiceOverpaid: more than is open and was paid.
        PaidBackAlone: the actor has had to do with what was paid on it; see rules.

    """
    seen = invoice_of(invoice_code, by)
    programme = seen.programme
    check_may_bill(by, programme.code, action="invoice.credit")
    if seen.kind != InvoiceKind.INVOICE.value:
        raise NotAnInvoice(number=seen.code)
    if not reason.strip():
        raise ReasonMissing(action="invoice.credit")
    assert amount.currency == seen.currency, (amount, seen)
    today = today_in(programme, now)
    lock_book(programme.code)
    invoice = invoice_of(invoice_code, by)  # with what is open on it as it is now
    paid, undone = paid_back_of(invoice), undone_of(invoice, amount)
    if invoice.ahead_part is not None:
        _check_ahead(invoice, amount)
        _check_second(invoice, amount, amount, by)
    else:
        _check_second(invoice, amount, open_on(invoice) + paid, by)
    check_amounts(amount.minor)
    note = _made(
        programme,
        InvoiceKind.CREDIT_NOTE,
        award=invoice.award,
        month=f"{today:%Y-%m}" if invoice.ahead_part is not None else invoice.month,
        ahead_part=invoice.ahead_part,
        amount_minor=amount.minor,
        issued_on=today,
        corrects=invoice,
        reason=reason.strip(),
        content=invoice.content | ({TAKEN_UP: undone.minor} if undone else {}),
        by=by,
        now=now,
    )
    post_credit(
        programme_code=programme.code,
        award_code=invoice.award.code,
        invoice=invoice.code,
        number=note.code,
        amount=amount,
        paid=paid,
        undone=undone,
        is_ahead=invoice.ahead_part is not None,
        by=by,
        now=now,
        facts={"reason": note.reason},
    )
    if invoice.ahead_part is not None:
        _follow_ahead(invoice, invoice.ahead_part, by=by, now=now)
    _tell_of_credit(invoice, note, by=by, now=now)
    return note


def _tell_of_credit(invoice: Invoice, note: Invoice, *, by: Actor, now: datetime) -> None:
    send_letter(
        "invoice.credited",
        to=invoice.award.lead,
        invoice=invoice.code,
        award=invoice.award.code,
        note=note.code,
        amount_minor=note.amount_minor,
        currency=note.currency,
        reason=note.reason,
    )
    _record("invoice.credited", note, by=by, now=now, corrects=invoice.code)


def _check_ahead(invoice: Invoice, amount: Money) -> None:
    """Refuse to pay back what was paid ahead, unless its award has ended and the rules say so.

    What is still open on the invoice may always be taken back.
    """
    if amount <= open_on(invoice):
        return
    award = invoice.award
    if not is_settled(award):
        raise AheadInUse(invoice=invoice.code, award=award.code)
    rule = rules_of(award.rule_version).life.paid_ahead
    if rule is None or not rule.refund_unused:
        raise AheadKept(invoice=invoice.code, award=award.code)
    unused = unused_of(invoice)
    if amount.minor > unused:
        raise InvoiceOverpaid(
            invoice=invoice.code, commodity=amount.currency, open=unused, asked=amount.minor
        )


def _check_second(invoice: Invoice, amount: Money, most: Money, by: Actor) -> None:
    """Refuse that one person makes money owed or paid, and takes it back.

    Who undid a payment opened what was paid; who issued the invoice, or recorded a payment of it,
    pays nothing back. ``most`` is what anybody may take back; more is refused as that.
    """
    own = invoice.payments.filter(recorded_by_id=by.person_id, undone_by=None)
    if own.filter(undoes__isnull=False).exists():
        raise PaidBackAlone(invoice=invoice.code)
    if open_on(invoice) < amount <= most and (by.person_id == invoice.issued_by_id or own.exists()):
        raise PaidBackAlone(invoice=invoice.code)


def _follow_ahead(invoice: Invoice, part: int, *, by: Actor, now: datetime) -> None:
    """Close a part that is not asked for any more; open one of which nothing is open any more."""
    award = invoice.award
    if not left_ahead(invoice):
        close_paid_part(award=award, number=part, by=by, now=now)
    elif not open_on(invoice_of(invoice.code, by)).minor:
        open_paid_part(award=award, number=part, invoice_code=invoice.code, by=by, now=now)


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
