"""Ranks of jobs, and the fair share they rest on; the twin is ``shares`` one room up."""

from __future__ import annotations

import math

import numpy as np

from praya.core.simulator.cluster.kernels.compiled import kernel, small
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import QUEUE_N, RANKED_AT

MILLION = 1_000_000


@small
def rank_of(w: World, job: int, now: int) -> int:
    """Where a job stands: by its submission, its limit or its priority, the highest first."""
    t, s = opened(w)
    if t.rules[0].order == 0:
        return 0
    if t.rules[0].order == 1:
        wish = s.job[job].bound if s.job[job].bound >= 0 else t.job[job].wish_first
        return int(t.wish[wish].limit - s.job[job].did)
    age = min(MILLION, (now - s.job[job].eligible) * MILLION // t.rules[0].age_max)
    return -int(
        t.rules[0].weight_age * age
        + t.rules[0].weight_fair * s.award[t.job[job].award].fair
        + t.rules[0].weight_size * t.job[job].size_part
        + t.rules[0].weight_quality * t.quality[t.job[job].quality].priority
    )


@small
def bill(w: World, award: int, now: int) -> None:
    """Bring what an award has used up to now."""
    _, s = opened(w)
    s.award[award].billed += s.award[award].billing * (now - s.award[award].billed_at)
    s.award[award].billed_at = now


@kernel
def rank_anew(w: World, now: int) -> None:
    """Decay usage, add what was used since, and rank every waiting job by it."""
    t, s = opened(w)
    awards = len(s.award)
    elapsed = now - s.x[RANKED_AT]
    first = s.x[RANKED_AT] < -(1 << 61)
    left = 1.0
    if not first:
        left = math.exp(-0.6931471805599453 * elapsed / t.rules[0].half_life)
    for award in range(awards):
        bill(w, award, now)
        s.award[award].usage = s.award[award].usage * left + s.award[award].billed
        s.award[award].billed = 0
    s.x[RANKED_AT] = now
    if t.rules[0].weight_fair:
        _fair_anew(w)
    for place in range(s.x[QUEUE_N]):
        s.job[s.queue[place]].rank = rank_of(w, s.queue[place], now)


@kernel
def _fair_anew(w: World) -> None:
    t, s = opened(w)
    awards, depth = len(s.award), t.rules[0].depth
    for place in range(len(t.tree)):
        s.tree[place].used = 0.0
        s.tree[place].level = np.inf
    for award in range(awards):
        s.tree[0].used += s.award[award].usage
        for step in range(depth):
            place = t.path[award * depth + step]
            if place >= 0:
                s.tree[place].used += s.award[award].usage
    for place in range(1, len(t.tree)):
        used, above = s.tree[place].used, s.tree[t.tree[place].parent].used
        if used > 0.0:
            s.tree[place].level = t.tree[place].part / (used / above)
    for place in range(1, awards):
        award, hole = s.award[place].order, place
        while hole > 0 and _comes_before(w, award, s.award[hole - 1].order):
            s.award[hole].order = s.award[hole - 1].order
            hole -= 1
        s.award[hole].order = award
    better = 0
    for place in range(awards):
        award = s.award[place].order
        if place > 0 and _comes_before(w, s.award[place - 1].order, award):
            better = place
        s.award[award].fair = (awards - better) * MILLION // awards


@small
def _comes_before(w: World, one: int, other: int) -> bool:
    t, s = opened(w)
    depth = t.rules[0].depth
    for step in range(depth):
        mine, theirs = t.path[one * depth + step], t.path[other * depth + step]
        my_level = s.tree[mine].level if mine >= 0 else np.inf
        their_level = s.tree[theirs].level if theirs >= 0 else np.inf
        if my_level != their_level:
            return my_level > their_level
    return False
