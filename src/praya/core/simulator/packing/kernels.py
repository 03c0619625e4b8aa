"""Placing tasks on nodes for good. What a kind of task is worth on a node is kept until it changes.

Rows of tasks and kinds are (cpu, memory, cards, part, models); a node's ``free`` are the
thousandths free of each of its cards, -1 where there is no card.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column

RANDOM, BEST_FIT, GRADIENT, GRADIENT_AND_CORES = range(4)
CPU_MAX, CARDS_MAX = 128_000.0, 8_000.0  # the largest node, to bring both to one scale
NOWHERE = 1e300
WHOLE = 1000
Weights = NDArray[np.float64]


@njit(cache=True)
def pack(
    cpu: Column,
    memory: Column,
    free: Column,
    model: Column,
    tasks: Column,
    kind_of: Column,
    kinds: Column,
    weight: Weights,
    rule: int,
    seed: int,
) -> Column:
    """Place all tasks; the node of each, or -1. ``cpu``, ``memory`` and ``free`` are used up.

    ``kind_of`` numbers equal tasks alike.
    """
    np.random.seed(seed)  # noqa: NPY002 -- Numba's own generator, of this call alone
    nodes, number = len(cpu), kind_of.max() + 1
    version, seen = np.ones(nodes, np.int64), np.zeros((number, nodes), np.int64)
    worth, card = np.zeros((number, nodes)), np.zeros((number, nodes), np.int64)
    chosen = np.full(len(tasks), -1, np.int64)
    for row in range(len(tasks)):
        task, kind = tasks[row], kind_of[row]
        best, at, equal = NOWHERE, -1, 0
        for node in range(nodes):
            if seen[kind, node] != version[node]:
                seen[kind, node] = version[node]
                worth[kind, node], card[kind, node] = judge(
                    cpu[node], memory[node], free[node], model[node], task, kinds, weight, rule
                )
            if worth[kind, node] == NOWHERE:
                continue
            if rule == RANDOM:
                equal += 1
                if np.random.randint(equal) == 0:  # noqa: NPY002 -- as above
                    at = node
            elif worth[kind, node] < best:
                best, at = worth[kind, node], node
        if at >= 0:
            chosen[row] = at
            cpu[at] -= task[0]
            memory[at] -= task[1]
            take(free[at], task, card[kind, at])
            version[at] += 1
    return chosen


@njit(cache=True)
def take(free: Column, task: Column, card: int) -> None:
    """Take a part of one card, or the first whole ones."""
    if card >= 0:
        free[card] -= task[3]
        return
    left = task[2]
    for one in range(len(free)):
        if left and free[one] == WHOLE:
            free[one] = 0
            left -= 1


@njit(cache=True)
def judge(
    cpu: int,
    memory: int,
    free: Column,
    model: int,
    task: Column,
    kinds: Column,
    weight: Weights,
    rule: int,
) -> tuple[float, int]:
    """How badly a task suits a node, and the card it would share, or -1; the least is best."""
    if cpu < task[0] or memory < task[1] or not _cards_fit(free, model, task):
        return NOWHERE, -1
    shares = task[2] == 1 and task[3] < WHOLE
    if rule < GRADIENT:
        card = _tightest(free, task[3]) if shares else -1
        kept = _sum(free) - task[2] * task[3]
        return (cpu - task[0]) / CPU_MAX + kept / CARDS_MAX, card
    before = fragments(cpu, free, model, kinds, weight)
    if not shares:
        trial = free.copy()
        take(trial, task, -1)
        worth = _added(cpu - task[0], trial, model, kinds, weight, before)
        if rule == GRADIENT_AND_CORES:
            worth += _tie(cpu - task[0], trial, task[2])
        return worth, -1
    best, card = NOWHERE, -1
    for one in range(len(free)):
        if free[one] >= task[3]:
            free[one] -= task[3]
            worth = _added(cpu - task[0], free, model, kinds, weight, before)
            if rule == GRADIENT_AND_CORES:
                worth += _tie(cpu - task[0], free, task[2])
            free[one] += task[3]
            if worth < best:
                best, card = worth, one
    return best, card


@njit(cache=True)
def _added(
    cpu: int,
    free: Column,
    model: int,
    kinds: Column,
    weight: Weights,
    before: float,
) -> float:
    added = fragments(cpu, free, model, kinds, weight) - before
    return float(-np.floor(100.0 / (1.0 + np.exp(added / WHOLE))))


@njit(cache=True)
def _tie(cpu: int, free: Column, cards: int) -> float:
    """What decides between equals; always less than a step of one."""
    if cards == 0:
        return 0.9 * cpu / CPU_MAX
    return 1e-6 * cpu / (_sum(free) + WHOLE)


@njit(cache=True)
def fragments(cpu: int, free: Column, model: int, kinds: Column, weight: Weights) -> float:
    """What of a node's free cards the mix could not use, on average, in thousandths of a card."""
    total = _sum(free)
    if total == 0:
        return 0.0
    lost = 0.0
    for kind in range(len(kinds)):
        row = kinds[kind]
        if cpu < row[0] or not _cards_fit(free, model, row):
            lost += weight[kind] * total
            continue
        short = 0
        for part in free:
            if 0 < part < row[3]:
                short += part
        lost += weight[kind] * short
    return lost


@njit(cache=True)
def _cards_fit(free: Column, model: int, task: Column) -> bool:
    if task[2] == 0:
        return True
    if task[4] != 0 and task[4] & model == 0:
        return False
    fitting = 0
    for part in free:
        fitting += part >= task[3]
    return bool(fitting >= task[2])


@njit(cache=True)
def _tightest(free: Column, part: int) -> int:
    """The card with the least free that is enough."""
    found = -1
    for one in range(len(free)):
        if free[one] >= part and (found < 0 or free[one] < free[found]):
            found = one
    return found


@njit(cache=True)
def _sum(free: Column) -> int:
    total = 0
    for part in free:
        total += max(part, 0)
    return total
