"""Invoices, payments, closed months and subsidy over the years by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import Amount, BankReference, CodeInPath, Day, Line, MonthInPath, NumberInPath
from praya.api.money import reader_of_book
from praya.api.paging import Page, Paging, page_of
from praya.apps.awards.queries import award_of, received_in_window
from praya.apps.billing import commands, queries
from praya.apps.billing.access import may_see_of_award
from praya.apps.billing.rules import bucket_of
from praya.apps.programmes.queries import programme_in_force, programme_of, today_in
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed
from praya.words import clock
from praya.words.paper.invoice import invoice_pdf

router = Router(tags=["billing"])
_YEARS = 3  # shown where the rules have no window


class InvoiceOut(Schema):
    """An invoice or credit note: ``open_minor`` by the book; ``ahead_part`` is asked before use."""

    code: str
    number: int
    kind: str
    award: str
    organisation: str
    month: str
    currency: str
    amount_minor: int
    open_minor: int
    issued_on: date
    due_on: date | None
    corrects: str
    ahead_part: int | None
    reason: str
    sha256: str


class UseOut(Schema):
    """A row of an invoice: one device model at one price and rate, in one class of service."""

    device_model: str
    card_seconds: int
    price_minor_per_hour: int
    service_class: str = ""
    rate_bp: int
    list_minor: int
    subsidy_minor: int
    own_minor: int


class CarriedOut(Schema):
    """An earlier month below nothing, which an invoice takes off."""

    month: str
    own_minor: int


class InvoicePaymentOut(Schema):
    """A payment, or the undoing of one."""

    id: int
    invoice: str
    amount_minor: int
    currency: str
    paid_on: date
    bank_reference: str
    undoes: int | None
    reason: str
    recorded_at: datetime


class InvoiceInFullOut(InvoiceOut):
    """An invoice with what it is for and its payments."""

    rows: list[UseOut]
    carried: list[CarriedOut]
    payments: list[InvoicePaymentOut]


class AgedOut(InvoiceOut):
    """An open invoice with its age."""

    lead: str
    bucket: str


class IssuedOut(Schema):
    """What was issued, and the awards that claim instead."""

    issued: list[InvoiceOut]
    not_invoiced: list[str]


class CreditIn(Schema):
    """How much is taken back, in minor units, and why."""

    amount_minor: Amount
    reason: Line


class InvoicePaymentIn(Schema):
    """A payment as the bank told of it, in minor units of the programme's currency."""

    reference: Annotated[Line, Field(min_length=1, max_length=40)]
    amount_minor: Amount
    paid_on: Day
    bank_reference: BankReference


class PaymentUndoIn(Schema):
    """Why a payment was none."""

    reason: Line


class PeriodOut(Schema):
    """A closed month: the book's length and seal, and what was checked."""

    month: str
    closed_at: datetime
    closed_by: str
    entries: int
    head_sha256: str
    checks: list[dict[str, Any]]


class ReceivedOut(Schema):
    """The subsidy of an organisation in the window, in one currency."""

    organisation_id: int
    organisation: str
    kind: str
    awards: int
    currency: str
    subsidy_minor: int
    ceiling_minor: int | None


