"""Placing tasks on nodes for good. What a kind of task is worth on a node is kept until it changes.

Rows of tasks, kinds and offers are (cpu, memory, cards, part, models); a node's ``free`` are the
thousandths free of each of its cards, -1 where there is no card, and its ``hosts`` count its tasks
by what they asked for: a part of a card, or so many whole ones.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column

RANDOM, BEST_FIT, DOT_PRODUCT, CLUSTERING, PACKING, GRADIENT, LOOK_AHEAD = range(7)
CPU_MAX, CARDS_MAX = 128_000.0, 8_000.0  # the largest node, to bring both to one scale
NOWHERE = 1e300
WHOLE = 1000
UNKNOWN = -1.0
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
    offers: Column,
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
    hosts, before = np.zeros((nodes, free.shape[1] + 1), np.int64), np.full(nodes, UNKNOWN)
    chosen = np.full(len(tasks), -1, np.int64)
    for row in range(len(tasks)):
        task, kind = tasks[row], kind_of[row]
        best, at, equal = NOWHERE, -1, 0
        for node in range(nodes):
            if seen[kind, node] != version[node]:
                seen[kind, node] = version[node]
                if node > 0 and _alike(cpu, memory, free, model, hosts, node - 1, node):
                    worth[kind, node] = worth[kind, node - 1]
                    card[kind, node] = card[kind, node - 1]
                else:
                    worth[kind, node], card[kind, node] = judge(
                        cpu[node],
                        memory[node],
                        free[node],
                        model[node],
                        hosts[node],
                        before[node : node + 1],
                        task,
                        kinds,
                        weight,
                        offers,
                        rule,
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
            hosts[at, 0 if _shares(task) else task[2]] += task[2] > 0
            version[at] += 1
            before[at] = UNKNOWN
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
    hosts: Column,
    before: Weights,
    task: Column,
    kinds: Column,
    weight: Weights,
    offers: Column,
    rule: int,
) -> tuple[float, int]:
    """How badly a task suits a node, and the card it would share, or -1; the least is best.

    ``before`` holds how the node stands, once that is known.
    """
    if not _fits(cpu, memory, free, model, task):
        return NOWHERE, -1
    shares = _shares(task)
    if rule < GRADIENT:
        card = _tightest(free, task[3]) if shares else -1
        return _plain_worth(cpu, free, hosts, task, rule), card
    if before[0] == UNKNOWN:
        before[0] = standing(cpu, memory, free, model, kinds, weight, offers, rule)
    cpu, memory = cpu - task[0], memory - task[1]
    trial = free.copy()
    if not shares:
        take(trial, task, -1)
        after = standing(cpu, memory, trial, model, kinds, weight, offers, rule)
        return _added(after - before[0], rule), -1
    best, card = NOWHERE, -1
    for one in range(len(free)):
        if free[one] < task[3] or _is_there(free, one, free[one]):
            continue
        trial[one] -= task[3]
        after = standing(cpu, memory, trial, model, kinds, weight, offers, rule)
        trial[one] += task[3]
        worth = _added(after - before[0], rule)
        if worth < best:
            best, card = worth, one
    return best, card


@njit(cache=True)
def _plain_worth(cpu: int, free: Column, hosts: Column, task: Column, rule: int) -> float:
    """By the rules that look at the node and the task alone."""
    left, asked = _sum(free), task[2] * task[3]
    if rule == BEST_FIT:
        return float((cpu - task[0]) / CPU_MAX + (left - asked) / CARDS_MAX)
    if rule == DOT_PRODUCT:
        product = cpu / CPU_MAX * (task[0] / CPU_MAX) + left / CARDS_MAX * (asked / CARDS_MAX)
        return float(-np.floor(100.0 * (1.0 - product / 2.0)))
    if rule == CLUSTERING and task[2]:
        others = (hosts > 0).sum()
        mine = hosts[0 if _shares(task) else task[2]] > 0
        band = (75 if others == 1 else 50) if mine else (25 if others == 0 else 0)
        return float(-(band + 25 * (WHOLE * 8 - left) // (WHOLE * 8)))
    if rule == PACKING and task[2]:
        return float(-_packed(free, task))
    return 0.0


@njit(cache=True)
def _packed(free: Column, task: Column) -> int:
    """Cards in use before free ones, free ones of a node in use before those of an idle one."""
    whole, cards = (free == WHOLE).sum(), (free >= 0).sum()
    if whole == cards:
        return int(max(33 - cards, cards))
    if _shares(task):
        tightest = free[_tightest(free, task[3])]
        if tightest < WHOLE:
            return int(max(100 - tightest * 100 // WHOLE // 10, 50))
    return int(max(50 - task[2], 33))


@njit(cache=True)
def _added(added: float, rule: int) -> float:
    return float(-np.floor(100.0 / (1.0 + np.exp(added / WHOLE)))) if rule == GRADIENT else added


@njit(cache=True)
def standing(
    cpu: int,
    memory: int,
    free: Column,
    model: int,
    kinds: Column,
    weight: Weights,
    offers: Column,
    rule: int,
) -> float:
    """What of a node's free cards counts as lost, in thousandths of a card."""
    if rule == GRADIENT:
        return fragments(cpu, free, model, kinds, weight)
    return float(lost(cpu, memory, free, model, offers))


