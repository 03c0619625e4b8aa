"""Why something is as it is: ``why balance``, ``why statement``, ``why charge``, ``why JOB``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from praya.cli.app import Terminal, app, terminal_of
from praya.cli.jobs import path_of
from praya.cli.words import _

_JOB = "job"


class _JobsByThemselves(TyperGroup):
    """``praya why J-000012``: what is no command is a job."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 -- click's own types
        known = args and (args[0] in self.commands or args[0].startswith("-"))
        return super().resolve_command(ctx, args if known else [_JOB, *args])


why = typer.Typer(
    cls=_JobsByThemselves,
    help=_(
        "Say why something is as it is: a balance, a statement, a charge, a public figure, or a "
        "job: praya why J-000012."
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(why, name="why")

AwardCode = Annotated[str, typer.Argument(metavar="AWARD", help=_("As HCP-0007."))]
ProgrammeCode = Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Its code."))]
Commodity = Annotated[
    str, typer.Option(help=_("A commodity, as nvidia-h800·s; money if left out."))
]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help=_("The first day; the award's if left out.")),
]
Until = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help=_("The last day; the award's if left out.")),
]
Offset = Annotated[int, typer.Option("--from", min=0, help=_("Leave out so many parts."))]
Limit = Annotated[int, typer.Option(min=1, max=100, help=_("At most so many parts."))]