@router.get(
    "/programmes/{code}/invoices", response=Page[InvoiceOut], summary="Invoices and credit notes"
)
def invoices(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    rows = queries.invoices_in(code, caller(request))
    return page_of(rows, paging, lambda found: [out_of(row) for row in found])


@router.get("/awards/{code}/invoices", response=list[InvoiceOut], summary="An award's invoices")
def invoices_of_award(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    by = caller(request)
    award = award_of(code, by)
    if not may_see_of_award(by, award):
        raise NotAllowed(action="invoice.see", needs="lead")
    return [out_of(row) for row in queries.invoices_of_award(code)]


@router.get("/programmes/{code}/ageing", response=list[AgedOut], summary="Open invoices by age")
def ageing(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    rows = queries.ageing(code, caller(request))
    today = today_in(programme_of(code), clock.now())
    return [
        out_of(row) | {"lead": str(row.award.lead), "bucket": bucket_of(row.due_on, today).value}
        for row in rows
        if row.due_on is not None
    ]


@router.get("/invoices/{code}", response=InvoiceInFullOut, summary="An invoice")
def one_invoice(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    invoice = queries.invoice_of(code, caller(request))
    return out_of(invoice) | {
        "rows": invoice.content["rows"],
        "carried": invoice.content.get("carried", []),
        "payments": [_payment(one, invoice.code) for one in queries.payments_of(invoice)],
    }


@router.get(
    "/invoices/{code}/pdf",
    summary="An invoice as PDF",
    openapi_extra={
        "responses": {
            200: {
                "description": "The invoice on paper, in English and Chinese.",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def invoice_on_paper(request: HttpRequest, code: CodeInPath) -> HttpResponse:
    content = invoice_pdf(queries.invoice_of(code, caller(request)))
    return HttpResponse(content, content_type="application/pdf")


@router.post(
    "/programmes/{code}/periods/{month}/invoices",
    response=IssuedOut,
    summary="Issue the invoices of a closed month",
    description="Safe to repeat: it issues those that are missing.",
)
def issue(request: HttpRequest, code: CodeInPath, month: MonthInPath) -> dict[str, Any]:
    issued, left = commands.issue_invoices(
        programme_code=code, month=month, by=caller(request), now=clock.now()
    )
    return {"issued": [out_of(row) for row in issued], "not_invoiced": left}


@router.post(
    "/invoices/{code}/credit",
    response={201: InvoiceOut},
    summary="Take back part of an invoice",
    description="Not safe to repeat: each call takes back once more.",
)
def credit(request: HttpRequest, code: CodeInPath, wish: CreditIn) -> Status[dict[str, Any]]:
    by = caller(request)
    currency = queries.invoice_of(code, by).currency
    note = commands.issue_credit_note(
        invoice_code=code,
        amount=Money(wish.amount_minor, currency),
        reason=wish.reason,
        by=by,
        now=clock.now(),
    )
    return Status(201, out_of(note))


@router.post(
    "/programmes/{code}/payments",
    response={201: InvoicePaymentOut},
    summary="Record a payment",
    description="Safe to repeat: the bank's reference counts once.",
)
def pay(request: HttpRequest, code: CodeInPath, wish: InvoicePaymentIn) -> Status[dict[str, Any]]:
    programme = programme_of(code)
    payment = commands.record_payment(
        programme_code=code,
        reference=wish.reference,
        amount=Money(wish.amount_minor, programme.currency),
        paid_on=wish.paid_on,
        bank_reference=wish.bank_reference,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, _payment(payment, payment.invoice.code))


@router.post(
    "/payments/{payment_id}/undo",
    response=InvoicePaymentOut,
    summary="Undo a payment",
    description="Refused when repeated.",
)
def undo(request: HttpRequest, payment_id: NumberInPath, why: PaymentUndoIn) -> dict[str, Any]:
    undoing = commands.undo_payment(
        payment_id=payment_id, reason=why.reason, by=caller(request), now=clock.now()
    )
    return _payment(undoing, undoing.invoice.code)


@router.get("/programmes/{code}/periods", response=list[PeriodOut], summary="Closed months")
def periods(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    return [_period(row) for row in queries.closed_months(code, caller(request))]


@router.post(
    "/programmes/{code}/periods/{month}/close",
    response=PeriodOut,
    summary="Close a month",
    description="Proves the book first, which takes a minute. Refused when repeated.",
)
def close(request: HttpRequest, code: CodeInPath, month: MonthInPath) -> dict[str, Any]:
    by = caller(request)
    return _period(commands.close_month(programme_code=code, month=month, by=by, now=clock.now()))


@router.get(
    "/programmes/{code}/subsidies",
    response=list[ReceivedOut],
    summary="Subsidy of organisations over the years",
)
def subsidies(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    reader_of_book(request, code)
    now = clock.now()
    found = programme_in_force(code, now)
    window = found.rules.subsidy.window if found.rules else None
    zone = ZoneInfo(found.programme.time_zone)
    ceiling = found.rules.money(window.ceiling) if found.rules and window else None
    received = received_in_window(
        window.years if window else _YEARS, now.astimezone(zone).date(), zone
    )
    return [
        {
            "organisation_id": one.organisation_id,
            "organisation": one.organisation or one.organisation_zh,
            "kind": one.kind,
            "awards": one.awards,
            "currency": one.currency,
            "subsidy_minor": one.subsidy.minor,
            "ceiling_minor": ceiling.minor
            if ceiling is not None and ceiling.currency == one.currency
            else None,
        }
        for one in received
    ]


def out_of(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Invoice
    return {
        "code": row.code,
        "number": row.number,
        "kind": row.kind,
        "award": row.award.code,
        "organisation": str(row.award.organisation),
        "month": row.month,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "open_minor": queries.open_on(row).minor,
        "issued_on": row.issued_on,
        "due_on": row.due_on,
        "corrects": row.corrects.code if row.corrects else "",
        "ahead_part": row.ahead_part,
        "reason": row.reason,
        "sha256": row.sha256,
    }


def _payment(row: Any, invoice: str) -> dict[str, Any]:  # noqa: ANN401 -- a Payment
    return {
        "id": row.pk,
        "invoice": invoice,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "paid_on": row.paid_on,
        "bank_reference": row.bank_reference,
        "undoes": row.undoes_id,
        "reason": row.reason,
        "recorded_at": row.recorded_at,
    }


def _period(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a PeriodClose
    return {
        "month": row.month,
        "closed_at": row.closed_at,
        "closed_by": str(row.closed_by),
        "entries": row.entries,
        "head_sha256": row.head_sha256,
        "checks": row.checks,
    }