@njit(cache=True)
def fragments(cpu: int, free: Column, model: int, kinds: Column, weight: Weights) -> float:
    """What of a node's free cards the mix could not use, on average, in thousandths of a card."""
    total = _sum(free)
    if total == 0:
        return 0.0
    unused = 0.0
    for kind in range(len(kinds)):
        row = kinds[kind]
        if cpu < row[0] or not _cards_fit(free, model, row):
            unused += weight[kind] * total
            continue
        short = 0
        for part in free:
            if 0 < part < row[3]:
                short += part
        unused += weight[kind] * short
    return unused


@njit(cache=True)
def lost(cpu: int, memory: int, free: Column, model: int, offers: Column) -> int:
    """What stays free of a node's cards if it takes all it can of each row of offers, summed."""
    total = _sum(free)
    if total == 0:
        return 0
    # Numbers are read one by one: a view of a row is counted in and out, ten times the work here.
    unused, trial = 0, free.copy()
    for row in range(len(offers)):
        cpu_left, memory_left, left = cpu, memory, total
        for card in range(len(free)):
            trial[card] = free[card]
        for place in range(offers.shape[1]):
            if cpu_left < offers[row, place, 0] or memory_left < offers[row, place, 1]:
                continue
            cards, part = offers[row, place, 2], offers[row, place, 3]
            models = offers[row, place, 4]
            if left < cards * part or (cards and models and models & model == 0):
                continue
            if cards and not _given(trial, cards, part):
                continue
            cpu_left -= offers[row, place, 0]
            memory_left -= offers[row, place, 1]
            left -= cards * part
            if left == 0:
                break
        unused += left
    return unused


@njit(cache=True)
def _given(free: Column, cards: int, part: int) -> bool:
    """Take so much of so many cards, the tightest first, if there are as many."""
    if cards == 1:
        card = _tightest(free, part)
        if card >= 0:
            free[card] -= part
        return bool(card >= 0)
    whole = 0
    for left in free:
        whole += left == WHOLE
    if whole < cards:
        return False
    for one in range(len(free)):
        if cards and free[one] == WHOLE:
            free[one] = 0
            cards -= 1
    return True


@njit(cache=True)
def _alike(
    cpu: Column,
    memory: Column,
    free: Column,
    model: Column,
    hosts: Column,
    one: int,
    other: int,
) -> bool:
    """Whether a task is worth the same on two nodes."""
    if cpu[one] != cpu[other] or memory[one] != memory[other] or model[one] != model[other]:
        return False
    unlike = 0
    for card in range(free.shape[1]):
        unlike += free[one, card] != free[other, card]
    for kind in range(hosts.shape[1]):
        unlike += (hosts[one, kind] > 0) != (hosts[other, kind] > 0)
    return bool(unlike == 0)


@njit(cache=True)
def _fits(cpu: int, memory: int, free: Column, model: int, task: Column) -> bool:
    return bool(cpu >= task[0] and memory >= task[1] and _cards_fit(free, model, task))


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
def _shares(task: Column) -> bool:
    return bool(task[2] == 1 and task[3] < WHOLE)


@njit(cache=True)
def _is_there(free: Column, before: int, part: int) -> bool:
    """Whether a card before this one has as much free."""
    times = 0
    for one in range(before):
        times += free[one] == part
    return bool(times > 0)


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
