"""The head of a book for everybody, and corrections by two people of finance: ``book``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, terminal_of
from praya.cli.records import ProgrammeCode, book
from praya.cli.words import _, money
from praya.core.quantity import device_model_of

Number = Annotated[int, typer.Argument(min=1, help=_("As “praya book corrections” shows it."))]
Why = Annotated[str, typer.Option("--reason", help=_("Why."))]


@book.command("head", help=_("Show the seal of a book's last entry, which anybody may keep."))
def head(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "book", "head")
    said = _("%(entries)s entries, sealed %(seal)s.")
    terminal.say(found, said % {"entries": f"{found['entries']:,}", "seal": found["sha256"]})


@book.command("corrections", help=_("List what was asked to be put right, and what became of it."))
def corrections(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "corrections")
    rows = [{**one, "what": _what(one)} for one in found]
    columns = {
        "id": _("Number"),
        "what": _("Correction"),
        "state": _("State"),
        "asked_by": _("Asked by"),
        "decided_by": _("Decided by"),
        "reason": _("Reason"),
    }
    none = _("Nothing was asked to be put right.")
    terminal.table(found if terminal.as_json else rows, columns, none=none)


@book.command("reverse", help=_("Ask that an entry be turned round; for finance."))
def reverse(
    context: typer.Context,
    code: ProgrammeCode,
    entry: Annotated[int, typer.Argument(min=1, help=_("The entry's number in the book."))],
    *,
    reason: Why,
) -> None:
    terminal = terminal_of(context)
    body = {"number": entry, "reason": reason}
    _say(terminal, terminal.line.send("programmes", code, "corrections", "reversal", body=body))


@book.command("adjust", help=_("Ask that an amount be moved between two accounts; for finance."))
def adjust(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: ProgrammeCode,
    amount: Annotated[int, typer.Argument(help=_("How much, in its smallest units."))],
    commodity: Annotated[str, typer.Argument(help=_("What: HKD, nvidia-h800·s."))],
    *,
    source: Annotated[str, typer.Option("--from", help=_("The account that gives."))],
    target: Annotated[str, typer.Option("--to", help=_("The account that gets."))],
    reason: Why,
) -> None:
    terminal = terminal_of(context)
    body = {
        "source": source,
        "target": target,
        "commodity": commodity,
        "amount": amount,
        "reason": reason,
    }
    _say(terminal, terminal.line.send("programmes", code, "corrections", "adjustment", body=body))


@book.command("approve", help=_("Approve a correction that somebody else asked for; for finance."))
def approve(context: typer.Context, number: Number) -> None:
    terminal = terminal_of(context)
    _say(terminal, terminal.line.send("corrections", number, "approve"))


@book.command("refuse", help=_("Refuse a correction; for finance."))
def refuse(context: typer.Context, number: Number, *, reason: Why) -> None:
    terminal = terminal_of(context)
    _say(terminal, terminal.line.send("corrections", number, "refuse", body={"reason": reason}))


def _say(terminal: Terminal, made: dict[str, Any]) -> None:
    said = _("Correction %(number)s (%(what)s): %(state)s.")
    terminal.say(made, said % {"number": made["id"], "what": _what(made), "state": made["state"]})


def _what(one: dict[str, Any]) -> str:
    if one["number"] is not None:
        return str(_("reverse entry %s") % one["number"])
    commodity, amount = one["commodity"], one["amount"]
    # Seconds stay as they are: in hours to one decimal a few of them would be none.
    is_money = device_model_of(commodity) is None
    moved = money(amount, commodity) if is_money else f"{amount:,} {commodity}"
    return f"{one['source']} → {one['target']} {moved}"
