"""How much free use a line may have: the hard stops beyond its grant.

Worked example: 1,200 hours stand on a line over the year 2026, of which the rules allow 100 % as
free use, and 500 % of a month's share in a month. The line may have 1,200 hours of free use in all;
in February, 28 of 365 days, ``1200 * 28 // 365 = 92`` hours are the month's share, so at most
``1200 * 28 * 500 // (365 * 100) = 460``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from praya.core.life.checks import Span
from praya.core.programme.life import FreeUse
from praya.core.programme.months import month_start

HUNDRED = 100


class Stop(StrEnum):
    """What ends free use: so much of it in all, or in a month."""

    WHOLE = "whole"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class FreeUseStop:
    """The most free use there may be, and how much of it is used or promised to jobs."""

    stop: Stop
    most: int
    used: int

    @property
    def left(self) -> int:
        """What a job may still have."""
        return max(self.most - self.used, 0)


@dataclass(frozen=True, slots=True)
class FreelyUsed:
    """Free use of a line so far and in this month, with the worst cases of jobs not yet over."""

    whole: int
    month: int


def nearest_stop(
    rule: FreeUse, *, stands: int, span: Span, today: date, used: FreelyUsed
) -> FreeUseStop:
    """The stop that leaves the least; all amounts are whole card-seconds, rounded down.

    ``stands`` is what is settled, in flight and free on the line.
    """
    whole = FreeUseStop(Stop.WHOLE, stands * rule.percent_max // HUNDRED, used.whole)
    if rule.month_percent_max is None:
        return whole
    first = month_start(today)
    days = span.days_before(month_start(today, months=1)) - span.days_before(first)
    most = stands * days * rule.month_percent_max // (span.days * HUNDRED)
    return min(whole, FreeUseStop(Stop.MONTH, most, used.month), key=lambda stop: stop.left)