@why.command("balance", help=_("Why one of an award's four numbers is as it is."))
def balance(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    award: AwardCode,
    number: Annotated[
        str,
        typer.Argument(metavar="NUMBER", help=_("settled, in-flight, committed or free.")),
    ] = "free",
    *,
    of: Annotated[
        str, typer.Option(help=_("A device model, as nvidia-h800; money if left out."))
    ] = "",
    line: Annotated[str, typer.Option(help=_("Only this line, as HCP-0007.1."))] = "",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("awards", award, "why", number)
    _print(terminal, terminal.line.get(*path, commodity=of, line=line, offset=offset, limit=limit))


@why.command("statement", help=_("Why a sum of a monthly statement is as it is."))
def statement(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    award: AwardCode,
    month: Annotated[str, typer.Argument(metavar="MONTH", help=_("As 2026-05."))],
    which: Annotated[
        str, typer.Argument(metavar="SUM", help=_("list, subsidy, own or time."))
    ] = "list",
    *,
    of: Annotated[str, typer.Option(help=_("The device model whose time is meant."))] = "",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("awards", award, "statements", month, "why")
    asked = {"of": which, "device_model": of, "offset": offset, "limit": limit}
    _print(terminal, terminal.line.get(*path, **asked))


@why.command("use", help=_("Why an award used so much time: by line and day, or by record."))
def use(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    award: AwardCode,
    *,
    since: Since = None,
    until: Until = None,
    line: Annotated[
        str, typer.Option(help=_("The records of this line, as HCP-0007.1, on the first day."))
    ] = "",
    of: Annotated[str, typer.Option(help=_("time, or the subsidy that it drew."))] = "time",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    given = {"first_on": since, "last_on": until}
    days = {name: day.date().isoformat() for name, day in given.items() if day}
    path = ("awards", award, "use", "why")
    _print(terminal, terminal.line.get(*path, **days, line=line, of=of, offset=offset, limit=limit))


@why.command("outlook", help=_("Why an award burns so much, or its idle cards cost so much."))
def outlook(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    award: AwardCode,
    figure: Annotated[
        str, typer.Argument(metavar="FIGURE", help=_("burn, idle-list or idle-own."))
    ] = "burn",
    *,
    of: Commodity = "",
    line: Annotated[str, typer.Option(help=_("Idle cards of this line, as HCP-0007.1."))] = "",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    asked = {"of": figure, "commodity": of, "line": line, "offset": offset, "limit": limit}
    _print(terminal, terminal.line.get("awards", award, "outlook", "why", **asked))


@why.command("set-off", help=_("Why so much of a debt was set off against newer awards."))
def set_off(
    context: typer.Context,
    debt: Annotated[int, typer.Argument(min=1, help=_("As “praya debt list” shows it."))],
) -> None:
    terminal = terminal_of(context)
    _print(terminal, terminal.line.get("debts", debt, "set-off", "why"))


@why.command("year", help=_("Why a figure of a year of the budget is as it is."))
def year(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    programme: ProgrammeCode,
    purpose: Annotated[str, typer.Argument(help=_("As “praya funding years” shows it."))],
    first: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help=_("Its first day."))],
    figure: Annotated[
        str,
        typer.Argument(
            metavar="FIGURE",
            help=_("voted, funded, committed, promised, spent, left or lapsed."),
        ),
    ] = "left",
    *,
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("programmes", programme, "years", purpose, first.date(), "why")
    _print(terminal, terminal.line.get(*path, of=figure, offset=offset, limit=limit))


@why.command("entry", help=_("Why an entry moved what it moved: the charges behind it."))
def entry(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    programme: ProgrammeCode,
    number: Annotated[int, typer.Argument(min=1, help=_("Its number in the book."))],
    *,
    of: Commodity = "",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("programmes", programme, "entries", number, "why")
    _print(terminal, terminal.line.get(*path, commodity=of, offset=offset, limit=limit))


@why.command("account", help=_("Why so much stands on an account of the book."))
def account(  # noqa: PLR0913 -- which account
    context: typer.Context,
    programme: ProgrammeCode,
    name: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help=_("As pool/subsidy or “award/*/used”."))
    ],
    *,
    of: Commodity = "",
    pool: Annotated[str, typer.Option(help=_("Only lines of this pool."))] = "",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    asked = {"account": name, "commodity": of, "pool": pool, "offset": offset, "limit": limit}
    _print(terminal, terminal.line.get("programmes", programme, "accounts", "why", **asked))


@why.command("open", help=_("Why so much of a line may be used by now."))
def opened(
    context: typer.Context,
    line: Annotated[str, typer.Argument(metavar="LINE", help=_("As HCP-0007.1."))],
) -> None:
    terminal = terminal_of(context)
    award = line.rpartition(".")[0] or line
    _print(terminal, terminal.line.get("awards", award, "open", "why", line=line))


@why.command("period", help=_("Why a month of a book is closed: its entries, and who closed it."))
def period(
    context: typer.Context,
    programme: ProgrammeCode,
    month: Annotated[str, typer.Argument(metavar="MONTH", help=_("As 2026-05."))],
    *,
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("programmes", programme, "periods", month, "why")
    _print(terminal, terminal.line.get(*path, offset=offset, limit=limit))


@why.command("ceiling", help=_("Why so much is left under a ceiling on subsidy, for a case."))
def ceiling(
    context: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help=_("As HCP-A0012."))],
    name: Annotated[
        str,
        typer.Argument(metavar="CEILING", help=_("award, organisation-year, programme or window.")),
    ],
    *,
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("applications", case, "ceilings", name, "why")
    _print(terminal, terminal.line.get(*path, offset=offset, limit=limit))


@why.command("ageing", help=_("Why so much is open on invoices, or owed on debts, of an age."))
def ageing(  # noqa: PLR0913 -- which figure
    context: typer.Context,
    programme: ProgrammeCode,
    age: Annotated[
        str,
        typer.Argument(
            metavar="AGE",
            help=_(
                "Of invoices not-due, 1-30, 31-60, 61-90 or over-90; of debts to-30, to-90, "
                "to-365 or over-365."
            ),
        ),
    ],
    *,
    of: Annotated[str, typer.Option(help=_("invoices or debts."))] = "invoices",
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("programmes", programme, "ageing", age, "why")
    _print(terminal, terminal.line.get(*path, of=of, offset=offset, limit=limit))


@why.command("charge", help=_("Why a usage record was charged as it was."))
def charge(
    context: typer.Context,
    usage: Annotated[
        str,
        typer.Argument(
            metavar="USAGE",
            help=_("The record's key, as lease:HCP-0007.1:2026-05-01 or quay:J-000012:1."),
        ),
    ],
) -> None:
    terminal = terminal_of(context)
    _print(terminal, terminal.line.get("charges", usage, "why"))


@why.command("figure", help=_("Why a public figure of a programme is as it is."))
def figure(
    context: typer.Context,
    programme: ProgrammeCode,
    name: Annotated[str, typer.Argument(metavar="FIGURE", help=_("As drawn or card-hours."))],
    *,
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = ("programmes", programme, "figures", name, "why")
    _print(terminal, terminal.line.get(*path, offset=offset, limit=limit))


@why.command(_JOB, help=_("Why a job stands where it stands; the word “job” may be left out."))
def job(
    context: typer.Context,
    code: Annotated[
        str, typer.Argument(metavar="JOB", help=_("As J-000012, or harbour/4711 of a cluster."))
    ],
) -> None:
    terminal = terminal_of(context)
    if "/" in code:
        found = terminal.line.get(*path_of(code))
        terminal.say(found, f"{found['code']}: {found['sentence']}")
        if found["usage"] and not terminal.as_json:
            _print(terminal, terminal.line.get("charges", found["usage"], "why"))
        return
    found = terminal.line.get("jobs", code, "why")
    terminal.say(found, f"{found['job']}: {found['sentence']}")
    if terminal.as_json:
        return
    for one in [*found["holds"], *([found["charge"]] if found["charge"] else [])]:
        _print(terminal, one)


def _print(terminal: Terminal, found: dict[str, Any]) -> None:
    """A figure with its parts below it, and below each what it rests on."""
    if terminal.as_json:
        terminal.show(found)
        return
    for text in _lines(found, depth=0):
        terminal.say(None, text)
    if found["next_offset"] is not None:
        terminal.say(None, _("Go on with: --from %s") % found["next_offset"])


def _lines(one: dict[str, Any], *, depth: int) -> list[str]:
    indent = "  " * depth
    lines = [f"{indent}{one['text']}  {one['sentence']}"]
    for part in one["parts"]:
        lines += _lines(part, depth=depth + 1)
    if one["grounds"]:
        rests = "; ".join(ground["text"] for ground in one["grounds"])
        lines.append(f"{indent}  → {rests}")
    return lines
