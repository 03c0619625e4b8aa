"""Reviews at the terminal: ``review``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import group, terminal_of
from praya.cli.reading import fields_of
from praya.cli.words import _

reviews = group("review", _("Reviews you were asked for."))
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
    rows = list(terminal.line.every("/reviews", done=done))
    terminal.table(rows, columns, none=_("No review waits for you."))


@reviews.command("show", help=_("Show a review; the case opens once a conflict is denied."))
def show_review(context: typer.Context, number: ReviewNumber) -> None:
    terminal = terminal_of(context)
    review = terminal.line.get(f"/reviews/{number}")
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
            *((mark["criterion"], mark["points"]) for mark in review["marks"]),
            (_("Comment"), review["comment"]),
        ],
    )


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
    made = terminal.line.send(f"/reviews/{number}/declaration", {"kind": kind, "note": note})
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
    body["revision"] = terminal.line.get(f"/reviews/{number}")["revision"]
    saved = terminal.line.send(f"/reviews/{number}", body, method="PUT")
    said = _("The review is kept; it is not handed in yet.")
    if submit:
        body = {"revision": saved["revision"]}
        saved = terminal.line.send(f"/reviews/{number}/submit", body)
        said = _("The review is handed in.")
    terminal.say(saved, said)
