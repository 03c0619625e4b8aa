"""When a call takes applications: its windows, each with a code and a last day for the decision.

All days are included. A rolling call is one batch after another: with ``opens_on`` 15 January and
``batch_every_months`` 3, batch-1 runs from 15 January to 14 April and batch-2 begins on the 15th.
A monthly call is closed between its windows. No two windows of a call share a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from praya.core.programme.document import CallRule
from praya.core.programme.months import MONTHS_IN_YEAR, add_months, month_start

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CallWindow:
    """Days in which applications are gathered and then decided together, first and last included.

    ``code`` is unique in the call: ``window``, ``batch-3`` or ``2026-03``.
    ``decide_by`` is ``None`` where the rules promise no day.
    """

    code: str
    opens: date
    closes: date
    decide_by: date | None


def window_on(call: CallRule, day: date) -> CallWindow | None:
    """The window that takes applications on ``day``; ``None`` when the call is closed."""
    if day < call.opens_on or (call.closes_on is not None and day > call.closes_on):
        return None
    if call.kind == "window":
        return _only_window(call)
    if call.kind == "rolling":
        return _batch(call, _batches_begun(call, day) - 1)
    window = _month(call, month_start(day))
    return window if window is not None and window.opens <= day <= window.closes else None


def next_window_after(call: CallRule, day: date) -> CallWindow | None:
    """The first window that opens after ``day``; ``None`` when there will be none."""
    if call.kind == "window":
        return _only_window(call) if day < call.opens_on else None
    if call.kind == "rolling":
        return _batch(call, _batches_begun(call, day))
    # Three months hold at least one whole window; a call that ends sooner has no later one.
    month = month_start(max(day, call.opens_on))
    for months in range(3):
        window = _month(call, month_start(month, months=months))
        if window is not None and window.opens > day:
            return window
    return None


def _only_window(call: CallRule) -> CallWindow:
    """The one window of a window call."""
    assert call.closes_on is not None, call.code
    return CallWindow("window", call.opens_on, call.closes_on, _decide_by(call, call.closes_on))


def _batches_begun(call: CallRule, day: date) -> int:
    """How many batches of a rolling call have begun by ``day``."""
    if day < call.opens_on:
        return 0
    months = (day.year - call.opens_on.year) * MONTHS_IN_YEAR + day.month - call.opens_on.month
    index = months // call.batch_every_months
    if add_months(call.opens_on, index * call.batch_every_months) > day:
        index -= 1
    return index + 1


def _batch(call: CallRule, index: int) -> CallWindow | None:
    """Batch ``index`` (from 0) of a rolling call; ``None`` past the end of the call."""
    opens = add_months(call.opens_on, index * call.batch_every_months)
    closes = add_months(call.opens_on, (index + 1) * call.batch_every_months) - ONE_DAY
    if call.closes_on is not None:
        if opens > call.closes_on:
            return None
        closes = min(closes, call.closes_on)
    return CallWindow(f"batch-{index + 1}", opens, closes, _decide_by(call, closes))


def _month(call: CallRule, month: date) -> CallWindow | None:
    """The window of the month that begins on ``month``; ``None`` if closed all along."""
    assert call.monthly is not None, call.code
    opens = max(month.replace(day=call.monthly.gather_from_day), call.opens_on)
    closes = month.replace(day=call.monthly.gather_to_day)
    if call.closes_on is not None:
        closes = min(closes, call.closes_on)
    if opens > closes:
        return None
    decide_by = month_start(month, months=1).replace(day=call.monthly.decide_by_day)
    return CallWindow(f"{month:%Y-%m}", opens, closes, decide_by)


def _decide_by(call: CallRule, closes: date) -> date | None:
    """The last day for the decision on a window or batch."""
    if call.decide_within_days is None:
        return None
    return closes + timedelta(days=call.decide_within_days)
