"""From what a forecast said to its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.forecasts.queries import curve_of, pieces_of
from praya.apps.forecasts.rules import curve_piece, piece
from praya.core.simulator.forecast.answer import CURVE_PERCENT
from praya.web.badges import Link
from praya.web.forecasts.charts import (
    BandChart,
    BandPoint,
    Range,
    RangeChart,
    ScheduleChart,
    SharePoint,
    Stay,
    marks_for,
)
from praya.words.forecasts import DEFINITIONS, hours_text, wait_name
from praya.words.quantities import number

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

HOUR_S = 3_600
# What each figure of utilisation stands on: above the line, and below.
UTILISATIONS = {
    "utilisation": ("held", "in_service"),
    "reserved": ("reserved", "in_service"),
    "installed": ("held", "installed"),
    "reserved_installed": ("reserved", "installed"),
}
OVER = ("in_service", "installed")
_TOPS = (0.05, 0.1, 0.25, 0.5, 1.0)  # where a drawing of shares may end

RANGES_MAX = 25


def files_of(found: Forecast, figure: str, side: str, line: str = "") -> list[Link]:
    """Where a figure's data is, for spreadsheets and for programs."""
    links = []
    for form, word in (("csv", _("As CSV")), ("json", _("As JSON"))):
        url = reverse("web:forecast-data", args=[found.code, figure, form])
        query = f"?side={side}" + (f"&line={line}" if line else "")
        links.append(Link(word, url + query))
    return links


def utilisation_piece(side: str, figure: str) -> str:
    """The piece of an answer that a figure of utilisation is drawn from."""
    return piece(side, "utilisation", "-".join(UTILISATIONS[figure]))


def utilisation_charts(found: Forecast, side: str, over: str) -> list[BandChart]:
    """Held, and held or leased, over in service or over installed, day by day. One query."""
    assert found.answer is not None
    told = {(one["numerator"], one["denominator"]) for one in found.answer[side]["utilisation"]}
    # Earlier answers lack one.
    figures = [name for name, of in UTILISATIONS.items() if of[1] == over and of in told]
    pieces = pieces_of(found, *(utilisation_piece(side, figure) for figure in figures))
    titles = {
        "held": _("Held by jobs, day by day"),
        "reserved": _("Held by jobs or leased, day by day"),
    }
    return [
        _utilisation(
            found,
            side,
            figure,
            pieces[utilisation_piece(side, figure)],
            titles[UTILISATIONS[figure][0]],
        )
        for figure in figures
    ]


def _utilisation(
    found: Forecast, side: str, figure: str, series: Mapping[str, Any], title: str
) -> BandChart:
    points = [
        BandPoint(day, low, median, high, _percents) for day, low, median, high in _by_day(series)
    ]
    highest = max((point.high for point in points), default=0)
    top = next((one for one in _TOPS if highest <= one), 1.0)
    return BandChart(
        id=figure,
        title=title,
        points=points,
        top=top,
        top_text=_("%s %%") % number(round(100 * top)),
        label_head=_("Day"),
        value_head=_("Median, and eight runs in ten"),
        definition=str(DEFINITIONS[figure]),
        files=files_of(found, figure, side),
    )


def wait_figures() -> dict[str, str]:
    """What is told of the waits of a class of jobs."""
    return {
        "mean_s": _("Mean wait"),
        "median_s": _("Median wait"),
        "p90_s": _("Nine in ten wait less than"),
    }


def waits_known(rows: Sequence[Mapping[str, Any]], figure: str) -> list[Mapping[str, Any]]:
    """Those of which any started; of hundreds of awards those that wait longest."""
    known = [row for row in rows if row[figure]["median"] is not None]
    if len(known) > RANGES_MAX:
        known = sorted(known, key=lambda row: -row[figure]["median"])[:RANGES_MAX]
    return known


def waits_chart(
    found: Forecast,
    rows: Sequence[Mapping[str, Any]],
    side: str,
    figure: str,
    devices: Mapping[str, str],
) -> RangeChart:
    """Waits of one class of jobs; of hundreds of awards the longest, the file holds all."""
    ranges = [
        Range(
            wait_name(row, devices),
            row[figure]["low"] or 0,
            row[figure]["median"],
            row[figure]["high"] or row[figure]["median"],
            hours_text(row[figure]),
        )
        for row in waits_known(rows, figure)
    ]
    title = wait_figures()[figure]
    return RangeChart(
        id="waits",
        title=title,
        ranges=ranges,
        definition=str(DEFINITIONS["waits"]),
        label_head=_("Jobs"),
        value_head=title,
        files=files_of(found, "waits", side),
    )


