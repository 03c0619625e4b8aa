"""What the desk does with reviews, at the terminal: more of ``review``."""

from __future__ import annotations

from typing import Annotated

import typer

from praya.cli.amounts import amount
from praya.cli.app import terminal_of
from praya.cli.applications import CaseCode
from praya.cli.reviews import ReviewNumber, marks_said, reviews
from praya.cli.words import _


@reviews.command("of", help=_("Show the reviews of a case; for officers."))
def reviews_of(context: typer.Context, code: CaseCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("applications", code, "reviews")
    rows = [
        {
            **one,
            "points": marks_said(one["marks"]),
            "amounts": " ".join(f"{line['number']}={amount(line)}" for line in one["recommended"]),
        }
        for one in found
    ]
    columns = {
        "id": _("Number"),
        "reviewer": _("Reviewer"),
        "state": _("State"),
        "conflict": _("Conflict"),
        "due_on": _("Due"),
        "points": _("Marks"),
        "amounts": _("Recommended"),
        "comment": _("Comment"),
        "comment_to_desk": _("To the desk"),
    }
    none = _("Nobody has been asked to review it.")
    terminal.table(found if terminal.as_json else rows, columns, none=none)


@reviews.command("candidates", help=_("List who could review a case; for officers."))
def candidates(context: typer.Context, code: CaseCode) -> None:
    terminal = terminal_of(context)
    columns = {
        "person_id": _("Number"),
        "name": _("Name"),
        "is_of_same_organisation": _("Same organisation"),
        "is_assigned": _("Asked"),
        "under_way": _("Reviews under way"),
    }
    rows = terminal.line.get("applications", code, "reviewers")
    terminal.table(rows, columns, none=_("The programme has no reviewers yet."))


@reviews.command("assign", help=_("Ask a reviewer to review a case; for officers."))
def assign(
    context: typer.Context,
    code: CaseCode,
    person: Annotated[
        int, typer.Argument(min=1, help=_("The number that “praya review candidates” shows."))
    ],
    *,
    due: Annotated[str | None, typer.Option(help=_("By when, as 2026-03-31."))] = None,
) -> None:
    terminal = terminal_of(context)
    body = {"person_id": person, "due_on": due}
    made = terminal.line.send("applications", code, "reviews", body=body)
    terminal.say(
        made,
        _("%(reviewer)s is asked to review %(code)s: review %(number)s.")
        % {"reviewer": made["reviewer"], "code": code, "number": made["id"]},
    )


@reviews.command(
    "withdraw", help=_("Take a review from its reviewer; it counts no longer. For officers.")
)
def withdraw(context: typer.Context, number: ReviewNumber) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("reviews", number, "withdraw")
    terminal.say(
        made,
        _("The review of %(code)s is taken from %(reviewer)s.")
        % {"code": made["application"], "reviewer": made["reviewer"]},
    )


@reviews.command("close", help=_("Close the reviews and send the case on; for officers."))
def close(
    context: typer.Context,
    code: CaseCode,
    *,
    note: Annotated[
        str, typer.Option(help=_("A note for the record; needed if reviews are far apart."))
    ] = "",
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("applications", code, "reviews", "close", body={"note": note})
    terminal.say(made, _("The reviews of %s are closed; it is to be decided.") % code)
