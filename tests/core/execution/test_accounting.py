"""From when accounts are read again, and what of a run is counted."""

import pytest

from praya.core.execution.accounting import (
    DAY_S,
    ENDING_S_MAX,
    HOUR_S,
    MINUTE_S,
    RunEnd,
    Used,
    begin_of_read,
)

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


@pytest.mark.parametrize(
    ("held_s", "limit_s", "charged_s"),
    [
        (59, 60, 59),
        (HOUR_S, 0, HOUR_S),  # without a limit
        (89, 60, 60),  # the cluster took its time to end it
        (60 + ENDING_S_MAX, 60, 60),
        (61 + ENDING_S_MAX, 60, 61 + ENDING_S_MAX),
        (DAY_S, 60, DAY_S),  # the limit was lowered while it ran
    ],
)
def test_only_what_ending_a_run_takes_is_not_charged(held_s, limit_s, charged_s):
    run = Used("c:1:1", "aw-1", "mei", "1", "", "gpu", "h800", 2, 0, 0, held_s, held_s,
               RunEnd.TIMED_OUT, 0, 0, limit_s)  # fmt: skip
    assert (run.card_seconds, run.charged_s) == (2 * held_s, 2 * charged_s)
