"""FCFS and SJF: the head of the queue starts while it fits, and nobody looks past it."""

from __future__ import annotations

import numpy as np
from numba import njit

from praya.core.simulator.kernels.heap import Column, pop, push


@njit(cache=True)
def fcfs(submit: Column, run: Column, slots: Column, pool: int) -> Column:
    """The starts under FCFS; jobs in the order of submission, none larger than the pool.

    Nobody passes anybody, so starts never decrease and one walk over the jobs is enough.
    """
    count = len(submit)
    starts = np.empty(count, np.int64)
    # True ends and slots of running jobs.
    ends = np.empty((2, min(count, pool) + 1), np.int64)
    running = 0
    free = pool
    now = np.int64(0)
    for job in range(count):
        now = max(now, submit[job])
        while running > 0 and (free < slots[job] or ends[0, 0] <= now):
            now = max(now, ends[0, 0])
            free += ends[1, 0]
            pop(ends, running)
            running -= 1
        starts[job] = now
        free -= slots[job]
        push(ends, running, now + run[job], slots[job])
        running += 1
    return starts


@njit(cache=True)
def sjf(submit: Column, run: Column, estimate: Column, slots: Column, pool: int) -> Column:
    """The starts under SJF; jobs in the order of submission, none larger than the pool."""
    count = len(submit)
    starts = np.empty(count, np.int64)
    # True ends and slots of running jobs.
    ends = np.empty((2, min(count, pool) + 1), np.int64)
    # Estimates and numbers of waiting jobs.
    waiting = np.empty((2, count), np.int64)
    running = 0
    queued = 0
    arrived = 0
    free = pool
    while arrived < count or queued > 0:
        now = submit[arrived] if arrived < count else ends[0, 0]
        if running > 0:
            now = min(now, ends[0, 0])
        while running > 0 and ends[0, 0] <= now:
            free += ends[1, 0]
            pop(ends, running)
            running -= 1
        while arrived < count and submit[arrived] <= now:
            push(waiting, queued, estimate[arrived], arrived)
            queued += 1
            arrived += 1
        while queued > 0 and slots[waiting[1, 0]] <= free:
            job = waiting[1, 0]
            pop(waiting, queued)
            queued -= 1
            starts[job] = now
            free -= slots[job]
            push(ends, running, now + run[job], slots[job])
            running += 1
    return starts
