"""Closing months, invoices and payments: ``period``, ``invoice``, ``payment``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.trouble import Trouble
from praya.cli.words import _, money, pgettext
from praya.core.quantity import Money

periods = group("period", _("Months of a programme: closed once their books are right."))
invoices = group("invoice", _("Invoices and credit notes of closed months."))
payments = group("payment", _("Payments of invoices."))

ProgrammeCode = Annotated[
    str, typer.Argument(metavar="PROGRAMME", help=_("The code of the programme."))
]
Month = Annotated[str, typer.Argument(metavar="MONTH", help=_("As 2026-11."))]
InvoiceCode = Annotated[
    str, typer.Argument(metavar="INVOICE", help=_("The number of the invoice, as HCP-I0007."))
]
AmountText = Annotated[str, typer.Argument(metavar="AMOUNT", help=_("As 1,000.00."))]
Reason = Annotated[str, typer.Option(help=_("Why."))]


@periods.command("list", help=_("List the closed months of a programme."))
def list_periods(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "month": _("Month"),
        "closed_at": _("Closed at"),
        "closed_by": _("By"),
        "entries": _("Entries"),
        "head_sha256": _("Seal"),
    }
    found = terminal.line.get("programmes", code, "periods")
    terminal.table(found, columns, none=_("No month has been closed yet."))


@periods.command(
    "close", help=_("Prove a month's books and close it for ever; for finance. Takes a minute.")
)
def close(
    context: typer.Context,
    code: ProgrammeCode,
    month: Month,
    *,
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    terminal = terminal_of(context)
    if not yes:
        typer.confirm(_("A closed month is never opened again. Close it?"), abort=True, err=True)
    made = terminal.line.send("programmes", code, "periods", month, "close")
    said = _("%(month)s is closed: %(entries)s entries, sealed %(seal)s.")
    facts = {"month": month, "entries": f"{made['entries']:,}", "seal": made["head_sha256"]}
    terminal.say(made, said % facts)


@invoices.command("list", help=_("List the invoices and credit notes of a programme."))
def list_invoices(
    context: typer.Context,
    code: ProgrammeCode,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help=_("At most so many."))] = 50,
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "invoices", limit=limit)["items"]
    _show_invoices(terminal, found, {}, none=_("Nothing has been invoiced yet."))


@invoices.command("ageing", help=_("List open invoices, the longest due first."))
def ageing(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "ageing")
    more = {"bucket": _("Days over"), "lead": _("Lead")}
    _show_invoices(terminal, found, more, none=_("Everything that was asked for has been paid."))


@invoices.command("issue", help=_("Issue the invoices of a closed month; for finance."))
def issue(context: typer.Context, code: ProgrammeCode, month: Month) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("programmes", code, "periods", month, "invoices")
    numbers = ", ".join(one["code"] for one in made["issued"])
    terminal.say(
        made, _("Issued: %s.") % numbers if numbers else _("Nothing was left to be invoiced.")
    )


@invoices.command(
    "ahead", help=_("Ask for the next part of own shares that are paid before use; for finance.")
)
def ahead(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("programmes", code, "invoices", "ahead")
    numbers = ", ".join(one["code"] for one in made["issued"])
    terminal.say(
        made, _("Issued: %s.") % numbers if numbers else _("Nothing was left to be asked for.")
    )


@invoices.command("show", help=_("Show an invoice with its payments."))
def show(context: typer.Context, code: InvoiceCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("invoices", code)
    currency = found["currency"]
    terminal.pairs(
        found,
        [
            (_("Number"), found["code"]),
            (_("Award"), found["award"]),
            (_("Organisation"), found["organisation"]),
            (_("Month"), found["month"]),
            (_("Amount"), money(found["amount_minor"], currency)),
            (pgettext("of an invoice", "Open"), money(found["open_minor"], currency)),
            (_("Issued"), found["issued_on"]),
            (_("Due"), found["due_on"]),
            (_("Takes back part of"), found["corrects"]),
            (_("Part of the own share, before use"), found["ahead_part"] or ""),
            (_("Reason"), found["reason"]),
            *(
                (_("Payment %s") % one["id"], f"{one['paid_on']}  {_came_in(one)}")
                for one in found["payments"]
            ),
        ],
    )


def _came_in(payment: dict[str, Any]) -> str:
    """What a payment brought; what undid one took as much away again."""
    sign = 1 if payment["undoes"] is None else -1
    return money(sign * payment["amount_minor"], payment["currency"])


@invoices.command("pdf", help=_("Save an invoice as PDF, in English and Chinese."))
def pdf(
    context: typer.Context,
    code: InvoiceCode,
    file: Annotated[Path, typer.Argument(dir_okay=False, help=_("Where to save it."))],
) -> None:
    terminal = terminal_of(context)
    content = terminal.line.fetch("invoices", code, "pdf")
    file.write_bytes(content)
    said = _("%(file)s is saved, %(size)s bytes.") % {"file": file, "size": len(content)}
    terminal.say({"file": str(file), "size": len(content)}, said)


@invoices.command("credit", help=_("Take back part of an invoice by a credit note; for finance."))
def credit(
    context: typer.Context, code: InvoiceCode, amount: AmountText, *, reason: Reason
) -> None:
    terminal = terminal_of(context)
    currency = terminal.line.get("invoices", code)["currency"]
    body = {"amount_minor": minor_of(amount, currency), "reason": reason}
    made = terminal.line.send("invoices", code, "credit", body=body)
    terminal.say(made, _("Credit note %s was issued.") % made["code"])


@payments.command("record", help=_("Record that an invoice was paid; for finance."))
def record(  # noqa: PLR0913 -- what one command takes
    context: typer.Context,
    code: ProgrammeCode,
    reference: InvoiceCode,
    amount: AmountText,
    *,
    paid_on: Annotated[str, typer.Option(metavar="DAY", help=_("As 2026-11-30."))],
    bank_reference: Annotated[str, typer.Option(help=_("The bank's own name for the payment."))],
) -> None:
    terminal = terminal_of(context)
    currency = terminal.line.get("programmes", code)["currency"]
    body = {
        "reference": reference,
        "amount_minor": minor_of(amount, currency),
        "paid_on": paid_on,
        "bank_reference": bank_reference,
    }
    made = terminal.line.send("programmes", code, "payments", body=body)
    said = _("Payment %(number)s of %(amount)s for %(invoice)s is recorded.")
    facts = {
        "number": made["id"],
        "amount": money(made["amount_minor"], made["currency"]),
        "invoice": made["invoice"],
    }
    terminal.say(made, said % facts)


@payments.command("undo", help=_("Undo a payment that was none; for finance."))
def undo(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("As “praya invoice show” shows it."))],
    *,
    reason: Reason,
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("payments", number, "undo", body={"reason": reason})
    terminal.say(made, _("Payment %s is undone; what it had paid is open again.") % number)


def _show_invoices(
    terminal: Terminal, found: list[dict[str, Any]], more: dict[str, str], *, none: str
) -> None:
    rows = [
        one | {name: money(one[f"{name}_minor"], one["currency"]) for name in ("amount", "open")}
        for one in found
    ]
    columns = {
        "code": _("Number"),
        "award": _("Award"),
        "organisation": _("Organisation"),
        "month": _("Month"),
        "due_on": _("Due"),
        "amount": _("Amount"),
        "open": pgettext("of an invoice", "Open"),
        **more,
    }
    terminal.table(
        found if terminal.as_json else rows, columns, none=none, right=("amount", "open")
    )


def minor_of(text: str, currency: str) -> int:
    """An amount as people write it, in minor units."""
    try:
        return Money.parse(text, currency).minor
    except ValueError:
        raise Trouble(_("“%s” is no amount of money. Write it as 1,000.00.") % text) from None
