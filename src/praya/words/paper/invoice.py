"""An invoice or a credit note on paper, in English and Chinese side by side."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _

from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.carrying import is_credited
from praya.core.quantity import HOUR_S, Money
from praya.words import quantities

if TYPE_CHECKING:
    from praya.apps.billing.models import Invoice
    from praya.words.paper.sheet import Sheet

_ENGLISH, _CHINESE = "en-gb", "zh-hant"
_HUNDREDTH = Decimal("0.01")


def invoice_pdf(invoice: Invoice) -> bytes:
    """The document as PDF, from its row alone: the same for every reader, the same bytes."""
    with override(_ENGLISH):
        return _sheet(invoice).as_bytes()


def _sheet(invoice: Invoice) -> Sheet:
    from praya.words.paper.sheet import Sheet  # noqa: PLC0415 -- fonts are slow to load

    is_invoice = invoice.kind == InvoiceKind.INVOICE.value
    title = _both(_("Invoice")) if is_invoice else _both(_("Credit note"))
    sheet = Sheet(
        title=f"{title}   {invoice.code}",
        foot=f"{invoice.code} · {invoice.sha256[:16]}",
        made_at=datetime.combine(invoice.issued_on, datetime.min.time(), UTC),
    )
    sheet.facts(_facts(invoice))
    sheet.heading(_both(_("Amount")))
    sheet.rows(
        [_both(_("To be paid")) if is_invoice else _both(_("Taken back"))],
        [[quantities.money(invoice.amount)]],
        widths=(1,),
        right=(0,),
    )
    sheet.heading(_both(_("What it is for")))
    _uses(sheet, invoice)
    pay_to = invoice.content["pay_to"]
    if is_invoice and pay_to:
        sheet.heading(_both(_("How to pay")))
        for text in dict.fromkeys((pay_to["en"], pay_to["zh_hant"])):
            sheet.paragraph(text)
    if is_invoice:
        sheet.paragraph(_both(_("Write the number of the invoice on your payment."), "\n"))
    return sheet


def _facts(invoice: Invoice) -> list[tuple[str, str]]:
    content = invoice.content
    facts = [
        (_both(_("Programme")), _names(content["programme"])),
        (_both(_("Issued by")), _names(content["operator"])),
        (_both(_("To")), _joined(content["organisation"], content["organisation_zh"])),
        (_both(_("For")), _joined(content["lead"], content.get("lead_zh", ""))),
        (_both(_("Award")), _joined(content["award"], content["title"], content["title_zh"])),
        (_both(_("Month")), invoice.month),
        (_both(_("Issued")), invoice.issued_on.isoformat()),
    ]
    if "ahead" in content:
        ahead = content["ahead"]
        facts.append((_both(_("Paid before use")), f"{ahead['part']} / {ahead['parts']}"))
    if invoice.due_on is not None:
        facts.append((_both(_("Due")), invoice.due_on.isoformat()))
    if invoice.corrects is not None:
        facts.append((_both(_("Takes back part of")), invoice.corrects.code))
        facts.append((_both(_("Reason")), invoice.reason))
    return facts


def _uses(sheet: Sheet, invoice: Invoice) -> None:
    heads = [
        _both(text, "\n")
        for text in (
            _("Device model"),
            _("Card-hours"),
            _("Price a card-hour"),
            _("List price"),
            _("Subsidy"),
            _("Own share"),
        )
    ]
    rows = [_use(row, invoice.currency) for row in invoice.content["rows"]]
    for one in invoice.content.get("carried", []):
        of, minor = one["month"], one["own_minor"]
        credited = is_credited(of, minor, month=invoice.month)
        what = _both(_("Credited") if credited else _("Carried over"))
        own = quantities.money(Money(minor, invoice.currency))
        rows.append([f"{what} ({of})", "", "", "", "", own])
    sheet.rows(heads, rows, widths=(11, 8, 10, 10, 13, 10), right=(1, 2, 3, 4, 5))


def _use(row: dict[str, Any], currency: str) -> list[str]:
    hours = (Decimal(row["card_seconds"]) / HOUR_S).quantize(_HUNDREDTH)
    rate = quantities.percent(row["rate_bp"])

    def money(name: str) -> str:
        return quantities.money(Money(row[name], currency))

    return [
        row["device_model"],
        quantities.number(hours, 2),
        quantities.price_in_class(
            Money(row["price_minor_per_hour"], currency), row.get("service_class", "")
        ),
        money("list_minor"),
        f"{money('subsidy_minor')} ({rate})",
        money("own_minor"),
    ]


def _both(text: str, between: str = " ") -> str:
    """A text in English and, where there is one, in Chinese."""
    with override(_CHINESE):
        chinese = gettext(text)
    return _joined(text, "" if chinese == text else chinese, between=between)


def _names(words: dict[str, str]) -> str:
    return _joined(words["en"], words["zh_hant"])


def _joined(*parts: str, between: str = " · ") -> str:
    return between.join(part for part in parts if part)
