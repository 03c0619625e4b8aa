"""Another person as lead of an award: ``award lead``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.awards import AwardCode, awards
from praya.cli.words import _

lead = group("lead", _("Who leads an award, and another lead asked for."), below=awards)
Change = Annotated[int, typer.Argument(min=1, help=_("As “praya award lead show” shows it."))]
Reason = Annotated[str, typer.Option(help=_("Why; those whom it concerns read it."))]


@lead.command("show", help=_("Show who leads an award, and who was asked to."))
def show(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("awards", code, "lead")
    if terminal.as_json:
        terminal.show(found)
        return
    terminal.say(None, _("%(lead)s leads %(award)s.") % found)
    columns = {
        "id": _("Number"),
        "person": _("To lead"),
        "former": _("Lead until then"),
        "state_word": _("State"),
        "asked_by": _("Asked by"),
        "asked_at": _("Asked"),
        "reason": _("Reason"),
    }
    terminal.table(found["changes"], columns, none=_("No other lead was asked for."))


@lead.command("ask", help=_("Ask for another lead. For the lead, or the organisation's managers."))
def ask(
    context: typer.Context,
    code: AwardCode,
    email: Annotated[str, typer.Argument(help=_("The address they sign in with."))],
    *,
    reason: Reason,
) -> None:
    terminal = terminal_of(context)
    body = {"email": email, "reason": reason}
    _tell(terminal, terminal.line.send("awards", code, "lead", body=body))


@lead.command("answer", help=_("Say whether you would lead an award: yes or no."))
def answer(
    context: typer.Context,
    number: Change,
    said: Annotated[str, typer.Argument(metavar="ANSWER", help=_("yes or no."))],
) -> None:
    terminal = terminal_of(context)
    if said not in {"yes", "no"}:
        raise typer.BadParameter(_("Say yes or no."))
    body = {"agrees": said == "yes"}
    _tell(terminal, terminal.line.send("lead-changes", number, "answer", body=body))


@lead.command("grant", help=_("Grant another lead. For whom the rules name."))
def grant(context: typer.Context, number: Change) -> None:
    terminal = terminal_of(context)
    _tell(terminal, terminal.line.send("lead-changes", number, "decision", body={"grants": True}))


@lead.command("refuse", help=_("Refuse another lead. For whom the rules name."))
def refuse(context: typer.Context, number: Change, *, reason: Reason) -> None:
    terminal = terminal_of(context)
    body = {"grants": False, "reason": reason}
    _tell(terminal, terminal.line.send("lead-changes", number, "decision", body=body))


@lead.command("withdraw", help=_("Ask no longer for another lead."))
def withdraw(context: typer.Context, number: Change) -> None:
    terminal = terminal_of(context)
    _tell(terminal, terminal.line.send("lead-changes", number, "withdraw", body={}))


@lead.command("undo", help=_("Let the former lead lead again. For whom the rules name."))
def undo(context: typer.Context, number: Change, *, reason: Reason) -> None:
    terminal = terminal_of(context)
    _tell(terminal, terminal.line.send("lead-changes", number, "undo", body={"reason": reason}))


def _tell(terminal: Terminal, made: dict[str, Any]) -> None:
    terminal.say(
        made,
        _("Request %(id)s, %(person)s to lead %(award)s: %(state_word)s.")
        % {name: made[name] for name in ("id", "person", "award", "state_word")},
    )
