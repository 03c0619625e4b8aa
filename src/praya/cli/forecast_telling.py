"""A forecast and a score as text: bands, rows, and pictures of a line each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer

from praya.cli.app import Terminal
from praya.cli.words import _, ngettext

if TYPE_CHECKING:
    from praya.core.simulator.forecast.answer import (
        AwardRow,
        Difference,
        Forecast,
        ForecastAnswer,
        Interval,
        WaitRow,
    )

_BARS = " ▁▂▃▄▅▆▇█"
_PICTURE_WIDTH = 60
_HOUR_S = 3_600


def show_forecast(terminal: Terminal, zero_on: date, answer: ForecastAnswer) -> None:
    """Base, and the variant with what it changes; seconds count from midnight UTC of a day."""
    _say(_("Base: median of %(runs)s runs, and from the tenth to the ninetieth percentile"), answer)
    _side(terminal, zero_on, answer.base)
    if answer.variant is None or answer.difference is None:
        return
    typer.echo("")
    _say(_("Variant"), answer)
    _side(terminal, zero_on, answer.variant)
    typer.echo("")
    _say(_("Variant less base, run by run"), answer)
    terminal.pairs(None, _changes(answer.difference))


def _say(text: str, answer: ForecastAnswer) -> None:
    typer.echo(text % {"runs": len(answer.base.seeds)} if "%(" in text else text)


def _side(terminal: Terminal, zero_on: date, forecast: Forecast) -> None:
    terminal.pairs(None, _machine(forecast))
    typer.echo("")
    terminal.table(
        [_wait(row) for row in forecast.waits],
        {
            "who": _("Waits of"),
            "jobs": _("Jobs"),
            "unserved": _("Never started"),
            "median": _("Median, h"),
            "mean": _("Mean, h"),
            "p90": _("90 % less than, h"),
        },
        none=_("No job is submitted."),
        right=("jobs", "unserved", "median", "mean", "p90"),
    )
    typer.echo("")
    terminal.table(
        [_award(zero_on, row) for row in forecast.awards],
        {
            "award": _("Award"),
            "used": _("Card hours used"),
            "share": _("Of its grant"),
            "whole": _("Used whole in"),
            "out": _("Runs out"),
            "slowdown": _("Slowdown"),
            "like": _("Jobs like"),
        },
        none=_("No awards."),
        right=("used", "share", "whole"),
    )
    if forecast.queue:
        typer.echo("")
        rows = [
            {
                "job": row.job,
                "award": row.award,
                "start": _between(row.start_s, lambda one: _minute(zero_on, one)),
                "chance": _percent(row.started_chance),
            }
            for row in forecast.queue
        ]
        columns = {
            "job": _("Waiting job"),
            "award": _("Award"),
            "start": _("Starts"),
            "chance": _("Starts at all"),
        }
        terminal.table(rows, columns, none="", right=("chance",))


def _machine(forecast: Forecast) -> Iterator[tuple[str, object]]:
    names = {
        ("held", "installed"): _("Held of installed"),
        ("held", "in_service"): _("Held of in service"),
        ("reserved", "installed"): _("Reserved of installed"),
        ("reserved", "in_service"): _("Reserved of in service"),
    }
    for band in forecast.utilisation:
        label = names[band.numerator.value, band.denominator.value]
        yield label, _between(band.whole, _percent)
    days = forecast.utilisation[1]
    yield _("Day by day"), f"{picture(days.median)}  {forecast.days[0]} … {forecast.days[-1]}"
    yield _("Jobs"), _between(forecast.jobs, _whole)
    if forecast.unfit is not None and forecast.unfit.high:
        yield _("Left out: fit on no machine"), _between(forecast.unfit, _whole)
    yield _("Energy"), _energy(forecast.energy_kwh, _whole)
    yield _("Fairness (Jain)"), _between(forecast.fairness.jain, _fine)
    yield _("Free but broken up"), _between(forecast.fragmentation, _percent)


def _changes(found: Difference) -> Iterator[tuple[str, object]]:
    yield _("Held of in service"), _between(found.utilisation, _points)
    names = {"machine": _("  by the machine"), "use": _("  by its use")}
    for part in found.utilisation_parts:
        yield names[part.name], _between(part.amount, _points)
    yield _("Card hours held"), _between(found.held_card_seconds, _hours_signed)
    for part in (*found.held_by_award, *found.held_by_pool):
        if part.amount.median:
            yield f"  {part.name}", _between(part.amount, _hours_signed)
    yield _("Mean wait, h"), _between(found.mean_wait_s, lambda one: f"{one / _HOUR_S:+.2f}")
    for part in found.share_of_grant:
        if part.amount.median:
            label = _("  of the grant of %(award)s") % {"award": part.name}
            yield label, _between(part.amount, _points)
    yield _("Energy"), _energy(found.energy_kwh, lambda one: f"{one:+,.0f}")
    yield _("Fairness (Jain)"), _between(found.jain, lambda one: f"{one:+.3f}")


def _wait(row: WaitRow) -> dict[str, str]:
    kinds = {
        "all": _("all jobs"),
        "size": ngettext("%(name)s card", "%(name)s cards", 1 if row.name == "1" else 2),
        "device_model": "%(name)s",
        "award": "%(name)s",
        "organisation_kind": "%(name)s",
    }
    return {
        "who": kinds[row.by.value] % {"name": row.name or _("of no kind")},
        "jobs": _between(row.jobs, _whole),
        "unserved": _between(row.unserved, _whole),
        "median": _between(row.median_s, _hours),
        "mean": _between(row.mean_s, _hours),
        "p90": _between(row.p90_s, _hours),
    }


def _award(zero_on: date, row: AwardRow) -> dict[str, str]:
    share, out = row.share_of_grant, row.run_out_s
    likes = {
        "given": _("those of the question"),
        "past": _("its own of late"),
        "told": _("what its team told"),
        "others": _("those of others"),
        "invented": _("sizes that halve"),
    }
    return {
        "award": row.award,
        "used": _between(row.used_card_seconds, lambda one: f"{one / _HOUR_S:,.0f}"),
        "share": "" if share is None else _between(share, _percent),
        "whole": "" if row.whole_chance is None else _percent(row.whole_chance),
        "out": "" if out is None else _between(out, lambda one: _minute(zero_on, one)[:10]),
        "slowdown": _between(row.mean_slowdown, lambda one: f"{one:,.1f}"),
        "like": ", ".join(likes[one.value] for one in row.jobs_like),
    }


def show_score(terminal: Terminal, answer: dict[str, Any]) -> None:
    """How forecasts of a trace held."""
    terminal.pairs(answer, _score_pairs(answer))


def _score_pairs(answer: dict[str, Any]) -> Iterator[tuple[str, object]]:
    truths = {"recorded": _("the starts in the log"), "replayed": _("the starts the policy gives")}
    yield _("Jobs"), answer["jobs"]
    yield _("Slots"), answer["slots"]
    yield _("Policy"), answer["policy"]
    yield _("What came"), truths[answer["truth"]]
    yield _("Moments scored"), answer["moments"]
    yield _("Moments learnt from"), answer["learnt"]
    for label, key in ((_("As simulated"), "raw"), (_("As mended"), "mended")):
        found = answer[key]
        if found is None:
            continue
        yield label, _("%(count)s forecasts") % {"count": f"{found['forecasts']:,}"}
        yield _("  within 80 % interval"), _percent(found["coverage"])
        yield _("  earlier, later"), f"{_percent(found['below'])}, {_percent(found['above'])}"
        yield _("  quantile loss"), f"{found['loss_s']:,.0f} s; log {found['loss_log']:.3f}"
        yield _("  width, median"), f"{_hours(found['width_s'])} h"


def picture(values: Sequence[float]) -> str:
    """Shares of 1 as bars, at most sixty: the mean of the days that each stands for.

    >>> picture([0.0, 0.5, 1.0])
    ' ▄█'
    """
    many = max(1, -(-len(values) // _PICTURE_WIDTH))
    groups = [values[place : place + many] for place in range(0, len(values), many)]
    means = [sum(group) / len(group) for group in groups]
    return "".join(_BARS[round(min(1.0, max(0.0, one)) * (len(_BARS) - 1))] for one in means)


def _between(found: Interval, written: Callable[[float], str]) -> str:
    """``median (low … high)``; what lies beyond the forecast says so."""
    low, median, high = (
        _("later") if one is None else written(one) for one in (found.low, found.median, found.high)
    )
    if low == median == high:
        return median
    return f"{median} ({low} … {high})"


def _energy(found: Interval, written: Callable[[float], str]) -> str:
    """Kilowatt-hours, which every run has or none."""
    if found.median is None:
        return _("not known: the watts of a device model are not told")
    return _("%(energy)s kWh") % {"energy": _between(found, written)}


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _points(share: float) -> str:
    return f"{100 * share:+.2f} %"


def _whole(number: float) -> str:
    return f"{number:,.0f}"


def _fine(number: float) -> str:
    return f"{number:.3f}"


def _hours(seconds: float) -> str:
    return f"{seconds / _HOUR_S:,.2f}"


def _hours_signed(seconds: float) -> str:
    return f"{seconds / _HOUR_S:+,.0f}"


def _minute(zero_on: date, second: float) -> str:
    zero = datetime.combine(zero_on, datetime.min.time(), tzinfo=UTC)
    return (zero + timedelta(seconds=int(second))).strftime("%Y-%m-%d %H:%M")
