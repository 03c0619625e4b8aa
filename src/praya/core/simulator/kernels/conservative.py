"""Conservative backfill: every waiting job has a place in a plan that is made anew when one ends.

Two facts keep it quick. Where an instant brings arrivals only, the plan stands, and just new jobs
are placed. And a pass may stop where nobody who has no place yet could start now: its place would
change nothing today, and the next end makes another plan.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from praya.core.simulator.kernels.calendar import AT, FIRST, GIVES, LAST
from praya.core.simulator.kernels.heap import Column, Rows
from praya.core.simulator.kernels.running import (
    FREE,
    end_all,
    next_instant,
    nobody_running,
    start,
)

_NEVER = 1 << 62
# The plan's rows: from ``at[i]`` until ``at[i + 1]``, of the last for ever, so many slots are free.
_BEGINS, _ROOM = 0, 1
# The queue's rows: jobs in order; beside each the least slots and estimate from there to the end.
_JOB, _LEAST_SLOTS, _LEAST_ESTIMATE = 0, 1, 2
# The plan's first step and the one after its last; how many in the queue have a place in it, and
# how many wait.
_FIRST, _LAST, _PLACED, _WAITING = 0, 1, 2, 3


@njit(cache=True)
def conservative(submit: Column, run: Column, estimate: Column, slots: Column, pool: int) -> Column:
    """The starts under conservative backfill; jobs in order of submission, none above the pool."""
    count = len(submit)
    starts = np.empty(count, np.int64)
    running, counts = nobody_running(count, pool)
    plan = np.empty((2, 2 * count + running.shape[1] + 2), np.int64)
    queue = np.empty((3, count), np.int64)
    ends = np.zeros(4, np.int64)
    arrived = 0
    _plan_anew(plan, ends, running, counts, 0)
    while arrived < count or ends[_WAITING] > 0:
        now = next_instant(running, counts, submit, arrived)
        is_freed = end_all(running, counts, now, starts, estimate, slots)
        while arrived < count and submit[arrived] <= now:
            queue[_JOB, ends[_WAITING]] = arrived
            ends[_WAITING] += 1
            arrived += 1
        if is_freed:
            _plan_anew(plan, ends, running, counts, now)
        else:
            _forget(plan, ends, now)
        if counts[FREE] > 0:
            _pass(now, run, estimate, slots, starts, running, counts, plan, queue, ends)
    return starts


@njit(cache=True)
def _plan_anew(plan: Rows, ends: Column, running: Rows, counts: Column, now: int) -> None:
    """The plan with nothing in it but running jobs."""
    free = counts[FREE]
    plan[_BEGINS, 0], plan[_ROOM, 0] = now, free
    step = 1
    for place in range(counts[FIRST], counts[LAST]):
        free += running[GIVES, place]
        plan[_BEGINS, step], plan[_ROOM, step] = running[AT, place], free
        step += 1
    ends[_FIRST], ends[_LAST], ends[_PLACED] = 0, step, 0


@njit(cache=True)
def _forget(plan: Rows, ends: Column, now: int) -> None:
    """Let the plan begin now."""
    first = ends[_FIRST]
    while first + 1 < ends[_LAST] and plan[_BEGINS, first + 1] <= now:
        first += 1
    plan[_BEGINS, first] = now
    ends[_FIRST] = first


@njit(cache=True)
def _pass(
    now: int,
    run: Column,
    estimate: Column,
    slots: Column,
    starts: Column,
    running: Rows,
    counts: Column,
    plan: Rows,
    queue: Rows,
    ends: Column,
) -> None:
    """Give places to those who have none yet, and start those whose place begins now."""
    waiting = ends[_WAITING]
    at = stay = ends[_PLACED]
    _look_ahead(queue, at, waiting, estimate, slots)
    while at < waiting and _is_free(
        plan, ends, queue[_LEAST_SLOTS, at], queue[_LEAST_ESTIMATE, at]
    ):
        job = queue[_JOB, at]
        if _place(plan, ends, slots[job], estimate[job]) == now:
            starts[job] = now
            start(running, counts, job, slots[job], now + run[job], now + estimate[job])
        else:
            queue[_JOB, stay] = job
            stay += 1
        at += 1
    ends[_PLACED] = stay
    if stay < at:
        for other in range(at, waiting):
            queue[_JOB, stay + other - at] = queue[_JOB, other]
        ends[_WAITING] = stay + waiting - at


@njit(cache=True)
def _look_ahead(queue: Rows, first: int, last: int, estimate: Column, slots: Column) -> None:
    least_slots = least_estimate = _NEVER
    for at in range(last - 1, first - 1, -1):
        least_slots = min(least_slots, slots[queue[_JOB, at]])
        least_estimate = min(least_estimate, estimate[queue[_JOB, at]])
        queue[_LEAST_SLOTS, at] = least_slots
        queue[_LEAST_ESTIMATE, at] = least_estimate


@njit(cache=True)
def _is_free(plan: Rows, ends: Column, slots: int, estimate: int) -> bool:
    """Whether so many slots are free from now on for so long."""
    step, last = ends[_FIRST], ends[_LAST]
    until = plan[_BEGINS, step] + estimate
    while step < last and plan[_BEGINS, step] < until:
        if plan[_ROOM, step] < slots:
            return False
        step += 1
    return True


@njit(cache=True)
def _place(plan: Rows, ends: Column, slots: int, estimate: int) -> int:
    """Give a job the earliest place there is; when it begins."""
    step, last = ends[_FIRST], ends[_LAST]
    begins, begins_at = step, plan[_BEGINS, step]
    while step < last and plan[_BEGINS, step] < begins_at + estimate:
        if plan[_ROOM, step] < slots:
            # The last step is the whole pool, so there is a next one.
            begins = step + 1
            begins_at = plan[_BEGINS, begins]
        step += 1
    if step == last or plan[_BEGINS, step] > begins_at + estimate:
        _cut(plan, ends, step, begins_at + estimate)
    for held in range(begins, step):
        plan[_ROOM, held] -= slots
    return int(begins_at)


@njit(cache=True)
def _cut(plan: Rows, ends: Column, step: int, instant: int) -> None:
    """Begin a step at an instant, before ``step``; it is as free as the one before it."""
    for other in range(ends[_LAST], step, -1):
        plan[_BEGINS, other] = plan[_BEGINS, other - 1]
        plan[_ROOM, other] = plan[_ROOM, other - 1]
    plan[_BEGINS, step] = instant
    plan[_ROOM, step] = plan[_ROOM, step - 1]
    ends[_LAST] += 1
