"""The life of awards: ``life``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from praya.cli.app import group, terminal_of
from praya.cli.reading import content_of
from praya.cli.words import _, card_hours, money

life = group("life", _("What rules take from awards: preview, waive, give back, plan, open."))

AwardCode = Annotated[str, typer.Argument(metavar="AWARD", help=_("As HCP-0007."))]
LineCode = Annotated[str, typer.Argument(metavar="LINE", help=_("As HCP-0007.1."))]
Reason = Annotated[str, typer.Option(help=_("Why; it stays on record."))]
_FIGURES = ("used", "cut", "subsidy")


@life.command("preview", help=_("Whom the rules of a programme would cut, how much, and when."))
def preview(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
    *,
    days: Annotated[int, typer.Option(help=_("How many days ahead."), min=1, max=3660)] = 90,
) -> None:
    terminal = terminal_of(context)
    rows = terminal.line.get("programmes", programme, "cuts", days=days)
    if terminal.as_json:
        terminal.show(rows)
        return
    none = _("In these days the rules cut nothing.")
    terminal.table([_cut(row) for row in rows], _cut_columns(), none=none, right=_FIGURES)


@life.command("show", help=_("What awaits an award, what was done, its plan and parts."))
def show(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("awards", code, "life")
    if terminal.as_json:
        terminal.show(found)
        return
    none = _("As things stand, no rule will take anything.")
    rows = [_cut(row) for row in found["ahead"]]
    terminal.table(rows, _cut_columns(), none=none, right=_FIGURES)
    typer.echo()
    checks = [
        {
            **check,
            "cut": card_hours(check["cut_seconds"]),
            "used": card_hours(check["used_seconds"]),
            "said": check["waived_because"] or (_("given back") if check["given_back"] else ""),
        }
        for check in found["checks"]
    ]
    columns = {
        "id": _("Number"),
        "line": _("Line"),
        "rule": _("Rule"),
        "due_on": _("Day"),
        "used": _("Used or in flight"),
        "cut": _("Cut"),
        "said": _("Remark"),
    }
    none = _("No rule has looked at this award yet.")
    terminal.table(checks, columns, none=none, right=("used", "cut"))


@life.command("waive", help=_("Waive a check of a rule on a line, or what it keeps back."))
def waive(
    context: typer.Context,
    line: LineCode,
    rule: Annotated[str, typer.Argument(help=_("The code of the rule."))],
    *,
    reason: Reason,
    mark: Annotated[
        str,
        typer.Option(
            help=_(
                "The check's mark, a part of the grant, or later-months; every check to come if "
                "left out."
            )
        ),
    ] = "",
) -> None:
    terminal = terminal_of(context)
    body = {"line": line, "rule": rule, "mark": mark or None, "reason": reason}
    made = terminal.line.send("awards", _award_of(line), "life", "waivers", body=body)
    terminal.say(made, _("Waived: %s") % line)


@life.command("unwaive", help=_("Withdraw a waiver that has not come to anything, by its number."))
def unwaive(
    context: typer.Context,
    waiver: Annotated[int, typer.Argument(help=_("As `praya life waivers` shows it."))],
    *,
    reason: Reason,
) -> None:
    terminal = terminal_of(context)
    done = terminal.line.send("waivers", waiver, "withdraw", body={"reason": reason})
    terminal.say(done, _("Not waived any more: %s") % done["line"])


@life.command("waivers", help=_("List what is waived on an award, with the reasons."))
def list_waivers(context: typer.Context, code: AwardCode) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("awards", code, "life")
    rows = {
        row["waiver"]: {"id": row["waiver"], "reason": row["waived_because"], **_looked(row)}
        for row in found["ahead"]
        if row["waiver"]
    }
    for line in found["open_by_now"]:
        rows |= {one["id"]: {**one, "line": line["line"]} for one in line["waived"]}
    columns = {
        "id": _("Number"),
        "line": _("Line"),
        "rule": _("Rule"),
        "mark": _("Mark"),
        "reason": _("Reason"),
    }
    terminal.table(list(rows.values()), columns, none=_("Nothing is waived on this award."))


def _looked(row: dict[str, Any]) -> dict[str, str]:
    return {name: row[name] for name in ("line", "rule", "mark")}


@life.command("give-back", help=_("Turn a cut round, by its number, with a reason."))
def give_back(
    context: typer.Context,
    check: Annotated[int, typer.Argument(help=_("The number that `praya life show` gives."))],
    *,
    reason: Reason,
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("checks", check, "reverse", body={"reason": reason})
    terminal.say(made, _("Given back, by entry %s of the book.") % made["entry"])


@life.command("plan", help=_("Plan the use of a line: MONTH=CARD-HOURS, as 2026-11=500."))
def plan(
    context: typer.Context,
    line: LineCode,
    months: Annotated[list[str], typer.Argument(metavar="MONTH=CARD-HOURS")],
    *,
    reason: Annotated[str, typer.Option(help=_("Why; the desk gives one."))] = "",
) -> None:
    terminal = terminal_of(context)
    planned: dict[str, int] = {}
    for given in months:
        month, equals, hours = given.partition("=")
        if not equals or not hours.isdecimal():
            raise typer.BadParameter(_("“%s” is not like 2026-11=500.") % given)
        planned[month] = int(hours)
    body = {"line": line, "months": planned, "reason": reason}
    made = terminal.line.send("awards", _award_of(line), "life", "plan", body=body, method="PUT")
    terminal.say(made, _("The plan of %s is kept.") % line)


@life.command("open", help=_("Open the next part of a grant, since its report is accepted."))
def open_part(
    context: typer.Context,
    code: AwardCode,
    part: Annotated[str, typer.Argument(help=_("The code of the part."))],
    *,
    report: Annotated[
        str,
        typer.Option(help=_("Which report, and where it is kept; none for what was handed in.")),
    ] = "",
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("awards", code, "life", "parts", part, body={"report": report})
    terminal.say(made, _("The part “%s” is open.") % part)


@life.command("close", help=_("Close a part again, since its report was accepted in error."))
def close_part(
    context: typer.Context,
    code: AwardCode,
    part: Annotated[str, typer.Argument(help=_("The code of the part."))],
    *,
    reason: Reason,
) -> None:
    terminal = terminal_of(context)
    path = ("awards", code, "life", "parts", part, "close")
    made = terminal.line.send(*path, body={"reason": reason})
    terminal.say(made, _("The part “%s” is closed again, and the lead is told why.") % part)


@life.command("report", help=_("Hand in the report that opens a part; for the lead or a manager."))
def report(
    context: typer.Context,
    code: AwardCode,
    part: Annotated[str, typer.Argument(help=_("The code of the part."))],
    document: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help=_("One file."))],
    *,
    remark: Annotated[str, typer.Option(help=_("A word to whoever reads it."))] = "",
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.upload(
        *("awards", code, "life", "parts", part, "reports"),
        name=document.name,
        content=content_of(document),
        fields={"remark": remark},
    )
    terminal.say(made, _("Report %s is handed in. An officer reads it next.") % made["id"])


@life.command("send-back", help=_("Send a report back to its team, with what is wanted."))
def send_back(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help=_("The number that `praya life report` gave."))],
    *,
    reason: Reason,
) -> None:
    terminal = terminal_of(context)
    made = terminal.line.send("reports", number, "return", body={"reason": reason})
    terminal.say(made, _("Sent back: %s") % made["file_name"])


def _award_of(line: str) -> str:
    award, _dot, _number = line.rpartition(".")
    if not award:
        raise typer.BadParameter(_("“%s” is no line of an award, as HCP-0007.1.") % line)
    return award


def _cut(row: dict[str, Any]) -> dict[str, Any]:
    return {
        **row,
        "used": card_hours(row["used_seconds"]),
        "cut": card_hours(row["cut_seconds"]),
        "subsidy": money(row["subsidy_minor"], row["currency"]),
        "said": row["waived_because"],
    }


def _cut_columns() -> dict[str, str]:
    return {
        "line": _("Line"),
        "rule": _("Rule"),
        "mark": _("Check"),
        "due_on": _("Day"),
        "used": _("Used or in flight"),
        "cut": _("Cut"),
        "subsidy": _("Subsidy"),
        "said": _("Waived because"),
    }
