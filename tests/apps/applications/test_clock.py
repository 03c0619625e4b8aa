"""The clock of a stage, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from praya.apps.applications.rules import Clock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("clock", "looked_at", "days", "is_overdue"),
    [
        (Clock(NOON, 5), NOON, 0, False),
        (Clock(NOON, 5), NOON + DAY - SECOND, 0, False),
        (Clock(NOON, 5), NOON + DAY, 1, False),
        (Clock(NOON, 5), NOON + 5 * DAY, 5, False),
        (Clock(NOON, 5), NOON + 5 * DAY + SECOND, 5, True),
        # Paused from the 3rd to the 6th: three days do not count.
        (Clock(NOON, 5, paused_s=3 * 86_400), NOON + 7 * DAY, 4, False),
        (Clock(NOON, 5, paused_s=3 * 86_400), NOON + 8 * DAY + SECOND, 5, True),
        # Paused now: the clock shows what it showed when it stopped.
        (Clock(NOON, 5, paused_since=NOON + 2 * DAY), NOON + 90 * DAY, 2, False),
        (Clock(NOON, 1, paused_since=NOON + 2 * DAY), NOON + 90 * DAY, 2, True),
        (
            Clock(NOON, 5, paused_since=NOON + 6 * DAY, paused_s=2 * 86_400),
            NOON + 20 * DAY,
            4,
            False,
        ),
        # Left: it does not run on.
        (Clock(NOON, 5, left_at=NOON + 4 * DAY, paused_s=86_400), NOON + 90 * DAY, 3, False),
        (Clock(NOON, 2, left_at=NOON + 4 * DAY), NOON + 90 * DAY, 4, True),
        # An instant before the entry counts as none, as with clocks of two machines.
        (Clock(NOON, 5), NOON - SECOND, 0, False),
    ],
)
def test_days_and_overdue(clock, looked_at, days, is_overdue):
    assert (clock.days(looked_at), clock.is_overdue(looked_at)) == (days, is_overdue)


def test_the_target_moves_by_the_pauses_that_are_over():
    assert Clock(NOON, 5).target_at == NOON + 5 * DAY
    assert Clock(NOON, 5, paused_s=86_400).target_at == NOON + 6 * DAY


def test_only_an_open_pause_has_a_length():
    assert Clock(NOON, 5).pause_s(NOON + DAY) == 0
    assert Clock(NOON, 5, paused_since=NOON).pause_s(NOON + DAY) == 86_400
    assert Clock(NOON, 5, paused_since=NOON).is_paused
    assert not Clock(NOON, 5, paused_since=NOON, left_at=NOON + DAY).is_paused
