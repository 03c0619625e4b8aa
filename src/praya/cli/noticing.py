"""Notices that an award is suspended or ended on a day: ``award notice``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.awards import AwardCode, awards
from praya.cli.changes import Why, day_text, show_postings
from praya.cli.words import _

notices = group("notice", _("Notices that an award is suspended or ended on a day."), below=awards)


@notices.command("give", help=_("Say that an award is suspended or ended on a day."))
def give_notice(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: AwardCode,
    *,
    kind: Annotated[str, typer.Option(help=_("suspension or end."))],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=_("The day."))],
    cause: Annotated[str, typer.Option(help=_("As no-report, insolvency."))] = "other",
    reason: Why = "",
    preview: Annotated[
        bool, typer.Option("--preview", help=_("Show what it would do; tell nobody."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    if preview:
        asked = {"kind": kind, "cause": cause}
        _show_notice(terminal, terminal.line.send("awards", code, "notices", "preview", body=asked))
        return
    wish = {"kind": kind, "effective_on": day_text(on), "cause": cause, "reason": reason}
    made = terminal.line.send("awards", code, "notices", body=wish)
    if made["state"] == "asked":
        said = _("Number %s is asked for; somebody else has to agree: praya award notice agree.")
        terminal.say(made, said % made["id"])
    else:
        terminal.say(made, _("Notice %s is given.") % made["id"])


@notices.command("agree", help=_("Agree to an early end that somebody else asks for."))
def agree_notice(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("The number of the notice."))],
) -> None:
    terminal = terminal_of(context)
    notice = terminal.line.send("notices", number, "agree")
    terminal.say(notice, _("Notice %s is given; the lead is told.") % number)


@notices.command("list", help=_("List the notices on an award that stand."))
def list_notices(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "kind": _("Kind"),
        "state": _("State"),
        "effective_on": _("On"),
        "cause": _("Cause"),
        "reason": _("Reason"),
    }
    rows = terminal.line.get("awards", code, "notices")
    terminal.table(rows, columns, none=_("No notice stands."))


@notices.command("withdraw", help=_("Take a notice back before its day."))
def withdraw_notice(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("The number of the notice."))],
    *,
    reason: Why,
) -> None:
    terminal = terminal_of(context)
    notice = terminal.line.send("notices", number, "withdraw", body={"reason": reason})
    terminal.say(notice, _("Notice %s is taken back.") % number)


@notices.command("undo", help=_("Let an award run again that a notice has ended."))
def undo_notice(
    context: typer.Context,
    number: Annotated[int, typer.Argument(min=1, help=_("The number of the notice."))],
    *,
    reason: Why,
) -> None:
    terminal = terminal_of(context)
    notice = terminal.line.send("notices", number, "undo", body={"reason": reason})
    terminal.say(notice, _("What notice %s did is undone; the award runs again.") % number)


def _show_notice(terminal: Terminal, preview: dict[str, Any]) -> None:
    leases = ", ".join(preview["leases"])
    terminal.pairs(
        preview,
        [
            (_("At the earliest on"), preview["earliest"]),
            (_("Goes back once its days are charged"), leases),
        ],
    )
    if not terminal.as_json:
        typer.echo()
        show_postings(terminal, preview["postings"])
