"""EASY backfill.

Two facts keep it quick. Where an instant brings arrivals only, the head's promise stands, and who
was turned away before is turned away again (no more is free and less time is left): just the new
jobs are looked at. And the queue is cut into blocks that know bounds of their jobs, so that a block
in which nobody can start is passed with two comparisons:

- the least slots of any job: above *extra*, nobody starts beside the head's promise;
- for each power of two, the least estimate of the jobs that need less than it: with the power just
  above what is free, if it is later than the shadow time, nobody who fits ends before it.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from praya.core.simulator.kernels import calendar
from praya.core.simulator.kernels.heap import Column, Rows
from praya.core.simulator.kernels.running import (
    FREE,
    end_all,
    next_instant,
    nobody_running,
    start,
)

_BITS = 6
_GONE = 1 << 62
_HOLES_MIN = 512
# The queue's rows: jobs by place, those that have started marked as gone.
_JOB, _SLOTS, _ESTIMATE = 0, 1, 2
# The queue's ends: the head's place, the place after the last, how many wait; and the head's
# promise: shadow time, extra slots, whether they are known.
_HEAD, _TAIL, _WAITING, _SHADOW, _EXTRA, _IS_PROMISED = 0, 1, 2, 3, 4, 5
# The row of the blocks that holds least slots; the others hold least estimates by power of two.
_LEAST = 0


@njit(cache=True)
def easy(submit: Column, run: Column, estimate: Column, slots: Column, pool: int) -> Column:
    """The starts under EASY; jobs in the order of submission, none larger than the pool."""
    count = len(submit)
    starts = np.empty(count, np.int64)
    running, counts = nobody_running(count, pool)
    queue = np.empty((3, count), np.int64)
    ends = np.zeros(6, np.int64)
    blocks = np.full((_power(pool) + 1, (count >> _BITS) + 1), _GONE, np.int64)
    arrived = 0
    while arrived < count or ends[_WAITING] > 0:
        now = next_instant(running, counts, submit, arrived)
        is_freed = end_all(running, counts, now, starts, estimate, slots)
        if is_freed:
            _start_heads(now, run, starts, running, counts, queue, ends, blocks)
        place = ends[_HEAD] if is_freed else ends[_TAIL]
        while arrived < count and submit[arrived] <= now:
            needs = slots[arrived]
            if ends[_WAITING] == 0 and needs <= counts[FREE]:
                starts[arrived] = now
                ends_at, estimated_end = now + run[arrived], now + estimate[arrived]
                start(running, counts, arrived, needs, ends_at, estimated_end)
            else:
                _append(queue, ends, blocks, arrived, needs, estimate[arrived])
            arrived += 1
        if place < ends[_TAIL] and counts[FREE] > 0:
            _backfill(place, now, run, starts, running, counts, queue, ends, blocks)
    return starts


@njit(cache=True, inline="always")
def _power(number: int) -> int:
    """How many binary digits a number has: 1 for 1, 2 for 2 and 3, 3 for 4 to 7."""
    digits = 0
    while number > 0:
        digits += 1
        number >>= 1
    return digits


@njit(cache=True, inline="always")
def _append(queue: Rows, ends: Column, blocks: Rows, job: int, slots: int, estimate: int) -> None:
    place = ends[_TAIL]
    queue[_JOB, place] = job
    queue[_SLOTS, place] = slots
    queue[_ESTIMATE, place] = estimate
    block = place >> _BITS
    blocks[_LEAST, block] = min(blocks[_LEAST, block], slots)
    for power in range(_power(slots), len(blocks)):
        blocks[power, block] = min(blocks[power, block], estimate)
    ends[_TAIL] += 1
    ends[_WAITING] += 1
    if ends[_WAITING] == 1:
        ends[_IS_PROMISED] = 0


@njit(cache=True)
def _start_heads(
    now: int,
    run: Column,
    starts: Column,
    running: Rows,
    counts: Column,
    queue: Rows,
    ends: Column,
    blocks: Rows,
) -> None:
    """Start heads while they fit; afterwards the head's place holds a job that does not fit."""
    ends[_IS_PROMISED] = 0
    place, tail = ends[_HEAD], ends[_TAIL]
    while place < tail:
        slots = queue[_SLOTS, place]
        if slots != _GONE:
            if slots > counts[FREE]:
                break
            job = queue[_JOB, place]
            starts[job] = now
            start(running, counts, job, slots, now + run[job], now + queue[_ESTIMATE, place])
            queue[_SLOTS, place] = _GONE
            queue[_ESTIMATE, place] = _GONE
            ends[_WAITING] -= 1
        place += 1
    ends[_HEAD] = place
    if tail - place > 2 * ends[_WAITING] + _HOLES_MIN or (place == tail and tail > 0):
        _close_up(queue, ends, blocks)


