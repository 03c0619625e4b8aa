"""Invoices: of a programme, of an award, by age, one on screen and on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from praya.apps.awards.queries import award_of
from praya.apps.billing.access import READERS, check_may_bill, may_bill, may_see_of_award
from praya.apps.billing.commands import issue_invoices
from praya.apps.billing.queries import (
    ageing,
    ageing_sums,
    closed_months,
    credit_notes_of,
    invoice_of,
    invoices_in,
    invoices_of_award,
    open_on,
    paid_back_of,
    payments_of,
    to_ask_ahead,
    to_invoice,
)
from praya.apps.billing.rules import InvoiceKind, bucket_of
from praya.apps.billing.rules.carrying import is_credited
from praya.apps.programmes.queries import programme_of, today_in
from praya.core.programme.months import MONTH_PATTERN
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotAllowed, NotFound
from praya.web.actors import actor
from praya.web.badges import Confirm, Link
from praya.web.billing.badges import invoice_badge
from praya.web.guards import signed_in
from praya.web.reports.why import age_url
from praya.web.tables import Column, Filter, Table
from praya.words import quantities
from praya.words.billing import BUCKETS, INVOICE_KINDS
from praya.words.clock import now
from praya.words.languages import name_in_readers_language
from praya.words.paper.invoice import invoice_pdf

if TYPE_CHECKING:
    from datetime import date

    from praya.apps.billing.models import Invoice, Payment
    from praya.apps.billing.queries import Aged

MONTH = re.compile(MONTH_PATTERN)


@signed_in
def of_programme(request: HttpRequest, code: str) -> HttpResponse:
    """Every invoice and credit note of a programme."""
    by = actor(request)
    rows = invoices_in(code, by)
    programme = programme_of(code)
    table = Table(
        request,
        name="invoices",
        caption=_("Invoices and credit notes"),
        rows=rows,
        columns=_columns(today_in(programme, now())),
        fields=_FIELDS,
        search=(
            "code__icontains",
            "award__code__icontains",
            "award__organisation__name__icontains",
            "award__organisation__name_zh__icontains",
        ),
        filters=(
            Filter(
                "kind",
                _("Kind"),
                [(kind.value, str(INVOICE_KINDS[kind])) for kind in InvoiceKind],
                lookup="kind",
            ),
        ),
        sort="-code",
        empty=_("Nothing has been invoiced yet. Close a month first, then issue its invoices."),
    )
    bills = may_bill(by, code)
    context = {
        "programme": programme,
        "may_bill": bills,
        "ahead": len(to_ask_ahead(code)) if bills else 0,
    }
    return table.answer("web/billing/invoices.html", context)


@signed_in
def of_award(request: HttpRequest, code: str) -> HttpResponse:
    """The invoices of an award, for its lead and the programme's money keepers."""
    by = actor(request)
    award = award_of(code, by)
    if not may_see_of_award(by, award):
        raise NotAllowed(action="invoice.see", needs="lead")
    table = Table(
        request,
        name="invoices",
        caption=_("Invoices and credit notes"),
        rows=invoices_of_award(code),
        columns=_columns(today_in(award.programme, now())),
        fields=_FIELDS,
        sort="-code",
        empty=_("Nothing has been invoiced yet. Invoices come when a month is closed."),
    )
    return table.answer("web/billing/award_invoices.html", {"award": award})


