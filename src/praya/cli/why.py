"""Why something is as it is: ``why balance``, ``why statement``, ``why charge``, ``why JOB``."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer
from typer.core import TyperGroup

from praya.cli.app import Terminal, app, terminal_of
from praya.cli.jobs import path_there
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
    path = f"/awards/{_in_path(award)}/why/{_in_path(number)}"
    _print(terminal, terminal.line.get(path, commodity=of, line=line, offset=offset, limit=limit))


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
    path = f"/awards/{_in_path(award)}/statements/{_in_path(month)}/why"
    asked = {"of": which, "device_model": of, "offset": offset, "limit": limit}
    _print(terminal, terminal.line.get(path, **asked))


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
    _print(terminal, terminal.line.get(f"/charges/{_in_path(usage)}/why"))


@why.command("figure", help=_("Why a public figure of a programme is as it is."))
def figure(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(metavar="PROGRAMME", help=_("Its code."))],
    name: Annotated[str, typer.Argument(metavar="FIGURE", help=_("As drawn or card-hours."))],
    *,
    offset: Offset = 0,
    limit: Limit = 20,
) -> None:
    terminal = terminal_of(context)
    path = f"/programmes/{_in_path(programme)}/figures/{_in_path(name)}/why"
    _print(terminal, terminal.line.get(path, offset=offset, limit=limit))


@why.command(_JOB, help=_("Why a job stands where it stands; the word “job” may be left out."))
def job(
    context: typer.Context,
    code: Annotated[
        str, typer.Argument(metavar="JOB", help=_("As J-000012, or harbour/4711 of a cluster."))
    ],
) -> None:
    terminal = terminal_of(context)
    if "/" in code:
        found = terminal.line.get(path_there(code))
        terminal.say(found, f"{found['code']}: {found['sentence']}")
        if found["usage"] and not terminal.as_json:
            _print(terminal, terminal.line.get(f"/charges/{_in_path(found['usage'])}/why"))
        return
    found = terminal.line.get(f"/jobs/{_in_path(code)}/why")
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


def _in_path(text: str) -> str:
    return quote(text, safe=":")
