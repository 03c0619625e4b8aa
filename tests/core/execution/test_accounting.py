"""From when accounts are read again, and what of a run is counted."""

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core.execution.accounting import (
    DAY_S,
    ENDING_S_MAX,
    HOUR_S,
    TURNS,
    RunEnd,
    Used,
    spans_of_read,
)

NOON = 20_000 * DAY_S + 12 * HOUR_S


@pytest.mark.parametrize(
    ("last", "now", "hours_back"),
    [
        (NOON + 10, NOON + 15, [(1 / 6, 0)]),
        (NOON - 5, NOON, [(19.1, 17.0), (1 / 6, 0)]),
        (NOON + 145, NOON + 150, [(593.5, 591.0), (1 / 6, 0)]),
        (NOON, NOON + HOUR_S, [(594.4, 564.3), (24.5, 0)]),
        (NOON, NOON + DAY_S, [(725.3, 0)]),
        (0, 10, [(0, 0)]),
    ],
)
def test_ten_minutes_are_read_again_and_what_is_older_takes_turns(last, now, hours_back):
    spans = spans_of_read(last_read_at=last, now=now)
    found = [((now - since) / HOUR_S, (now - until) / HOUR_S) for since, until in spans]
    assert found == [pytest.approx(span, abs=0.05) for span in hours_back]


@given(
    st.sampled_from(TURNS),
    st.lists(st.integers(1, 7200), max_size=20),
    st.integers(0, DAY_S),
    st.data(),
)
def test_a_run_of_a_day_is_met_within_an_hour_and_one_of_thirty_days_within_a_day(
    turns, pauses, begin, data
):
    """Whatever the pauses between reads; it is told first just after the first of them."""
    within_s, back_s, _ = turns
    reads = list(accumulate([*pauses, max(1, within_s - sum(pauses))], initial=NOON + begin))
    ended_at = data.draw(st.integers(reads[-1] - back_s, reads[0]))
    met = [
        since <= ended_at < until
        for last, now in pairwise(reads)
        for since, until in spans_of_read(last_read_at=last, now=now)
    ]
    assert any(met)


@pytest.mark.parametrize(
    ("held_s", "allowed_s", "end", "charged_s"),
    [
        (59, 60, RunEnd.TIMED_OUT, 59),
        (HOUR_S, 0, RunEnd.TIMED_OUT, HOUR_S),  # the book never held it
        (89, 60, RunEnd.TIMED_OUT, 60),  # the cluster took its time to end it
        (360, 360, RunEnd.COMPLETED, 360),  # lowered to a minute while it ran, which counts nothing
        (361, 360, RunEnd.TIMED_OUT, 360),
        (89, 60, RunEnd.COMPLETED, 89),  # nobody stopped it
        (60 + ENDING_S_MAX, 60, RunEnd.TIMED_OUT, 60),
        (61 + ENDING_S_MAX, 60, RunEnd.TIMED_OUT, 61 + ENDING_S_MAX),
    ],
)
def test_only_what_ending_a_run_takes_is_not_charged(held_s, allowed_s, end, charged_s):
    run = Used("c:1:1", "aw-1", "mei", "1", "", "gpu", "h800", 2, 0, 0, held_s, held_s,
               end, 0, 0, 60, allowed_s)  # fmt: skip
    assert (run.card_seconds, run.charged_s) == (2 * held_s, 2 * charged_s)
