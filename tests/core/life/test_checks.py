"""When rules look at a line."""

from __future__ import annotations

from datetime import date

import pytest
from tests.core.life.life_rules import expiry, own_plan, step, straight_line, window

from praya.core.life import Span, checks_of

HUNDRED_DAYS = Span(date(2026, 1, 1), date(2026, 4, 10))


def looks(rule, span=HUNDRED_DAYS):
    return [(check.mark, check.on) for check in checks_of(rule, span)]


def on(*days):
    return [(day, date.fromisoformat(day)) for day in days]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (step(after_percent=50), [("after-50", date(2026, 2, 20))]),
        (step(after_percent="12.50"), [("after-12.5", date(2026, 1, 14))]),
        (step(after_percent=100), []),
        (step(on_days=["2026-05-01", "2026-02-01", "2026-02-01"]), on("2026-02-01")),
        (step(on_days=["2026-01-01"]), []),  # nothing could have been used
        (
            step(on_days=["2026-01-21"], after_percent=50),
            [*on("2026-01-21"), ("after-50", date(2026, 2, 20))],
        ),
        (straight_line(every_days=30), on("2026-01-31", "2026-03-02", "2026-04-01")),
        (straight_line(every_days=30, spare_days=31), on("2026-03-02", "2026-04-01")),
        (straight_line(every_days=200), []),
        (own_plan(every_months=1), on("2026-02-01", "2026-03-01", "2026-04-01")),
        (own_plan(every_months=2), on("2026-03-01")),
        (window(), on("2026-02-01", "2026-03-01", "2026-04-01")),
        (expiry(after_days=99), [("expiry", date(2026, 4, 10))]),
        (expiry(after_days=100), []),
    ],
)
def test_a_rule_looks_on_its_days_and_no_others(rule, expected):
    assert looks(rule) == expected


@pytest.mark.parametrize(
    ("rule", "looks_on"),
    [
        (expiry(after_days=90), "2026-04-01"),
        (expiry(after_days=60), "2026-03-02"),
        (expiry(after_days=59), "2026-03-02"),  # on the line's first day nothing could be used
        (expiry(after_days=10, spare_days=5), "2026-03-06"),
    ],
)
def test_an_expiry_counts_from_where_the_time_was_exchanged_from(rule, looks_on):
    exchanged = Span(date(2026, 3, 1), date(2026, 4, 10), aged_from=date(2026, 1, 1))
    assert looks(rule, exchanged) == [("expiry", date.fromisoformat(looks_on))]
    assert looks(step(after_percent=50), exchanged) == [("after-50", date(2026, 3, 22))]


@pytest.mark.parametrize(
    ("last_on", "looks_on"),
    [
        (date(2026, 1, 10), date(2026, 1, 6)),
        (date(2026, 1, 11), date(2026, 1, 7)),  # half of eleven days is six
    ],
)
def test_a_share_of_the_days_must_be_over(last_on, looks_on):
    assert looks(step(after_percent=50), Span(date(2026, 1, 1), last_on)) == [
        ("after-50", looks_on)
    ]


def test_a_longer_line_moves_a_check_and_keeps_its_mark():
    longer = Span(HUNDRED_DAYS.first_on, date(2026, 7, 19))

    assert looks(step(after_percent=50), longer) == [("after-50", date(2026, 4, 11))]


def test_a_line_that_is_over_before_it_could_be_used_is_not_looked_at():
    assert looks(straight_line(), Span(date(2026, 5, 1), date(2026, 4, 10))) == []
