"""How jobs end, come back or never come, and what follows for those that follow them."""

from __future__ import annotations

from praya.core.simulator.cluster.kernels.compiled import kernel
from praya.core.simulator.cluster.kernels.line import enter
from praya.core.simulator.cluster.kernels.nodes import settle, vacate
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import DIRTY, NOW, STOPPED_N

TO_COME, HELD, WAITING = 0, 1, 2
COMPLETED, TIMED_OUT, FAILED, CANCELLED, GIVEN_UP, NEVER_MET = 4, 5, 6, 7, 8, 9
REQUEUED, SUSPENDED = 1, 2


@kernel
def finish(w: World, segment: int, now: int) -> None:
    """A segment has come to its end."""
    t, s = opened(w)
    job, wish = s.segment[segment].job, s.segment[segment].wish
    whole = min(t.wish[wish].run, t.wish[wish].limit)
    ran = s.job[job].did + now - s.segment[segment].begin
    if ran < whole:
        how = FAILED
    elif t.wish[wish].run > t.wish[wish].limit:
        how = TIMED_OUT
    else:
        how = COMPLETED
    vacate(w, segment, now, how)
    settle(w, segment, now)
    s.x[DIRTY] = 1
    if how == FAILED and t.job[job].requeues:
        s.job[job].failed = 1
        _again(w, job)
        enter(w, job, now)
    else:
        _close(w, job, now, how)


@kernel
def put_back(w: World) -> None:
    """What becomes of the jobs that were stopped in this pass."""
    t, s = opened(w)
    now = s.x[NOW]
    for position in range(s.x[STOPPED_N]):
        segment = s.card[position].stopped
        job = s.segment[segment].job
        settle(w, segment, now)
        when = t.quality[t.job[job].quality].when
        if when == REQUEUED:
            _again(w, job)
            enter(w, job, now)
        elif when == SUSPENDED:
            s.job[job].did += now - s.segment[segment].begin
            s.job[job].bound = s.segment[segment].wish
            enter(w, job, now)
        else:
            s.segment[segment].how = CANCELLED
            _close(w, job, now, CANCELLED)
    s.x[STOPPED_N] = 0
    s.x[DIRTY] = 1


@kernel
def give_up(w: World, job: int, now: int) -> None:
    """A job that can never start any more leaves the line."""
    _close(w, job, now, GIVEN_UP)


@kernel
def arrive(w: World, job: int, now: int) -> None:
    """A job's time has come: it goes to the line, or is held for those it follows."""
    _, s = opened(w)
    if s.job[job].state != TO_COME:
        return
    if s.job[job].unmet > 0:
        s.job[job].state = HELD
    else:
        enter(w, job, now)


@kernel
def _again(w: World, job: int) -> None:
    _, s = opened(w)
    s.job[job].did = 0
    s.job[job].bound = -1


@kernel
def _close(w: World, job: int, now: int, how: int) -> None:
    """A job is over; those that follow it come to the line, or never will."""
    t, s = opened(w)
    s.job[job].state = how
    s.job[job].end = now
    for row in range(t.job[job].child_first, t.job[job + 1].child_first):
        child = t.child[row]
        if how != COMPLETED:
            if s.job[child].state != NEVER_MET:
                _never_met(w, child, now)
            continue
        s.job[child].unmet -= 1
        if s.job[child].unmet == 0 and s.job[child].state == HELD:
            s.job[child].eligible = now
            enter(w, child, now)


@kernel
def _never_met(w: World, job: int, now: int) -> None:
    """A job, and all that follow it, will never come to the line."""
    t, s = opened(w)
    s.job[job].state = NEVER_MET
    s.job[job].end = now
    depth = 0
    s.job[0].stack = job
    while depth >= 0:
        one = s.job[depth].stack
        depth -= 1
        for row in range(t.job[one].child_first, t.job[one + 1].child_first):
            child = t.child[row]
            # Told as it comes on the stack, so that it is there once, however many ways lead to it.
            if s.job[child].state != NEVER_MET:
                s.job[child].state = NEVER_MET
                s.job[child].end = now
                depth += 1
                s.job[depth].stack = child
