"""What of a grant may be used by now, where its rules open it bit by bit.

Worked example: 1,200 hours over a year, in two tranches of a half, under a window that lets one
month be borrowed. In February the window opens January to March, 90 of 365 days: 295 hours. In
October it would open 1,098; but without an accepted report the first tranche ends at 600.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from praya.core.life.checks import BP_PER_PERCENT, HUNDRED_BP, Span
from praya.core.life.cuts import Standing
from praya.core.programme.life import Life, SlidingWindow, Tranches
from praya.core.programme.months import month_start


class Opened(StrEnum):
    """What opens more of a grant."""

    MONTH = "month"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be used by now, what opens more, and when if that is a day."""

    most: int
    opened_by: Opened
    opens_on: date | None = None


def ceiling_of(
    life: Life, *, span: Span, today: date, standing: Standing, reports: int
) -> Ceiling | None:
    """The lowest ceiling over a line's use; ``None`` where no rule keeps anything back.

    ``standing.cut_by_rule`` is what the window took; ``reports`` counts the reports accepted.
    """
    found = [
        _window_ceiling(life.window, span, today, standing) if life.window else None,
        _tranche_ceiling(life.tranches, standing, reports) if life.tranches else None,
    ]
    return min((each for each in found if each), key=lambda each: each.most, default=None)


def _window_ceiling(
    window: SlidingWindow, span: Span, today: date, standing: Standing
) -> Ceiling | None:
    until = month_start(today, months=window.borrow_months + 1)
    if until > span.last_on:
        return None
    opened = standing.granted * span.days_before(until) // span.days
    return Ceiling(
        max(opened - standing.cut_by_rule, 0), Opened.MONTH, month_start(today, months=1)
    )


def _tranche_ceiling(tranches: Tranches, standing: Standing, reports: int) -> Ceiling | None:
    if reports >= len(tranches.parts) - 1:
        return None
    percent = sum(part.percent for part in tranches.parts[: reports + 1])
    return Ceiling(standing.granted * int(percent * BP_PER_PERCENT) // HUNDRED_BP, Opened.REPORT)
