"""From when accounts are read again."""

import pytest

from praya.core.execution.accounting import DAY_S, HOUR_S, MINUTE_S, begin_of_read

NOON = 20_000 * DAY_S + 12 * HOUR_S


@pytest.mark.parametrize(
    ("last", "now", "back_s"),
    [
        (NOON + 10, NOON + 15, 10 * MINUTE_S),
        (NOON + 10, NOON + 10, 10 * MINUTE_S),
        (NOON - 1, NOON, DAY_S),
        (NOON, NOON + HOUR_S, DAY_S),
        (NOON, NOON + 12 * HOUR_S, 30 * DAY_S),
        (NOON, NOON + 400 * DAY_S, 30 * DAY_S),
    ],
)
def test_a_read_begins_before_the_end_of_the_last_one(last, now, back_s):
    assert begin_of_read(last_read_at=last, now=now) == last - back_s


def test_a_read_never_begins_before_time_does():
    assert begin_of_read(last_read_at=0, now=NOON) == 0
