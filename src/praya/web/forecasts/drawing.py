"""From what a forecast said to its pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.forecasts.queries import pieces_of
from praya.apps.forecasts.rules import piece
from praya.web.badges import Link
from praya.web.forecasts.charts import (
    BandChart,
    BandPoint,
    Range,
    RangeChart,
    ScheduleChart,
    Stay,
    marks_for,
)
from praya.words.forecasts import DEFINITIONS, hours_text, wait_name
from praya.words.quantities import number

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Forecast

HOUR_S = 3_600
HELD, RESERVED = "held-in_service", "reserved-in_service"
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


def utilisation_charts(found: Forecast, side: str) -> list[BandChart]:
    """Held, and held or leased, over in service, day by day. One query."""
    names = [piece(side, "utilisation", one) for one in (HELD, RESERVED)]
    pieces = pieces_of(found, *names)
    words = (
        (_("Held by jobs, day by day"), DEFINITIONS["utilisation"]),
        (_("Held by jobs or leased, day by day"), DEFINITIONS["reserved"]),
    )
    return [
        _utilisation(found, side, place, pieces[name], title, str(definition))
        for place, (name, (title, definition)) in enumerate(zip(names, words, strict=True))
    ]


def _utilisation(  # noqa: PLR0913, PLR0917 -- the parts of one picture
    found: Forecast,
    side: str,
    place: int,
    series: Mapping[str, Any],
    title: str,
    definition: str,
) -> BandChart:
    points = [
        BandPoint(day, low, median, high, _percents) for day, low, median, high in _by_day(series)
    ]
    highest = max((point.high for point in points), default=0)
    top = next((one for one in _TOPS if highest <= one), 1.0)
    return BandChart(
        id=f"utilisation-{place}",
        title=title,
        points=points,
        top=top,
        top_text=_("%s %%") % number(round(100 * top)),
        label_head=_("Day"),
        value_head=_("Median, and eight runs in ten"),
        definition=definition,
        files=files_of(found, ("utilisation", "reserved")[place], side),
    )


def waits_chart(
    found: Forecast,
    rows: Sequence[Mapping[str, Any]],
    side: str,
    by: str,
    devices: Mapping[str, str],
) -> RangeChart:
    """Mean waits of one class of jobs; of hundreds of awards the longest, the file holds all."""
    known = [row for row in rows if row["by"] == by and row["mean_s"]["median"] is not None]
    if len(known) > RANGES_MAX:
        known = sorted(known, key=lambda row: -row["mean_s"]["median"])[:RANGES_MAX]
    ranges = [
        Range(
            wait_name(row, devices),
            row["mean_s"]["low"] or 0,
            row["mean_s"]["median"],
            row["mean_s"]["high"] or row["mean_s"]["median"],
            hours_text(row["mean_s"]),
        )
        for row in known
    ]
    return RangeChart(
        id="waits",
        title=_("Mean wait"),
        ranges=ranges,
        definition=str(DEFINITIONS["waits"]),
        label_head=_("Jobs"),
        value_head=_("Mean wait"),
        files=files_of(found, "waits", side),
    )


def burn_chart(found: Forecast, side: str, line: str) -> BandChart:
    """How a line is used up, against an even use of its grant.

    Raises:
        NotFound: the forecast knows no such line.

    """
    name = piece(side, "burn", line)
    series = pieces_of(found, name)[name]
    plan, high = series["plan"], series["bands"][-1]
    top = max([*high, *plan, 1])
    points = [
        BandPoint(day, low, median, most, _card_hours) for day, low, median, most in _by_day(series)
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
    text = _("%(award)s: %(cards)s cards from %(begin)s to %(end)s") % {
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


def _card_hours(low: float, median: float, high: float) -> str:
    shown = [number(round(value / HOUR_S)) for value in (median, low, high)]
    return _("%(median)s (%(low)s to %(high)s) card-hours") % {
        "median": shown[0],
        "low": shown[1],
        "high": shown[2],
    }
