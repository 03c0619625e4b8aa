"""Forecasts of a site: ``forecast ask``, ``list``, ``show`` and what is done with them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from time import sleep
from typing import Annotated, Any

import typer

from praya.cli.app import Terminal, group, terminal_of
from praya.cli.forecast_telling import show_forecast
from praya.cli.printing import shown
from praya.cli.trouble import Trouble
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
    made = terminal.line.send("programmes", programme, "forecasts", body=body)
    if not wait:
        said = _("%(code)s is asked. See it by: praya forecast show %(code)s")
        terminal.say(made, said % {"code": made["code"]})
        return
    with terminal.rounds():
        while made["state"] not in _OVER:
            sleep(_LOOK_EVERY_S)
            made = terminal.line.get("forecasts", made["code"])
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
    rows = terminal.line.get("forecasts", limit=limit)["items"]
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
    _show(terminal, terminal.line.get("forecasts", code))


@forecast.command(
    "question",
    help=_("Write what a forecast was asked, so that anybody can answer it again."),
)
def question(
    context: typer.Context,
    code: ForecastCode,
    out: Annotated[Path, typer.Argument(dir_okay=False, help=_("The file to write, as JSON."))],
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("forecasts", code, "question")
    with terminal.refusals():
        out.write_text(json.dumps(found) + "\n", encoding="utf-8")
    terminal.say({"file": str(out)}, _("Written. Answer it by: praya forecast --question %s") % out)


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


@forecast.command("compare", help=_("Set answered forecasts side by side, four at most."))
def compare(
    context: typer.Context,
    codes: Annotated[list[str], typer.Argument(metavar="FORECAST…", help=_("As F-000007."))],
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("forecasts", "side-by-side", code=codes)
    if terminal.as_json:
        terminal.show(found)
        return
    columns = {"figure": _("Figure")}
    for at, head in enumerate(found["heads"]):
        columns[f"cells {at}"] = head
        if at:
            columns[f"differences {at}"] = _("Less the first")
    rows = [
        {"figure": row["figure"]}
        | {f"{of} {at}": cell for of in ("cells", "differences") for at, cell in enumerate(row[of])}
        for row in found["rows"]
    ]
    terminal.table(rows, columns, none="", right=tuple(columns)[1:])


@forecast.command("scores", help=_("How the forecasts of a programme did in the last year."))
def scores(
    context: typer.Context,
    programme: Annotated[str, typer.Argument(help=_("The code of the programme."))],
) -> None:
    terminal = terminal_of(context)
    rows = terminal.line.get("programmes", programme, "forecast-scores")
    if terminal.as_json:
        terminal.show(rows)
        return
    columns = {
        "measure_word": _("What was said"),
        "number": _("Times"),
        "coverage": _("Held by the interval"),
        "loss_text": _("Loss"),
    }
    shown = [row | {"coverage": f"{100 * row['coverage']:.1f} %"} for row in rows]
    none = _("Nothing that was said is known yet.")
    terminal.table(shown, columns, none=none, right=("coverage", "loss_text"))


@forecast.command("start", help=_("When a waiting job is expected to start."))
def start(
    context: typer.Context,
    job: Annotated[str, typer.Argument(help=_("The code of the job, or harbour/27 on a cluster."))],
) -> None:
    terminal = terminal_of(context)
    cluster, slash, number = job.partition("/")
    found = (
        terminal.line.get("clusters", cluster, "jobs", number)["forecast"]
        if slash
        else terminal.line.get("jobs", job, "expected-start")
    )
    none = _("No forecast of the last days knew of it.")
    _expected(terminal, [] if found is None else [found], none=none)


@forecast.command("run-out", help=_("When each line of an award is expected to be used up."))
def run_out(
    context: typer.Context, award: Annotated[str, typer.Argument(help=_("The code of the award."))]
) -> None:
    terminal = terminal_of(context)
    found = terminal.line.get("awards", award, "run-out")
    _expected(terminal, found, none=_("No forecast says that a line of it is used up."))


def _act(
    terminal: Terminal, code: str, act: str, said: str, body: dict[str, str] | None = None
) -> None:
    made = terminal.line.send("forecasts", code, act, body=body or {})
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
    told = terminal.line.get("forecasts", found["code"], "answer")
    if terminal.as_json:
        terminal.show({**found, "answer": told})
        return
    from praya.core.simulator.forecast.answer import ForecastAnswer  # noqa: PLC0415 -- help is quick
    from praya.core.simulator.forecast.plain import from_plain  # noqa: PLC0415 -- as above

    typer.echo(shown(f"{found['code']} {found['name']}".strip()))
    for change in found["changes"]:
        typer.echo(shown(f"  {change}"))
    sides = {name: told[name] for name in ("base", "variant", "difference")}
    show_forecast(terminal, date.fromisoformat(told["zero_on"]), from_plain(ForecastAnswer, sides))


def _expected(terminal: Terminal, rows: list[dict[str, Any]], *, none: str) -> None:
    """When something is expected, and within which bounds eight times in ten."""
    if terminal.as_json:
        terminal.show(rows)
        return
    later = _("later than the forecast looks")
    shown = [
        row | {name: row[name][:16] if row[name] else later for name in ("low", "middle", "high")}
        for row in rows
    ]
    columns = {
        "subject": _("Of"),
        "middle": _("Expected (UTC)"),
        "low": _("Not before"),
        "high": _("Not after"),
        "forecast": _("Forecast"),
    }
    if any(row["learnt"] for row in rows):
        columns["learnt"] = _("Mended by earlier starts")
    terminal.table(shown, columns, none=none)


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
