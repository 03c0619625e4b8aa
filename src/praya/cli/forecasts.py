"""Forecasts of a site: ``forecast ask``, ``list``, ``show`` and what is done with them."""

from __future__ import annotations

from time import sleep
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.connection import Trouble
from praya.cli.words import _

forecast = group("forecast", _("What the machines will do: ask, list, show, keep, cancel, forget."))

ForecastCode = Annotated[str, typer.Argument(metavar="FORECAST", help=_("As F-000007."))]
_LOOK_EVERY_S = 2
_OVER = ("done", "failed", "cancelled", "forgotten")
_WHOLE_NUMBERS = ("cards", "card_hours", "value")


@forecast.command("ask", help=_("Ask what the machines of a programme will do, and with changes."))
def ask(  # noqa: PLR0913 -- the facts of one question
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
    *,
    change: Annotated[
        list[str] | None,
        typer.Option(
            help=_(
                "A change as KIND,FIELD=VALUE,…: "
                "buy_cards,device_model=nvidia-h800,cards=200,first_on=2027-03-01. Repeat it."
            )
        ),
    ] = None,
    round_id: Annotated[
        int | None, typer.Option("--round", help=_("The number of a round: as if awarded."))
    ] = None,
    name: Annotated[str, typer.Option(help=_("So that you find it again."))] = "",
    seeds: Annotated[int, typer.Option(min=1, max=200, help=_("How many runs."))] = 30,
    days: Annotated[int, typer.Option(min=1, max=730, help=_("How many days ahead."))] = 365,
    wait: Annotated[bool, typer.Option("--wait", help=_("Wait for the answer and show it."))] = (
        False
    ),
) -> None:
    terminal = terminal_of(context)
    body = {
        "name": name,
        "round_id": round_id,
        "changes": [_change(text) for text in change or []],
        "seeds": seeds,
        "days": days,
    }
    made = terminal.line.send(f"/programmes/{programme}/forecasts", body)
    if not wait:
        said = _("%(code)s is asked. See it by: praya forecast show %(code)s")
        terminal.say(made, said % {"code": made["code"]})
        return
    with terminal.rounds():
        while made["state"] not in _OVER:
            sleep(_LOOK_EVERY_S)
            made = terminal.line.get(f"/forecasts/{made['code']}")
    if made["state"] != "done":
        raise Trouble(f"{made['code']}: {made['state_word']} {made['reason']}".strip())
    _show(terminal, made)


@forecast.command("list", help=_("Forecasts one may see, newest first."))
def listing(
    context: typer.Context,
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help=_("How many at most."))] = 50,
) -> None:
    terminal = terminal_of(context)
    rows = terminal.line.get("/forecasts", limit=limit)["items"]
    if terminal.as_json:
        terminal.show(rows)
        return
    shown = [
        {**row, "runs": f"{row['runs_done']}/{row['runs_all']}", "asked": row["asked_at"][:16]}
        for row in rows
    ]
    columns = {
        "code": _("Forecast"),
        "programme": _("Programme"),
        "name": _("Name"),
        "state_word": _("State"),
        "runs": _("Simulated runs"),
        "asked_by": _("Asked by"),
        "asked": _("Asked"),
    }
    terminal.table(shown, columns, none=_("No forecast has been asked yet."), right=("runs",))


@forecast.command("show", help=_("How far a forecast is, or what it says."))
def show(context: typer.Context, code: ForecastCode) -> None:
    terminal = terminal_of(context)
    _show(terminal, terminal.line.get(f"/forecasts/{code}"))


@forecast.command("cancel", help=_("Do not answer a forecast any more."))
def cancel(context: typer.Context, code: ForecastCode) -> None:
    _act(terminal_of(context), code, "cancel", _("%s is cancelled."))


@forecast.command("keep", help=_("Keep a forecast: it is scored when its time has come."))
def keep(
    context: typer.Context,
    code: ForecastCode,
    *,
    name: Annotated[str, typer.Option(help=_("Under which name."))] = "",
) -> None:
    _act(terminal_of(context), code, "keep", _("%s is kept."), {"name": name})


