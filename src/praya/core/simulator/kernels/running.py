"""Running jobs: by true end, and in the calendar of their estimated ends.

``running`` has four rows: true ends and jobs (a heap), instants of the calendar and what comes back
at each. ``counts`` holds how many slots are free, how many jobs run, and the span of the calendar.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from praya.core.simulator.kernels import calendar
from praya.core.simulator.kernels.heap import Column, Rows, pop, push

ENDS, JOBS = 0, 1
FREE, HELD = 0, 1


@njit(cache=True)
def nobody_running(jobs: int, pool: int) -> tuple[Rows, Column]:
    """A pool in which nothing runs yet."""
    counts = np.zeros(4, np.int64)
    counts[FREE] = pool
    return np.empty((4, min(jobs, pool) + 1), np.int64), counts


@njit(cache=True, inline="always")
def start(
    running: Rows, counts: Column, job: int, slots: int, ends_at: int, estimated_end: int
) -> None:
    """Start a job that fits."""
    push(running, counts[HELD], ends_at, job)
    calendar.add(running, counts, estimated_end, slots)
    counts[FREE] -= slots
    counts[HELD] += 1


@njit(cache=True, inline="always")
def end_all(
    running: Rows, counts: Column, now: int, starts: Column, estimate: Column, slots: Column
) -> bool:
    """End what ends by now; whether anything did."""
    before = counts[HELD]
    while counts[HELD] > 0 and running[ENDS, 0] <= now:
        job = running[JOBS, 0]
        pop(running, counts[HELD])
        estimated_end = starts[job] + estimate[job]
        calendar.take_off(running, counts, estimated_end, slots[job])
        counts[FREE] += slots[job]
        counts[HELD] -= 1
    return bool(counts[HELD] < before)


@njit(cache=True, inline="always")
def next_instant(running: Rows, counts: Column, submit: Column, arrived: int) -> int:
    """The next instant at which a job ends or arrives; there must be one."""
    if arrived == len(submit):
        return int(running[ENDS, 0])
    if counts[HELD] == 0:
        return int(submit[arrived])
    return int(min(submit[arrived], running[ENDS, 0]))