@signed_in
def ageing_page(request: HttpRequest, code: str) -> HttpResponse:
    """Open invoices by how long they have been due."""
    by = actor(request)
    rows = ageing(code, by)
    programme = programme_of(code)
    today = today_in(programme, now())
    table = Table(
        request,
        name="ageing",
        caption=_("Open invoices"),
        rows=rows,
        columns=(
            _number(),
            Column(
                "organisation",
                _("Organisation"),
                lambda row: name_in_readers_language(row.award.organisation),
                sort="award__organisation__name",
            ),
            Column("lead", _("Lead"), lambda row: str(row.award.lead)),
            Column("due_on", _("Due"), sort="due_on"),
            Column("age", _("Days over"), lambda row: max(0, _days(row, today)), align="end"),
            Column("bucket", _("Age"), lambda row: str(BUCKETS[bucket_of(row.due_on, today)])),
            Column("amount", _("Amount"), sort="amount_minor", align="end"),
            Column(
                "open", pgettext("of an invoice", "Open"), open_on, sort="open_minor", align="end"
            ),
        ),
        fields=(*_FIELDS, *(f"award__lead__{name}" for name in ("name", "name_zh", "email"))),
        search=(
            "code__icontains",
            *(f"award__organisation__{name}__icontains" for name in ("name", "name_zh")),
        ),
        sort="due_on",
        empty=_("Everything that was asked for has been paid."),
    )
    context = {
        "programme": programme,
        "facts": [
            (str(BUCKETS[one.bucket]), _open_at(code, one))
            for one in ageing_sums(code, programme.currency, today)
        ],
        "may_bill": may_bill(by, code),
    }
    return table.answer("web/billing/ageing.html", context)


def _open_at(code: str, one: Aged) -> Link | Money:
    """What is open at an age; it leads to the invoices that it is the sum of."""
    if not one.open:
        return one.open
    return Link(quantities.money(one.open), age_url(code, one.bucket.value))


@signed_in
def issue(request: HttpRequest, code: str, month: str) -> HttpResponse:
    """Ask, then issue the invoices of a closed month."""
    by = actor(request)
    programme = programme_of(code)
    check_may_bill(by, code, action="invoice.issue")
    if not MONTH.fullmatch(month) or not closed_months(code, by).filter(month=month).exists():
        raise NotFound(kind="period", key=month)
    if request.method == "POST":
        issued, left = issue_invoices(programme_code=code, month=month, by=by, now=now())
        said = ngettext("%s invoice issued.", "%s invoices issued.", len(issued))
        messages.info(request, said % quantities.number(len(issued)))
        if left:
            messages.info(request, _("Not invoiced, since they claim: %s") % ", ".join(left))
        return redirect("web:invoice-list", code)
    owed = to_invoice(code, month)
    confirm = Confirm(
        title=_("Issue the invoices of %s") % quantities.month(month),
        what=_(
            "Each award that owes an own share for the month gets one invoice, with the next "
            "number, by mail. An invoice is never changed; a credit note takes it back."
        ),
        button=_("Issue"),
        cancel_url=reverse("web:period-list", args=[code]),
        facts=(
            (_("Invoices"), len(owed)),
            (_("Own share"), Money(sum(one.own_minor for one in owed), programme.currency)),
        ),
    )
    return TemplateResponse(request, "web/confirm.html", {"confirm": confirm})


