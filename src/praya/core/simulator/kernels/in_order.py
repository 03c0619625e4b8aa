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
    ends = np.empty(min(count, pool) + 1, np.int64)
    held = np.empty(min(count, pool) + 1, np.int64)
    running = 0
    free = pool
    now = np.int64(0)
    for job in range(count):
        now = max(now, submit[job])
        while running > 0 and (free < slots[job] or ends[0] <= now):
            now = max(now, ends[0])
            free += held[0]
            pop(ends, held, running)
            running -= 1
        starts[job] = now
        free -= slots[job]
        push(ends, held, running, now + run[job], slots[job])
        running += 1
    return starts


@njit(cache=True)
def sjf(submit: Column, run: Column, estimate: Column, slots: Column, pool: int) -> Column:
    """The starts under SJF; jobs in the order of submission, none larger than the pool."""
    count = len(submit)
    starts = np.empty(count, np.int64)
    ends = np.empty(min(count, pool) + 1, np.int64)
    held = np.empty(min(count, pool) + 1, np.int64)
    shortest = np.empty(count, np.int64)
    waiting = np.empty(count, np.int64)
    running = 0
    queued = 0
    arrived = 0
    free = pool
    while arrived < count or queued > 0:
        now = submit[arrived] if arrived < count else ends[0]
        if running > 0:
            now = min(now, ends[0])
        while running > 0 and ends[0] <= now:
            free += held[0]
            pop(ends, held, running)
            running -= 1
        while arrived < count and submit[arrived] <= now:
            push(shortest, waiting, queued, estimate[arrived], arrived)
            queued += 1
            arrived += 1
        while queued > 0 and slots[waiting[0]] <= free:
            job = waiting[0]
            pop(shortest, waiting, queued)
            queued -= 1
            starts[job] = now
            free -= slots[job]
            push(ends, held, running, now + run[job], slots[job])
            running += 1
    return starts
