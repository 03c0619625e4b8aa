"""Reviews at the terminal: ``review``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.amounts import amount
from praya.cli.app import Terminal, group, terminal_of
from praya.cli.reading import fields_of
from praya.cli.words import _

reviews = group("review", _("Reviews: yours to write, and for officers to ask for."))
ReviewNumber = Annotated[int, typer.Argument(min=1, help=_("As “praya review list” shows it."))]


@reviews.command("list", help=_("List the reviews that wait for you."))
def list_reviews(
    context: typer.Context,
    *,
    done: Annotated[bool, typer.Option("--all", help=_("Those that are done, too."))] = False,
) -> None:
    terminal = terminal_of(context)
    columns = {
        "id": _("Number"),
        "application": _("Application"),
        "title": _("Title"),
        "organisation": _("Organisation"),
        "state": _("State"),
        "due_on": _("Due"),
    }
    rows = list(terminal.line.every("reviews", done=done))
    terminal.table(rows, columns, none=_("No review waits for you."))


@reviews.command("show", help=_("Show a review; the case opens once a conflict is denied."))
def show_review(context: typer.Context, number: ReviewNumber) -> None:
    terminal = terminal_of(context)
    review = terminal.line.get("reviews", number)
    if terminal.as_json:
        terminal.show(review)
        return
    content: dict[str, Any] = review["content"] or {}
    terminal.pairs(
        review,
        [
            (_("Application"), review["application"]),
            (_("Title"), review["title"]),
            (_("Organisation"), review["organisation"]),
            (_("State"), review["state"]),
            (_("Due"), review["due_on"]),
            *((name, text) for name, text in content.get("project", {}).items()),
            *((name, text) for name, text in content.get("answers", {}).items()),
            (_("Marks"), marks_said(review["marks"])),
            (_("Comment"), review["comment"]),
            (_("To the desk"), review["comment_to_desk"]),
        ],
    )
    if review["content"] is not None:
        _tell_lines(terminal, review)
        _tell_criteria(terminal, review)


def marks_said(marks: list[dict[str, Any]]) -> str:
    """``merit=4 plan=3``; a dash where the reviewer is in two minds."""
    return " ".join(
        f"{mark['criterion']}={'–' if mark['points'] is None else mark['points']}" for mark in marks
    )


def _tell_lines(terminal: Terminal, review: dict[str, Any]) -> None:
    recommended = {one["number"]: amount(one) for one in review["recommended"]}
    rows = [
        {**line, "recommended": recommended.get(int(line["number"]), "")}
        for line in review["content"]["lines"]
    ]
    columns = {
        "number": _("Line"),
        "device_model": _("Device model"),
        "shape": _("Kind"),
        "cards": _("Cards"),
        "card_hours": _("Card-hours"),
        "first_on": _("From"),
        "last_on": _("To"),
        "note": _("Note"),
        "recommended": _("Recommended"),
    }
    right = ("number", "cards", "card_hours", "recommended")
    terminal.table(rows, columns, none=_("It asks for nothing."), right=right)


def _tell_criteria(terminal: Terminal, review: dict[str, Any]) -> None:
    rows = [
        {
            **one,
            "scale": f"{review['lowest']}–{review['highest']}",
            "ask": "\n".join(one["prompts"]),
        }
        for one in review["criteria"]
    ]
    columns = {
        "code": _("Criterion"),
        "name": _("Name"),
        "weight_percent": _("Weight in %"),
        "scale": _("Marks"),
        "ask": _("What to look at"),
    }
    terminal.table(rows, columns, none="", right=("weight_percent",))


@reviews.command(
    "declare", help=_("Say whether you have a conflict of interest; none opens the case.")
)
def declare(
    context: typer.Context,
    number: ReviewNumber,
    kind: Annotated[
        str,
        typer.Argument(
            help=_("none, same-organisation, co-author, adviser, financial, relative or other.")
        ),
    ],
    *,
    note: Annotated[str, typer.Option(help=_("What it is; needed for other."))] = "",
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("reviews", number, "declaration", body={"kind": kind, "note": note})
    terminal.say(made, f"{made['application']}: {made['state']}")


@reviews.command(
    "write",
    help=_("Keep a review from a YAML or JSON file: marks, recommended, comment, comment_to_desk."),
)
def write(
    context: typer.Context,
    number: ReviewNumber,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("The review."))],
    *,
    submit: Annotated[
        bool, typer.Option("--submit", help=_("Hand it in; it does not change any more then."))
    ] = False,
) -> None:
    terminal = terminal_of(context)
    body = fields_of(file)
    body["revision"] = terminal.line.get("reviews", number)["revision"]
    saved = terminal.line.send("reviews", number, body=body, method="PUT")
    said = _("The review is kept; it is not handed in yet.")
    if submit:
        body = {"revision": saved["revision"]}
        saved = terminal.line.send("reviews", number, "submit", body=body)
        said = _("The review is handed in.")
    terminal.say(saved, said)
