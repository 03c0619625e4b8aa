"""From one instant to the next: ends, changes of the machines, arrivals, then one pass."""

from __future__ import annotations

from praya.core.simulator.cluster.kernels.compiled import kernel, small
from praya.core.simulator.cluster.kernels.ending import arrive, finish
from praya.core.simulator.cluster.kernels.line import pop_end
from praya.core.simulator.cluster.kernels.nodes import change_free
from praya.core.simulator.cluster.kernels.passes import one_pass
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import (
    DIRTY,
    HEAP_N,
    NEXT_ARRIVAL,
    NEXT_CHANGE,
    NOW,
    PLACES,
    SEGMENTS,
)

NEVER = 1 << 62
DONE, NO_ROOM, MORE = 0, 1, 2


@kernel
def run(w: World, until: int, instants: int) -> int:
    """Go on until an instant, for so many instants at most.

    Answers whether it is done, or there is more, or the log of segments has to grow first.
    """
    t, s = opened(w)
    cards = t.node[-1].item_first
    while instants > 0:
        at = _next_instant(w)
        if at == NEVER or at > until:
            return DONE
        if s.x[SEGMENTS] + cards >= len(s.segment) or s.x[PLACES] + cards >= len(s.place):
            return NO_ROOM
        s.x[NOW] = at
        _end_all(w, at)
        _change_all(w, at)
        while s.x[NEXT_ARRIVAL] < t.rules[0].jobs:
            job = t.job[s.x[NEXT_ARRIVAL]].arrivals
            if t.job[job].eligible > at:
                break
            s.x[NEXT_ARRIVAL] += 1
            arrive(w, job, at)
        one_pass(w)
        instants -= 1
    return MORE


@small
def _next_instant(w: World) -> int:
    t, s = opened(w)
    while s.x[HEAP_N] and s.segment[s.segment[0].heap_segment].end != -1:
        pop_end(w)
    at = s.segment[0].heap_at if s.x[HEAP_N] else NEVER
    if s.x[NEXT_ARRIVAL] < t.rules[0].jobs:
        at = min(at, t.job[t.job[s.x[NEXT_ARRIVAL]].arrivals].eligible)
    if s.x[NEXT_CHANGE] < len(t.change):
        at = min(at, t.change[s.x[NEXT_CHANGE]].at)
    return at


@small
def _end_all(w: World, at: int) -> None:
    _, s = opened(w)
    while s.x[HEAP_N] and s.segment[0].heap_at <= at:
        segment = pop_end(w)
        if s.segment[segment].end == -1:
            finish(w, segment, at)


@small
def _change_all(w: World, at: int) -> None:
    t, s = opened(w)
    while s.x[NEXT_CHANGE] < len(t.change) and t.change[s.x[NEXT_CHANGE]].at <= at:
        change = s.x[NEXT_CHANGE]
        node = t.change[change].node
        change_free(
            w,
            node,
            t.change[change].cards,
            t.change[change].cpus,
            t.change[change].memory,
        )
        s.node[node].closings_left += t.change[change].closings
        s.x[NEXT_CHANGE] += 1
        s.x[DIRTY] = 1
