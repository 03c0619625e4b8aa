"""The line of waiting jobs, the heap of coming ends, the ends by limit of each pool."""

from __future__ import annotations

import numpy as np

from praya.core.simulator.cluster.kernels.compiled import kernel, small
from praya.core.simulator.cluster.kernels.shares import rank_of
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import FRESH_N, HEAP_N, QUEUE_N


@small
def push_end(w: World, at: int, segment: int) -> None:
    """Note that a segment will end."""
    _, s = opened(w)
    hole = s.x[HEAP_N]
    s.x[HEAP_N] += 1
    while hole > 0:
        above = (hole - 1) >> 1
        if s.segment[above].heap_at <= at:
            break
        s.segment[hole].heap_at = s.segment[above].heap_at
        s.segment[hole].heap_segment = s.segment[above].heap_segment
        hole = above
    s.segment[hole].heap_at = at
    s.segment[hole].heap_segment = segment


@small
def pop_end(w: World) -> int:
    """Take out the segment that ends first."""
    _, s = opened(w)
    first = s.segment[0].heap_segment
    s.x[HEAP_N] -= 1
    last = s.x[HEAP_N]
    at, segment = s.segment[last].heap_at, s.segment[last].heap_segment
    hole = 0
    while True:
        below = 2 * hole + 1
        if below >= last:
            break
        if below + 1 < last and s.segment[below + 1].heap_at < s.segment[below].heap_at:
            below += 1
        if s.segment[below].heap_at >= at:
            break
        s.segment[hole].heap_at = s.segment[below].heap_at
        s.segment[hole].heap_segment = s.segment[below].heap_segment
        hole = below
    s.segment[hole].heap_at = at
    s.segment[hole].heap_segment = segment
    return int(first)


@small
def before(w: World, one: int, other: int) -> bool:
    """Whether a job stands before another."""
    _, s = opened(w)
    if s.job[one].rank != s.job[other].rank:
        return bool(s.job[one].rank < s.job[other].rank)
    return one < other


@kernel
def enter(w: World, job: int, now: int) -> None:
    """A job comes to the line; it stands among the fresh ones until the pass."""
    _, s = opened(w)
    s.job[job].state = 2
    s.job[job].rank = rank_of(w, job, now)
    hole = s.x[FRESH_N]
    s.x[FRESH_N] += 1
    while hole > 0 and before(w, job, s.job[hole - 1].fresh):
        s.job[hole].fresh = s.job[hole - 1].fresh
        hole -= 1
    s.job[hole].fresh = job


@small
def insert(w: World, job: int) -> None:
    """Put a job into the line at its place."""
    _, s = opened(w)
    low, high = 0, s.x[QUEUE_N]
    while low < high:
        middle = (low + high) >> 1
        if before(w, s.queue[middle], job):
            low = middle + 1
        else:
            high = middle
    for place in range(s.x[QUEUE_N], low, -1):
        s.queue[place] = s.queue[place - 1]
    s.queue[low] = job
    s.x[QUEUE_N] += 1


@kernel
def merge_fresh(w: World) -> None:
    """Put all fresh jobs, which are in order, into the line, which is too."""
    _, s = opened(w)
    old, fresh = s.x[QUEUE_N] - 1, s.x[FRESH_N] - 1
    place = old + fresh + 1
    s.x[QUEUE_N] = place + 1
    while fresh >= 0:
        if old >= 0 and before(w, s.job[fresh].fresh, s.queue[old]):
            s.queue[place] = s.queue[old]
            old -= 1
        else:
            s.queue[place] = s.job[fresh].fresh
            fresh -= 1
        place -= 1
    s.x[FRESH_N] = 0


@kernel
def sort_line(w: World) -> None:
    """Bring the line in order again after ranks have changed: a merge sort, stable on runs."""
    _, s = opened(w)
    number = s.x[QUEUE_N]
    width = 1
    while width < number:
        for left in range(0, number, 2 * width):
            middle, right = min(left + width, number), min(left + 2 * width, number)
            # Most of the line keeps its order, so most pairs of runs need no merging.
            if middle >= right or before(w, s.queue[middle - 1], s.queue[middle]):
                continue
            one, other = left, middle
            for place in range(left, right):
                if other >= right or (one < middle and before(w, s.queue[one], s.queue[other])):
                    s.job[place].stack = s.queue[one]
                    one += 1
                else:
                    s.job[place].stack = s.queue[other]
                    other += 1
            for place in range(left, right):
                s.queue[place] = s.job[place].stack
        width *= 2


@small
def add_limit(w: World, pool: int, segment: int) -> None:
    """Note when a running segment's limit ends it."""
    t, s = opened(w)
    base = t.pool[pool].first_item
    end, limit = base + s.pool[pool].ends_n, s.segment[segment].limit
    place = _first_after(s.limit_at, base, end, limit + 1)
    # One loop for each array: that becomes a move of memory.
    for later in range(end, place, -1):
        s.limit_at[later] = s.limit_at[later - 1]
    for later in range(end, place, -1):
        s.limit_of[later] = s.limit_of[later - 1]
    s.limit_at[place] = limit
    s.limit_of[place] = segment
    s.pool[pool].ends_n += 1


@small
def drop_limit(w: World, pool: int, segment: int) -> None:
    """Forget a segment that ended."""
    t, s = opened(w)
    base = t.pool[pool].first_item
    last = base + s.pool[pool].ends_n - 1
    place = _first_after(s.limit_at, base, last, s.segment[segment].limit)
    while s.limit_of[place] != segment:
        place += 1
    for later in range(place, last):
        s.limit_at[later] = s.limit_at[later + 1]
    for later in range(place, last):
        s.limit_of[later] = s.limit_of[later + 1]
    s.pool[pool].ends_n -= 1


@small
def _first_after(limit_at: np.ndarray, low: int, high: int, limit: int) -> int:
    """The first place whose limit is not before this one."""
    while low < high:
        middle = (low + high) >> 1
        if limit_at[middle] < limit:
            low = middle + 1
        else:
            high = middle
    return low