@signed_in
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One invoice or credit note, with its payments."""
    by = actor(request)
    invoice = invoice_of(code, by)
    bills = may_bill(by, invoice.programme.code)
    rows = invoice.content["rows"]
    context = {
        "invoice": invoice,
        "badge": invoice_badge(invoice, today_in(invoice.programme, now())),
        "facts": _facts(invoice),
        "heads": (
            _("Device model"),
            _("Accelerator time"),
            _("Price a card-hour"),
            _("List price"),
            _("Subsidy"),
            _("Own share"),
            _("Rate"),
        ),
        "rows": [
            *(_row(row, invoice.currency) for row in rows),
            *(_carried(one, invoice) for one in invoice.content.get("carried", [])),
        ],
        "notes": credit_notes_of(invoice),
        "payments": [_payment(one, bills=bills) for one in payments_of(invoice)],
        "may_credit": bills and invoice.corrects is None and _may_credit(invoice),
        "reads_finance": by.holds(invoice.programme.code, *READERS),
    }
    return TemplateResponse(request, "web/billing/invoice.html", context)


@signed_in
def pdf(request: HttpRequest, code: str) -> HttpResponse:
    """An invoice or credit note on paper, in English and Chinese."""
    invoice = invoice_of(code, actor(request))
    response = HttpResponse(invoice_pdf(invoice), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{invoice.code}.pdf"'
    return response


_FIELDS = (
    "code",
    "kind",
    "month",
    "issued_on",
    "due_on",
    "amount_minor",
    "currency",
    "award__code",
    "award__organisation__name",
    "award__organisation__name_zh",
)


def _columns(today: date) -> tuple[Column, ...]:
    return (
        _number(),
        Column("state", _("State"), lambda row: invoice_badge(row, today)),
        Column(
            "month",
            _("Month"),
            lambda row: quantities.month(row.month),
            sort="month",
            in_file=lambda row: row.month,
        ),
        Column("award", _("Award"), lambda row: row.award.code, sort="award__code"),
        Column(
            "organisation",
            _("Organisation"),
            lambda row: name_in_readers_language(row.award.organisation),
        ),
        Column("issued_on", _("Issued"), sort="issued_on"),
        Column("due_on", _("Due"), sort="due_on"),
        Column("amount", _("Amount"), sort="amount_minor", align="end"),
        Column("open", pgettext("of an invoice", "Open"), open_on, sort="open_minor", align="end"),
    )


def _number() -> Column:
    return Column(
        "code",
        _("Number"),
        lambda row: Link(row.code, reverse("web:invoice", args=[row.code])),
        sort="number",
    )


def _days(invoice: Invoice, today: date) -> int:
    assert invoice.due_on is not None, invoice
    return (today - invoice.due_on).days


def _facts(invoice: Invoice) -> list[tuple[str, object]]:
    award = Link(invoice.award.code, reverse("web:award", args=[invoice.award.code]))
    statement = Link(
        quantities.month(invoice.month),
        reverse("web:statement", args=[invoice.award.code, invoice.month]),
    )
    facts: list[tuple[str, object]] = [
        (_("Award"), award),
        (_("Organisation"), name_in_readers_language(invoice.award.organisation)),
        (_("Statement"), statement),
        (_("Issued"), invoice.issued_on),
    ]
    if "ahead" in invoice.content:
        part = _("part %(part)s of %(parts)s of the own share") % invoice.content["ahead"]
        facts.append((_("Paid before use"), part))
    if invoice.corrects is not None:
        corrected = Link(
            invoice.corrects.code, reverse("web:invoice", args=[invoice.corrects.code])
        )
        return [
            *facts,
            (_("Amount"), invoice.amount),
            (_("Takes back part of"), corrected),
            (_("Reason"), invoice.reason),
        ]
    return [
        *facts,
        (
            _("Amount"),
            invoice.amount
            if _is_ahead(invoice)
            else Link(quantities.money(invoice.amount), _why(invoice)),
        ),
        (_("Due"), invoice.due_on),
        (pgettext("of an invoice", "Open"), open_on(invoice)),
    ]


def _may_credit(invoice: Invoice) -> bool:
    """Whether anything is left to take back: open, paid, or asked for before use."""
    return bool(open_on(invoice)) or _is_ahead(invoice) or bool(paid_back_of(invoice))


def _is_ahead(invoice: Invoice) -> bool:
    """Whether an invoice asks before use; what is not used of it may be paid back."""
    return invoice.ahead_part is not None and invoice.corrects is None


def _why(invoice: Invoice) -> str:
    """The page that explains the own share of the invoice's month."""
    url = reverse("web:why-statement", args=[invoice.award.code, invoice.month])
    return f"{url}?of=own"


def _row(row: dict[str, Any], currency: str) -> tuple[object, ...]:
    return (
        row["device_model"],
        CardTime(row["card_seconds"], row["device_model"]),
        quantities.price_in_class(
            Money(row["price_minor_per_hour"], currency), row.get("service_class", "")
        ),
        *(Money(row[name], currency) for name in ("list_minor", "subsidy_minor", "own_minor")),
        quantities.percent(row["rate_bp"]),
    )


def _carried(one: dict[str, Any], invoice: Invoice) -> tuple[object, ...]:
    of, own = one["month"], one["own_minor"]
    what = _("Credited") if is_credited(of, own, month=invoice.month) else _("Carried over")
    name = f"{what} ({quantities.month(of)})"
    return (name, "", "", "", "", Money(own, invoice.currency), "")


def _payment(payment: Payment, *, bills: bool) -> dict[str, object]:
    undone = getattr(payment, "undone_by", None)
    return {
        "row": payment,
        "amount": payment.amount,
        "is_undone": undone is not None,
        "may_undo": bills and undone is None and payment.undoes_id is None,
    }
