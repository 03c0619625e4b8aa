"""What may be used by now."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.life.life_rules import life, window

from praya.core.life import Ceiling, KeptBack, Opened, Span, Standing, ceiling_of, kept_back

YEAR = Span(date(2026, 1, 1), date(2026, 12, 31))
HALVES = {
    "code": "halves",
    "name": {"en": "Halves"},
    "parts": [
        {"code": "first", "percent": 50},
        {"code": "second", "percent": 50, "report": {"en": "Progress report"}},
    ],
}
BOTH = life(window=window(), tranches=HALVES)


def ceiling(rules, day, *, opened=(), cut=0, is_window_waived=False):
    standing = Standing(0, 1200 - cut, cut=cut, cut_by_rule=cut)
    return ceiling_of(
        rules,
        span=YEAR,
        today=day,
        standing=standing,
        opened=opened,
        is_window_waived=is_window_waived,
    )


@pytest.mark.parametrize(
    ("rules", "day", "facts", "expected"),
    [
        (life(), date(2026, 2, 10), {}, None),
        (BOTH, date(2026, 2, 10), {}, Ceiling(295, Opened.MONTH, date(2026, 3, 1))),
        (BOTH, date(2026, 10, 10), {}, Ceiling(600, Opened.REPORT)),
        (
            BOTH,
            date(2026, 10, 10),
            {"opened": {"second"}},
            Ceiling(1098, Opened.MONTH, date(2026, 11, 1)),
        ),
        (BOTH, date(2026, 11, 1), {"opened": {"second"}}, None),
        (BOTH, date(2026, 2, 10), {"is_window_waived": True}, Ceiling(600, Opened.REPORT)),
        # What lapsed cannot be used instead of later months.
        (BOTH, date(2026, 4, 1), {"cut": 194}, Ceiling(302, Opened.MONTH, date(2026, 5, 1))),
    ],
)
def test_what_is_opened_bit_by_bit(rules, day, facts, expected):
    assert ceiling(rules, day, **facts) == expected


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 40), st.integers(0, 2))
def test_a_ceiling_never_sinks_as_days_go_by(day, days, borrow):
    rules = life(window=window(borrow_months=borrow))
    later = min(date.fromordinal(day.toordinal() + days), YEAR.last_on)

    before, after = (ceiling(rules, each) for each in (day, later))

    assert after is None or (before is not None and before.most <= after.most)


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        (None, None),
        (1200, None),
        (1199, 1),
        (600, 600),
        (450, 750),
        (0, 750),  # what was used of it stays used
    ],
)
def test_what_is_kept_back_is_what_is_free_beyond_the_ceiling(most, kept):
    ceiling = None if most is None else Ceiling(most, Opened.REPORT)

    found = kept_back(ceiling, Standing(used=450, free=750))

    assert found == (None if kept is None else KeptBack(kept, Opened.REPORT))
