"""Years of a programme's budget: ``funding years`` and ``funding keep-year``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from praya.cli.app import terminal_of
from praya.cli.changes import day_text
from praya.cli.programmes import ProgrammeCode, funding
from praya.cli.words import _, money


@funding.command("years", help=_("Show each year of the budget: voted, committed, spent, lapsed."))
def years(context: typer.Context, code: ProgrammeCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("programmes", code, "years")
    names = ("voted", "funded", "committed", "promised", "spent", "left", "lapsed")
    rows = [
        {
            **one,
            **{name: _year_money(one, name) for name in names},
            "lapses_on": one["lapses_on"] or "",
        }
        for one in found
    ]
    columns = {
        "first_on": _("From"),
        "last_on": _("To"),
        "purpose": _("Purpose"),
        "voted": _("Voted"),
        "funded": _("Funded"),
        "committed": _("Committed"),
        "promised": _("Promised"),
        "spent": _("Spent"),
        "left": _("Not committed"),
        "lapses_on": _("Lapses on"),
        "lapsed": _("Lapsed"),
        "waived": _("Waived"),
    }
    none = _("The rules vote no money year by year.")
    terminal.table(found if terminal.as_json else rows, columns, none=none, right=names)


def _year_money(year: dict[str, Any], name: str) -> str:
    minor = year[f"{name}_minor"]
    return "" if minor is None else money(minor, year["currency"])


@funding.command("keep-year", help=_("Let what a year leaves stay. For the role the rules name."))
def keep_year(  # noqa: PLR0913 -- options of one command
    context: typer.Context,
    code: ProgrammeCode,
    purpose: Annotated[str, typer.Argument(help=_("As “praya funding years” shows it."))],
    first: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help=_("Its first day."))],
    *,
    reason: Annotated[str, typer.Option(help=_("Why."))],
    withdraw: Annotated[bool, typer.Option(help=_("Let it lapse after all."))] = False,
) -> None:
    terminal = terminal_of(context)
    act = "withdraw" if withdraw else "waive"
    path = ("programmes", code, "years", purpose, day_text(first), act)
    year = terminal.line.send(*path, body={"reason": reason})
    said = _("What is left lapses: %s.") if withdraw else _("What is left stays: %s.")
    terminal.say(year, said % money(year["left_minor"], year["currency"]))
