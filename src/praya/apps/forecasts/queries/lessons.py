"""What earlier forecasts of a programme teach the next: waits as told, and how long they were.

It is what ``praya forecast score`` does along a log, done along the site's own days. A forecast
looks at what was known when it was asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from django.db.models import Q

from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.rules import Measure, Purpose
from praya.core.simulator.forecast.calibration import (
    JOBS_MAX,
    KNOWN_MIN,
    Lessons,
    Missed,
    Numbers,
    Told,
    known_by,
    lessons_of,
    mended,
    missed_by,
)

DAYS = timedelta(days=365)
ROWS_MAX = 20_000
DAY_S = 86_400
Level = float | None  # none: beyond the end of the forecast
Levels = tuple[Level, Level, Level]  # low, middle and high


@dataclass(frozen=True, slots=True)
class Learnt:
    """What mends the waits told at one moment; ``number`` are the earlier waits, 0 if too few."""

    lessons: Lessons
    missed: Missed
    number: int

    def mended(self, waits: Sequence[Levels], horizon_s: int) -> list[Levels]:
        """Waits as they are to be told; what lay beyond the end of the forecast stays there."""
        if not self.number:
            return list(waits)
        better = mended(_told(0, waits, horizon_s), self.lessons, self.missed)
        columns = (better.low, better.median, better.high)
        return [
            (
                _kept(one[0], float(low)),
                _kept(one[1], float(median)),
                _kept(one[2], float(high)),
            )
            for one, low, median, high in zip(waits, *columns, strict=True)
        ]


class _Said(NamedTuple):
    """A row of what was said, in seconds since 1970."""

    low: int
    middle: int | None
    high: int | None
    simulated: list[int | None] | None
    actual: int | None


def learnt_by(forecast: Forecast) -> Learnt:
    """What was known when a forecast was asked of the waits told before in its programme.

    One query: starts in the forecasts that are scored, of the last year.
    """
    told: list[Told] = []
    better: list[Told] = []
    truth: list[Numbers] = []
    for (asked_at, days), rows in _moments(forecast):
        at_s, horizon_s = int(asked_at.timestamp()), days * DAY_S
        some = rows[:: -(-len(rows) // JOBS_MAX)]
        simulated = [one.simulated or one[:3] for one in some]
        told.append(_told(at_s, [_since(at_s, one) for one in simulated], horizon_s))
        better.append(_told(at_s, [_since(at_s, one[:3]) for one in some], horizon_s))
        waits = [np.inf if one.actual is None else max(one.actual - at_s, 0) for one in some]
        truth.append(np.array(waits, dtype=np.float64))
    asked_s = int(forecast.asked_at.timestamp())
    lessons = lessons_of(*known_by(asked_s, told, truth))
    number = len(lessons.truth[0])
    missed = missed_by(asked_s, better, truth)
    return Learnt(lessons, missed, number if number >= KNOWN_MIN else 0)


def _moments(forecast: Forecast) -> list[tuple[tuple[datetime, int], list[_Said]]]:
    """When each earlier forecast was asked and how many days it saw, with what it said of starts.

    The oldest is the first. A job that was cancelled before it began teaches nothing.
    """
    rows = Expectation.objects.filter(
        Q(forecast__purpose=Purpose.DAILY.value) | Q(forecast__is_kept=True),
        measure=Measure.START.value,
        forecast__programme_id=forecast.programme_id,
        forecast__asked_at__lt=forecast.asked_at,
        forecast__asked_at__gt=forecast.asked_at - DAYS,
    ).exclude(known_at__isnull=False, actual=None)
    fields = (*_Said._fields, "forecast__asked_at", "forecast__days")
    by_moment: dict[tuple[datetime, int], list[_Said]] = defaultdict(list)
    for *said, at, days in rows.order_by("-id").values_list(*fields)[:ROWS_MAX]:
        by_moment[at, days].append(_Said(*said))
    return sorted(by_moment.items())


def _since(at_s: int, levels: Sequence[int | None]) -> Levels:
    low, middle, high = (None if one is None else float(one - at_s) for one in levels)
    return low, middle, high


def _told(at_s: int, waits: Sequence[Levels], horizon_s: int) -> Told:
    """Waits by the column; one beyond the end of the forecast is taken to its end."""
    rows = [[horizon_s if one is None else max(one, 0) for one in wait] for wait in waits]
    low, median, high = np.array(rows, dtype=np.float64).reshape(len(rows), 3).T
    return Told(at_s, low, median, high)


def _kept(was: Level, better: float) -> Level:
    return None if was is None else better