def curve_chart(
    found: Forecast, row: Mapping[str, Any], side: str, devices: Mapping[str, str]
) -> BandChart | None:
    """How the waits of some jobs are spread; none where none started, nor of earlier answers."""
    series = curve_of(found, curve_piece(side, row))
    if series is None:
        return None
    points = [
        SharePoint(percent, low, median, high, _hours)
        for percent, low, median, high in zip(CURVE_PERCENT, *series["bands"], strict=True)
    ]
    top = max(*series["bands"][-1], 1)
    return BandChart(
        id="curve",
        title=_("How the waits are spread: %s") % wait_name(row, devices),
        points=points,
        top=top,
        top_text=_("%s h") % number(Decimal(f"{top / HOUR_S:.1f}"), 1),
        label_head=_("Share of the jobs"),
        value_head=_("Wait less than: median, and eight runs in ten"),
        definition=str(DEFINITIONS["curve"]),
        files=files_of(found, "curve", side, piece(row["by"], row["name"])),
    )


def burn_chart(found: Forecast, side: str, line: str) -> BandChart:
    """How a line is used up, against its plan.

    Raises:
        NotFound: the forecast knows no such line.

    """
    name = piece(side, "burn", line)
    series = pieces_of(found, name)[name]
    plan, high = series["plan"], series["bands"][-1]
    top = max([*high, *plan, 1])
    wordings = [_against(planned) for planned in plan] or [_card_hours] * len(high)
    points = [
        BandPoint(*each, wording) for each, wording in zip(_by_day(series), wordings, strict=True)
    ]
    return BandChart(
        id="burn",
        title=_("Used by the end of each day: %s") % line,
        points=points,
        top=top,
        top_text=_("%s card-hours") % number(round(top / HOUR_S)),
        label_head=_("Day"),
        value_head=_("Median, and eight runs in ten"),
        definition=str(DEFINITIONS["burn"]),
        files=files_of(found, "burn", side, line),
        plan=plan,
    )


def schedule_charts(
    schedule: Mapping[str, Any], begins: int, ends: int
) -> tuple[list[ScheduleChart], list[Any]]:
    """One picture for each pool in use in a window, and the letters of the awards in it."""
    inside = [row for row in schedule["rows"] if row[4] < ends and row[5] > begins]
    names = schedule["awards"]
    marks = marks_for([names[number] for number in sorted({row[0] for row in inside})])
    charts: list[ScheduleChart] = []
    for pool, (name, nodes) in enumerate(schedule["pools"]):
        stays = [_stay(row, names) for row in inside if row[1] == pool]
        if not stays:
            continue
        first, last = min(one.first for one in stays), max(one.last for one in stays)
        title = _("%(pool)s: cards %(first)s to %(last)s of %(nodes)s, the only ones in use") % {
            "pool": name,
            "first": number(first + 1),
            "last": number(last + 1),
            "nodes": number(nodes),
        }
        charts.append(
            ScheduleChart(
                id=f"schedule-{len(charts)}",
                title=title,
                first=first,
                nodes=last + 1 - first,
                begins=begins,
                ends=ends,
                begins_text=moment(begins),
                ends_text=moment(ends),
                stays=stays,
                marks=marks,
            )
        )
    return charts, marks


def _stay(row: Sequence[int], names: Sequence[str]) -> Stay:
    award, _pool, first, last, begin, end = row
    text = ngettext(
        "%(award)s: %(cards)s card from %(begin)s to %(end)s",
        "%(award)s: %(cards)s cards from %(begin)s to %(end)s",
        last + 1 - first,
    ) % {
        "award": names[award],
        "cards": number(last + 1 - first),
        "begin": moment(begin),
        "end": moment(end),
    }
    return Stay(names[award], first, last, begin, end, text)


def moment(at: int) -> str:
    """An instant in words."""
    return date_format(timezone.localtime(datetime.fromtimestamp(at, UTC)), "DATETIME_FORMAT")


def instant_on(found: Forecast, second: float | None) -> int | None:
    """A second of the forecast's scale as seconds since 1970."""
    if second is None:
        return None
    assert found.answer is not None
    zero_on = date.fromisoformat(found.answer["zero_on"])
    zero = datetime.combine(zero_on, time(), UTC)
    return int((zero + timedelta(seconds=int(second))).timestamp())


def _by_day(series: Mapping[str, Any]) -> Iterator[tuple[date, float, float, float]]:
    days = map(date.fromisoformat, series["days"])
    return zip(days, *series["bands"], strict=True)


def _percents(low: float, median: float, high: float) -> str:
    shown = [number(Decimal(f"{100 * value:.1f}"), 1) for value in (median, low, high)]
    return _("%(median)s %% (%(low)s to %(high)s)") % {
        "median": shown[0],
        "low": shown[1],
        "high": shown[2],
    }


def _against(planned: float) -> Callable[[float, float, float], str]:
    """Card-hours used, and what was planned."""
    return lambda low, median, high: (
        _("%(used)s; planned: %(planned)s")
        % {
            "used": _card_hours(low, median, high),
            "planned": number(round(planned / HOUR_S)),
        }
    )


def _hours(low: float, median: float, high: float) -> str:
    return hours_text({"low": low, "median": median, "high": high})


def _card_hours(low: float, median: float, high: float) -> str:
    shown = [number(round(value / HOUR_S)) for value in (median, low, high)]
    return _("%(median)s (%(low)s to %(high)s) card-hours") % {
        "median": shown[0],
        "low": shown[1],
        "high": shown[2],
    }
