"""Appeals against what was decided: ``appeal``."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.app import group, terminal_of
from praya.cli.changes import Why
from praya.cli.words import _

appeals = group("appeal", _("Appeals: a lead contests a decision, somebody else answers."))

AppealNumber = Annotated[int, typer.Argument(min=1, help=_("As “praya appeal list” shows it."))]


@appeals.command("make", help=_("Contest what was decided about your case or award."))
def make(
    context: typer.Context,
    against: Annotated[
        str, typer.Argument(metavar="WHAT", help=_("What it is: case, change or notice."))
    ],
    key: Annotated[
        str,
        typer.Argument(metavar="WHICH", help=_("The code of the case, or the number.")),
    ],
    *,
    ground: Annotated[str, typer.Option(help=_("new-facts or misreading."))],
    text: Annotated[str, typer.Option(help=_("What should have been seen, and how it shows."))],
) -> None:
    terminal = terminal_of(context)
    given = {"against": against, "key": key, "ground": ground, "text": text}
    made = terminal.line.send("appeals", body=given)
    said = {"number": made["id"], "day": made["due_on"]}
    terminal.say(made, _("Appeal %(number)s is made; it should be answered by %(day)s.") % said)


@appeals.command("list", help=_("List the appeals you may see."))
def list_appeals(
    context: typer.Context,
    *,
    state: Annotated[str, typer.Option(help=_("open, upheld, rejected or withdrawn."))] = "",
) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "application": _("Case"),
        "against": _("Against"),
        "state": _("State"),
        "made_at": _("Made at"),
        "due_on": _("To be answered by"),
    }
    rows = list(terminal.line.every("appeals", **({"state": state} if state else {})))
    terminal.table(rows, columns, none=_("There are no appeals that you may see."))


@appeals.command("show", help=_("Show an appeal and its answer."))
def show_appeal(context: typer.Context, number: AppealNumber) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("appeals", number)
    terminal.pairs(
        found,
        [
            (_("Case"), found["application"]),
            (_("Against"), found["against"]),
            (_("Change"), found["change"] or ""),
            (_("Notice"), found["notice"] or ""),
            (_("State"), found["state"]),
            (_("Decided by"), found["decided_by"]),
            (_("Ground"), found["ground"]),
            (_("Text"), found["text"]),
            (_("Made by"), found["made_by"]),
            (_("To be answered by"), found["due_on"]),
            (_("Answered by"), found["answered_by"]),
            (_("In their words"), found["answer"]),
        ],
    )


@appeals.command("uphold", help=_("Agree: decide the case anew, or turn round what was done."))
def uphold(context: typer.Context, number: AppealNumber, *, reason: Why) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("appeals", number, "uphold", body={"reason": reason})
    terminal.say(done, _("Appeal %s is upheld.") % number)


@appeals.command("reject", help=_("Let the decision stand, with the reason that the lead reads."))
def reject(context: typer.Context, number: AppealNumber, *, reason: Why) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("appeals", number, "reject", body={"reason": reason})
    terminal.say(done, _("Appeal %s is rejected.") % number)


@appeals.command("withdraw", help=_("Take your own appeal back."))
def withdraw(context: typer.Context, number: AppealNumber) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("appeals", number, "withdraw")
    terminal.say(done, _("Appeal %s is withdrawn.") % number)
