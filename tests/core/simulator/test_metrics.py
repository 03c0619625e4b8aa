"""Waits and utilisation by hand."""

from __future__ import annotations

import numpy as np
import pytest

from praya.core.simulator.metrics import Waits, utilisation, waits

pytestmark = pytest.mark.once


def column(*numbers):
    return np.array(numbers, np.int64)


def test_waits_by_hand():
    found = waits(submit=column(0, 0, 10), start=column(0, 20, 40), run=column(100, 5, 10))

    # Slowdowns of 1, of 25 s over 10 s, and of 40 s over 10 s.
    assert found == Waits(
        mean_s=pytest.approx(50 / 3),
        median_s=20.0,
        p90_s=28.0,
        p99_s=pytest.approx(29.8),
        max_s=30,
        bounded_slowdown_mean=2.5,
    )


def test_short_job_without_wait_has_no_slowdown_below_one():
    found = waits(submit=column(3), start=column(3), run=column(1))

    assert found == Waits(0.0, 0.0, 0.0, 0.0, 0, 1.0)


def test_nobody_waits_in_an_empty_log():
    empty = column()

    assert waits(submit=empty, start=empty, run=empty) is None
    assert utilisation(submit=empty, start=empty, run=empty, slots=empty, pool=4) == 0.0


def test_utilisation_goes_from_the_first_submission_to_the_last_end():
    found = utilisation(
        submit=column(100, 100),
        start=column(110, 120),
        run=column(10, 20),
        slots=column(4, 1),
        pool=5,
    )

    # 40 + 20 slot-seconds of 5 slots for 40 seconds.
    assert found == 0.3
