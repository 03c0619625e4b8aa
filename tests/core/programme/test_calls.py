"""Windows of a call: no two share a day, and each day finds its own."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core.programme.calls import CallWindow, next_window_after, window_on
from praya.core.programme.document import CallRule, MonthlyWindow
from praya.core.programme.months import add_months
from praya.core.programme.parts import Words

ONE_DAY = timedelta(days=1)


def call(
    kind: Literal["rolling", "window", "monthly"],
    opens: str,
    closes: str | None = None,
    **rest: int,
) -> CallRule:
    monthly = None
    if kind == "monthly":
        monthly = MonthlyWindow(gather_from_day=1, gather_to_day=25, decide_by_day=10)
    return CallRule(
        code="c",
        title=Words(en="A call"),
        kind=kind,
        opens_on=date.fromisoformat(opens),
        closes_on=date.fromisoformat(closes) if closes else None,
        monthly=monthly,
        **rest,
    )


def window(code: str, opens: str, closes: str, decide_by: str | None = None) -> CallWindow:
    return CallWindow(
        code,
        date.fromisoformat(opens),
        date.fromisoformat(closes),
        date.fromisoformat(decide_by) if decide_by else None,
    )


ROLLING = call("rolling", "2026-01-31", batch_every_months=1)
SHORT = call("rolling", "2026-01-15", "2026-05-01", decide_within_days=30)
ONCE = call("window", "2026-03-01", "2026-03-31")
MONTHLY = call("monthly", "2026-01-10", "2026-04-20")


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (ROLLING, "2026-01-30", None),
        (ROLLING, "2026-01-31", window("batch-1", "2026-01-31", "2026-02-27")),
        (ROLLING, "2026-02-28", window("batch-2", "2026-02-28", "2026-03-30")),
        (ROLLING, "2026-03-31", window("batch-3", "2026-03-31", "2026-04-29")),
        (SHORT, "2026-04-14", window("batch-1", "2026-01-15", "2026-04-14", "2026-05-14")),
        (SHORT, "2026-04-15", window("batch-2", "2026-04-15", "2026-05-01", "2026-05-31")),
        (SHORT, "2026-05-02", None),
        (ONCE, "2026-02-28", None),
        (ONCE, "2026-03-31", window("window", "2026-03-01", "2026-03-31")),
        (ONCE, "2026-04-01", None),
        (MONTHLY, "2026-01-09", None),
        (MONTHLY, "2026-01-10", window("2026-01", "2026-01-10", "2026-01-25", "2026-02-10")),
        (MONTHLY, "2026-01-26", None),
        (MONTHLY, "2026-02-01", window("2026-02", "2026-02-01", "2026-02-25", "2026-03-10")),
        (MONTHLY, "2026-04-20", window("2026-04", "2026-04-01", "2026-04-20", "2026-05-10")),
        (MONTHLY, "2026-04-21", None),
    ],
)
def test_window_on_a_day(rule: CallRule, day: str, expected: CallWindow | None) -> None:
    assert window_on(rule, date.fromisoformat(day)) == expected


@pytest.mark.parametrize(
    ("rule", "day", "code"),
    [
        (ROLLING, "2020-01-01", "batch-1"),
        (ROLLING, "2026-01-31", "batch-2"),
        (SHORT, "2026-04-15", None),
        (ONCE, "2026-02-28", "window"),
        (ONCE, "2026-03-01", None),
        (MONTHLY, "2020-01-01", "2026-01"),
        (MONTHLY, "2026-01-10", "2026-02"),
        (MONTHLY, "2026-03-31", "2026-04"),
        (MONTHLY, "2026-04-01", None),
    ],
)
def test_next_window_after_a_day(rule: CallRule, day: str, code: str | None) -> None:
    following = next_window_after(rule, date.fromisoformat(day))

    assert (following.code if following else None) == code


days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@st.composite
def calls(draw: st.DrawFn) -> CallRule:
    kind: Literal["rolling", "window", "monthly"] = draw(
        st.sampled_from(["rolling", "window", "monthly"])
    )
    opens, closes = sorted([draw(days), draw(days)])
    first, last = sorted([draw(st.integers(1, 28)), draw(st.integers(1, 28))])
    month = MonthlyWindow(gather_from_day=first, gather_to_day=last, decide_by_day=5)
    return CallRule(
        code="c",
        title=Words(en="A call"),
        kind=kind,
        opens_on=opens,
        closes_on=closes if kind == "window" or draw(st.booleans()) else None,
        monthly=month if kind == "monthly" else None,
        batch_every_months=draw(st.integers(1, 12)),
    )


@given(calls(), days)
def test_a_window_holds_the_day_it_was_found_for_and_every_day_of_it_finds_it(
    rule: CallRule, day: date
) -> None:
    found = window_on(rule, day)
    if found is None:
        return

    assert found.opens <= day <= found.closes
    assert window_on(rule, found.opens) == found
    assert window_on(rule, found.closes) == found


@given(calls(), days)
def test_windows_follow_each_other_without_sharing_a_day(rule: CallRule, day: date) -> None:
    windows = []
    following = next_window_after(rule, day)
    while following is not None and len(windows) < 30:
        windows.append(following)
        following = next_window_after(rule, following.opens)

    for earlier, later in pairwise(windows):
        assert earlier.closes < later.opens
        gap = earlier.closes + ONE_DAY
        assert gap == later.opens or window_on(rule, gap) is None
    assert len({one.code for one in windows}) == len(windows)
    assert all(window_on(rule, one.opens) == one for one in windows)


@given(days, st.integers(0, 400))
def test_add_months_stays_in_its_month(day: date, months: int) -> None:
    later = add_months(day, months)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + ONE_DAY).day == 1
