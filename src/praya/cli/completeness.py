"""What a cluster has summed beside what was charged, at the terminal."""

from __future__ import annotations

import csv
import sys
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, terminal_of
from praya.cli.words import _
from praya.words.sheets import harmless_row

_OF_DAY = ("day", "account", "award", "device_model", "summed_s", "charged_s")
_OF_JOB = ("job_id", "member", "card_seconds", "kind", "why", "needs_a_look")


def completeness(  # noqa: PLR0913 -- which days, and how they are told
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CLUSTER", help=_("The code of the cluster."))],
    *,
    first_on: Annotated[
        str | None, typer.Option("--from", help=_("First day, as 2026-11-01; a week if left out."))
    ] = None,
    last_on: Annotated[
        str | None, typer.Option("--to", help=_("Last day; today if left out."))
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help=_("Ask the cluster now; for operators."))
    ] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=_("A line for each difference."))] = False,
) -> None:
    terminal = terminal_of(context)
    days = {"first_on": first_on, "last_on": last_on}
    asked = {name: day for name, day in days.items() if day}
    found = terminal.line.get("links", code, "completeness", **asked)
    if again:
        asked = {name: found[name] for name in days}
        found = terminal.line.send("links", code, "completeness", body=asked)
    if as_csv:
        _write_csv(found["days"])
    elif terminal.as_json:
        terminal.show(found)
    else:
        _tell(terminal, found)


def _tell(terminal: Terminal, found: dict[str, Any]) -> None:
    terminal.pairs(
        found,
        (
            (_("Compared at"), found["compared_at"] or _("not yet")),
            (_("Summed until"), found["summed_until"]),
            (_("Silent since"), found["silent_since"]),
            (_("Put right"), len(found["corrections"])),
            (_("Lines that could not be read"), len(found["unread"])),
        ),
    )
    columns = {
        "day": _("Day"),
        "account": _("Account"),
        "device_model": _("Device model"),
        "summed_s": _("Summed, s"),
        "charged_s": _("Charged, s"),
        "to_look_at_s": _("To be looked at, s"),
    }
    terminal.table(found["days"], columns, none=_("Nothing was compared of these days."))
    rows = [
        {"day": day["day"], "account": day["account"], **one}
        for day in found["days"]
        for one in day["differences"]
    ]
    if rows:
        columns = {
            "day": _("Day"),
            "account": _("Account"),
            "job_id": _("Job"),
            "member": _("Member"),
            "card_seconds": _("Difference, s"),
            "sentence": _("Why"),
            "why": _("Reason"),
        }
        terminal.table(rows, columns, none="")


def _write_csv(days: list[dict[str, Any]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([*_OF_DAY, *_OF_JOB])
    for day in days:
        for one in day["differences"]:
            cells = [*(day[name] for name in _OF_DAY), *(one[name] for name in _OF_JOB)]
            writer.writerow(harmless_row(cells))
