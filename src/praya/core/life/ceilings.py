"""What of a grant may be used by now, where its rules open it bit by bit.

Worked example: 1,200 hours over a year, in two tranches of a half, under a window that lets one
month be borrowed. In February the window opens January to March, 90 of 365 days: 295 hours. In
October it would open 1,098; but without an accepted report the first tranche ends at 600. If 450
are used or in flight then, 150 of the 750 that are free may be used, and 600 are kept back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from praya.core.life.checks import BP_PER_PERCENT, HUNDRED_BP, Span
from praya.core.life.cuts import Standing
from praya.core.programme.life import Life, PaidAhead, SlidingWindow, Tranches
from praya.core.programme.months import month_start


class Opened(StrEnum):
    """What opens more of a grant."""

    MONTH = "month"
    REPORT = "report"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The most that may be used by now, what opens more, and when if that is a day."""

    most: int
    opened_by: Opened
    opens_on: date | None = None


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What is free and may not be used by now, what opens more, and when if that is a day."""

    amount: int
    opened_by: Opened
    opens_on: date | None = None


def kept_back(ceiling: Ceiling | None, standing: Standing) -> KeptBack | None:
    """What a ceiling keeps back of what is free on a line; ``None`` where that is nothing."""
    if ceiling is None:
        return None
    amount = min(standing.used + standing.free - ceiling.most, standing.free)
    return KeptBack(amount, ceiling.opened_by, ceiling.opens_on) if amount > 0 else None


def ceiling_of(  # noqa: PLR0913 -- keyword-only facts of one question
    life: Life,
    *,
    span: Span,
    today: date,
    standing: Standing,
    opened: Collection[str],
    paid_parts: int = 0,
    is_window_waived: bool = False,
) -> Ceiling | None:
    """The lowest ceiling over a line's use; ``None`` where no rule keeps anything back.

    ``standing.cut_by_rule`` is what the window took; ``opened`` are the later parts of the grant
    that a report opened, or a waiver; ``paid_parts`` of the own share have been paid ahead.
    """
    window = None if is_window_waived else life.window
    found = [
        _window_ceiling(window, span, today, standing) if window else None,
        _tranche_ceiling(life.tranches, standing, opened) if life.tranches else None,
        _paid_ceiling(life.paid_ahead, standing, paid_parts) if life.paid_ahead else None,
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


def _tranche_ceiling(
    tranches: Tranches, standing: Standing, opened: Collection[str]
) -> Ceiling | None:
    if all(part.code in opened for part in tranches.parts[1:]):
        return None
    is_open = [part.report is None or part.code in opened for part in tranches.parts]
    percent = sum(
        part.percent for part, so_far in zip(tranches.parts, is_open, strict=True) if so_far
    )
    return Ceiling(standing.granted * int(percent * BP_PER_PERCENT) // HUNDRED_BP, Opened.REPORT)


def _paid_ceiling(rule: PaidAhead, standing: Standing, paid_parts: int) -> Ceiling | None:
    if paid_parts >= rule.parts:
        return None
    return Ceiling(standing.granted * paid_parts // rule.parts, Opened.PAYMENT)
