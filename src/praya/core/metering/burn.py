"""How fast something is used up, and when it will be gone, with how unsure that is.

The use of the last days, one whole number a day, has a mean ``m`` and a variance ``s2``. The mean
of ``n`` such days is itself unsure, by ``s2 / n``. It is taken to follow the gamma distribution
with that mean and variance: shape ``k = n * m * m / s2``, scale ``m / k``. Its tenth and ninetieth
percentiles by Wilson and Hilferty are ``m * (1 - 1/(9k) ± 1.2816 / (3 * sqrt(k))) ** 3``; what is
left over each of them gives the band: in four cases out of five the true pace lies within. Days
count as independent of each other, so a team that works in bursts has a wider band in truth.

A change of the pace that is known ahead, as of a price, bends all three alike: from its day on, a
day uses so many times what it used so far.

Worked example: 28 days of 10 hours each leave no doubt; 14 days of 20 and 14 of nothing have the
same mean, and 200 hours that are left last 20 days, between 15 and 26. HK$2,000 at HK$100 a day
last 20 days; if the price halves in 8 days, HK$800 are gone by then, and HK$1,200 last 24 more.

Forecasts are no money: they may be floats, and nothing is charged by them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

BURN_DAYS = 28
BURN_DAYS_MIN = 7
AHEAD_DAYS_MAX = 3650
_Z_80 = 1.2815515655446004  # between −z and z lie 80 % of the standard normal distribution


@dataclass(frozen=True, slots=True)
class RunOut:
    """In how many days what is left will be used up, and a band of 80 % around that.

    ``latest_days`` is ``None`` where it may as well not be used up within ten years.
    """

    per_day: float
    days: int
    soonest_days: int
    latest_days: int | None


@dataclass(frozen=True, slots=True)
class Turn:
    """From so many days ahead on, a day uses so many ``times`` what it used so far."""

    days: int
    times: float


def run_out(daily: Sequence[int], left: int, turns: Sequence[Turn] = ()) -> RunOut | None:
    """When ``left`` is gone at the pace of the days; ``None`` if that cannot be told.

    ``turns`` are changes of the pace that are known, in their order. It cannot be told from less
    than a week, where nothing was used, or beyond ten years.
    """
    assert left >= 0, left
    used = daily[-BURN_DAYS:]
    if len(used) < BURN_DAYS_MIN or not any(used):
        return None
    count = len(used)
    mean = sum(used) / count
    variance = sum((one - mean) ** 2 for one in used) / (count - 1)
    slow, fast = _band(mean, variance, count)
    likely, soonest, latest = (
        _bent(left / pace if pace > 0 else math.inf, turns) for pace in (mean, fast, slow)
    )
    if likely >= AHEAD_DAYS_MAX + 1:
        return None
    return RunOut(
        per_day=mean,
        days=math.floor(likely),
        soonest_days=math.floor(soonest),
        latest_days=math.floor(latest) if latest <= AHEAD_DAYS_MAX else None,
    )


def _bent(days: float, turns: Sequence[Turn]) -> float:
    """How long lasts, with the turns, what at the pace so far would last so many days."""
    begun, times = 0, 1.0
    for turn in turns:
        until = (turn.days - begun) * times
        if days <= until:
            break
        days, begun, times = days - until, turn.days, turn.times
    return begun + days / times if times > 0 else math.inf


def _band(mean: float, variance: float, count: int) -> tuple[float, float]:
    """The tenth and the ninetieth percentile of the pace."""
    if variance == 0:
        return mean, mean
    shape = count * mean * mean / variance
    spread = _Z_80 / (3 * math.sqrt(shape))
    centre = 1 - 1 / (9 * shape)
    return mean * max(0.0, centre - spread) ** 3, max(mean, mean * (centre + spread) ** 3)
