"""Days on which nothing could run put a check off."""

from __future__ import annotations

from datetime import date

import pytest

from praya.core.life import Standstill, put_off


def jan(day: int) -> date:
    return date(2026, 1, day)


@pytest.mark.parametrize(
    ("standstills", "since", "found"),
    [
        ([(10, 25)], 1, date(2026, 2, 5)),  # the example of the module
        ([], 1, jan(21)),
        ([(21, 25)], 1, jan(21)),  # it looks as the day begins
        ([(20, 22), (22, 24)], 1, jan(25)),  # what is put off meets the next
        ([(2, 12)], 10, jan(23)),
        ([(2, 10)], 10, jan(21)),
        ([(10, 10)], 1, jan(21)),  # resumed on the same day
    ],
)
def test_a_day_is_put_off_by_the_days_before_it(standstills, since, found):
    still = [Standstill(jan(begun), jan(until)) for begun, until in standstills]
    assert put_off(jan(21), still, since=jan(since)) == found