@forecast.command("forget", help=_("Remove what a forecast stood on and said."))
def forget(context: typer.Context, code: ForecastCode) -> None:
    _act(terminal_of(context), code, "forget", _("%s is forgotten."))


def _act(
    terminal: Terminal, code: str, act: str, said: str, body: dict[str, str] | None = None
) -> None:
    made = terminal.line.send(f"/forecasts/{code}/{act}", body or {})
    terminal.say(made, said % code)


def _show(terminal: Terminal, found: dict[str, Any]) -> None:
    """The main figures of each side; in JSON the whole answer."""
    if found["state"] != "done":
        terminal.pairs(
            found,
            [
                (_("Forecast"), found["code"]),
                (_("State"), found["state_word"]),
                (_("Simulated runs"), f"{found['runs_done']}/{found['runs_all']}"),
                (_("Reason"), found["reason"] or "–"),
            ],
        )
        return
    told = terminal.line.get(f"/forecasts/{found['code']}/answer")
    if terminal.as_json:
        terminal.show({**found, "answer": told})
        return
    sides = [(_("as things stand"), told["base"])]
    if told["variant"] is not None:
        sides.append((_("changed"), told["variant"]))
    typer.echo(f"{found['code']} {found['name']}".strip())
    for change in found["changes"]:
        typer.echo(f"  {change}")
    rows = [
        {
            "side": word,
            "utilisation": _percent(_held(side)),
            "wait": _hours(_mean_wait(side)),
            "fairness": _figure(side["fairness"]["jain"]),
        }
        for word, side in sides
    ]
    columns = {
        "side": _("Side"),
        "utilisation": _("Utilisation, %"),
        "wait": _("Mean wait, h"),
        "fairness": _("Fairness"),
    }
    terminal.table(rows, columns, none="", right=("utilisation", "wait", "fairness"))
    typer.echo("")
    awards = [
        {
            "award": row["award"],
            "share": _percent(row["share_of_grant"]),
            "chance": "" if row["whole_chance"] is None else f"{100 * row['whole_chance']:.0f} %",
        }
        for row in sides[-1][1]["awards"]
    ]
    columns = {
        "award": _("Line"),
        "share": _("Of its grant, %"),
        "chance": _("Chance to use it"),
    }
    terminal.table(awards, columns, none=_("No awards."), right=("share", "chance"))


def _change(text: str) -> dict[str, Any]:
    """``buy_cards,device_model=x,cards=8`` as the API takes it."""
    kind, *given = text.split(",")
    change: dict[str, Any] = {"kind": kind.strip()}
    for each in given:
        field, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(_("“%s” is not like FIELD=VALUE.") % each)
        is_number = field.strip() in _WHOLE_NUMBERS
        if is_number and not value.strip().isdecimal():
            raise typer.BadParameter(_("“%s” is not a whole number.") % value)
        change[field.strip()] = int(value) if is_number else value.strip()
    return change


def _held(side: dict[str, Any]) -> dict[str, float | None]:
    found: dict[str, float | None] = next(
        one["whole"]
        for one in side["utilisation"]
        if (one["numerator"], one["denominator"]) == ("held", "in_service")
    )
    return found


def _mean_wait(side: dict[str, Any]) -> dict[str, float | None] | None:
    return next((one["mean_s"] for one in side["waits"] if one["by"] == "all"), None)


def _percent(interval: dict[str, float | None] | None) -> str:
    return _told(interval, 100)


def _hours(interval: dict[str, float | None] | None) -> str:
    return _told(interval, 1 / 3600)


def _figure(interval: dict[str, float | None] | None) -> str:
    return _told(interval, 1, digits=2)


def _told(interval: dict[str, float | None] | None, times: float, digits: int = 1) -> str:
    """The median with what eight runs in ten lie between."""
    if interval is None or interval["median"] is None:
        return "–"
    shown = [
        "–" if (value := interval[level]) is None else f"{value * times:.{digits}f}"
        for level in ("median", "low", "high")
    ]
    return f"{shown[0]} ({shown[1]}–{shown[2]})"
