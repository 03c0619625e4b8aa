"""What must hold before an award may be used: ``award conditions``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.awards import AwardCode, awards
from praya.cli.changes import day_text
from praya.cli.words import _, in_language

conditions = group("conditions", _("What must hold before an award may be used."), below=awards)
Until = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help=_("The new last day."))]
Reason = Annotated[str, typer.Option(help=_("Why; the lead reads it."))]
Number = Annotated[int, typer.Argument(min=1, help=_("The condition, as the list shows it."))]


@conditions.command("list", help=_("List what must hold before an award may be used."))
def list_conditions(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    _tell(terminal, terminal.line.get("awards", code, "conditions"))


@conditions.command("tell", help=_("Say that a condition is met, and how. For the lead."))
def tell(
    context: typer.Context,
    code: AwardCode,
    number: Number,
    told: Annotated[str, typer.Argument(help=_("How it is met; who confirms it reads it."))],
) -> None:
    _act(context, code, number, "tell", {"told": told})


@conditions.command("confirm", help=_("Confirm a condition. For the role that it names."))
def confirm(
    context: typer.Context,
    code: AwardCode,
    number: Number,
    *,
    evidence: Annotated[str, typer.Option(help=_("Where the evidence can be read."))] = "",
) -> None:
    _act(context, code, number, "confirm", {"evidence": evidence})


@conditions.command("reopen", help=_("Open a condition again, before the award has started."))
def reopen(
    context: typer.Context,
    code: AwardCode,
    number: Number,
    *,
    reason: Reason,
) -> None:
    _act(context, code, number, "reopen", {"reason": reason})


@conditions.command("waive", help=_("Waive a condition. For the role that the rules name."))
def waive(
    context: typer.Context,
    code: AwardCode,
    number: Number,
    *,
    reason: Reason,
) -> None:
    _act(context, code, number, "waive", {"reason": reason})


@conditions.command("move", help=_("Give more time to meet what must hold."))
def move(context: typer.Context, code: AwardCode, *, until: Until, reason: Reason) -> None:
    terminal = terminal_of(context)
    given = {"meet_by": day_text(until), "reason": reason}
    _tell(terminal, terminal.line.send("awards", code, "meet-by", body=given, method="PUT"))


@conditions.command("take-up", help=_("Take up an award that ended before it could be used."))
def take_up(context: typer.Context, code: AwardCode, *, until: Until, reason: Reason) -> None:
    terminal = terminal_of(context)
    given = {"meet_by": day_text(until), "reason": reason}
    _tell(terminal, terminal.line.send("awards", code, "take-up", body=given))


def _act(context: typer.Context, code: str, number: int, act: str, body: dict[str, str]) -> None:
    terminal = terminal_of(context)
    _tell(terminal, terminal.line.send("awards", code, "conditions", number, act, body=body))


def _state(one: dict[str, Any]) -> str:
    if one["waived_because"]:
        return _("waived")
    return _("met") if one["is_met"] else _("open")


def _tell(terminal: Terminal, found: dict[str, Any]) -> None:
    if terminal.as_json:
        terminal.show(found)
        return
    rows = [
        {**one, "text": in_language(one["text"]), "is_met": _state(one)}
        for one in found["conditions"]
    ]
    columns = {
        "number": _("Number"),
        "is_met": _("State"),
        "text": _("What must hold"),
        "confirmed_by_word": _("Confirmed by"),
        "told": _("The lead says"),
        "evidence": _("Evidence"),
        "waived_because": _("Waived because"),
    }
    terminal.table(rows, columns, none=_("Nothing has to hold before this award starts."))
    if found["state"] == "waiting":
        terminal.say(
            None,
            _("%(award)s is signed; it ends if something is open after %(day)s.")
            % {"award": found["award"], "day": found["meet_by"]},
        )