@njit(cache=True)
def _close_up(queue: Rows, ends: Column, blocks: Rows) -> None:
    """Move those who wait together, to the front."""
    head, tail = ends[_HEAD], ends[_TAIL]
    blocks[:, : (tail >> _BITS) + 1] = _GONE
    ends[:_SHADOW] = 0
    for place in range(head, tail):
        if queue[_SLOTS, place] != _GONE:
            job, slots = queue[_JOB, place], queue[_SLOTS, place]
            _append(queue, ends, blocks, job, slots, queue[_ESTIMATE, place])


@njit(cache=True, inline="always")
def _backfill(
    place: int,
    now: int,
    run: Column,
    starts: Column,
    running: Rows,
    counts: Column,
    queue: Rows,
    ends: Column,
    blocks: Rows,
) -> None:
    """Look once, in order, at those from ``place`` on; the head, which does not fit, may be one."""
    tail = ends[_TAIL]
    block, last = place >> _BITS, (tail - 1) >> _BITS
    if ends[_IS_PROMISED] == 0:
        while block <= last and blocks[_LEAST, block] > counts[FREE]:
            block += 1
        if block > last:
            return
        needs = queue[_SLOTS, ends[_HEAD]]
        shadow, extra = calendar.promise(running, counts, counts[FREE], needs)
        ends[_SHADOW], ends[_EXTRA], ends[_IS_PROMISED] = shadow, extra, 1
    while counts[FREE] > 0:
        power = min(_power(counts[FREE]), len(blocks) - 1)
        free_beside = min(counts[FREE], ends[_EXTRA])
        block = _next_block(blocks, power, block, last, ends[_SHADOW] - now, free_beside)
        if block > last:
            break
        first = max(place, block << _BITS)
        until = min(tail, (block + 1) << _BITS)
        _backfill_block(first, until, now, run, starts, running, counts, queue, ends, blocks)
        block += 1


@njit(cache=True, inline="always")
def _next_block(
    blocks: Rows, power: int, block: int, last: int, time_left: int, free_beside: int
) -> int:
    """The first block from ``block`` on in which somebody might start; after ``last`` if none."""
    while (
        block <= last and blocks[power, block] > time_left and blocks[_LEAST, block] > free_beside
    ):
        block += 1
    return block


@njit(cache=True, inline="always")
def _backfill_block(
    place: int,
    until: int,
    now: int,
    run: Column,
    starts: Column,
    running: Rows,
    counts: Column,
    queue: Rows,
    ends: Column,
    blocks: Rows,
) -> None:
    time_left, extra, free = ends[_SHADOW] - now, ends[_EXTRA], counts[FREE]
    started = 0
    for at in range(place, until):
        slots, estimate = queue[_SLOTS, at], queue[_ESTIMATE, at]
        if slots <= free and (estimate <= time_left or slots <= extra):
            if estimate > time_left:
                extra -= slots
            free -= slots
            job = queue[_JOB, at]
            starts[job] = now
            start(running, counts, job, slots, now + run[job], now + estimate)
            queue[_SLOTS, at] = _GONE
            queue[_ESTIMATE, at] = _GONE
            started += 1
    if started > 0:
        ends[_EXTRA] = extra
        ends[_WAITING] -= started
        _bound(queue, ends, blocks, place >> _BITS)


@njit(cache=True)
def _bound(queue: Rows, ends: Column, blocks: Rows, block: int) -> None:
    """Find a block's bounds anew."""
    blocks[:, block] = _GONE
    least = _GONE
    for at in range(block << _BITS, min((block + 1) << _BITS, ends[_TAIL])):
        slots = queue[_SLOTS, at]
        if slots != _GONE:
            least = min(least, slots)
            power = _power(slots)
            blocks[power, block] = min(blocks[power, block], queue[_ESTIMATE, at])
    blocks[_LEAST, block] = least
    for power in range(2, len(blocks)):
        blocks[power, block] = min(blocks[power, block], blocks[power - 1, block])
