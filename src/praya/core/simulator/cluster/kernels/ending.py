"""How jobs end, come back or never come, and what follows for those that follow them."""

from __future__ import annotations

from praya.core.simulator.cluster.kernels.compiled import kernel
from praya.core.simulator.cluster.kernels.line import enter
from praya.core.simulator.cluster.kernels.nodes import settle, vacate
from praya.core.simulator.cluster.state import DIRTY, NOW, STOPPED_N, State
from praya.core.simulator.cluster.tables import Tables

TO_COME, HELD, WAITING = 0, 1, 2
COMPLETED, TIMED_OUT, FAILED, CANCELLED, GIVEN_UP, NEVER_MET = 4, 5, 6, 7, 8, 9
REQUEUED, SUSPENDED = 1, 2


@kernel
def finish(t: Tables, s: State, segment: int, now: int) -> None:
    """A segment has come to its end."""
    job, wish = s.segment[segment].job, s.segment[segment].wish
    whole = min(t.wish[wish].run, t.wish[wish].limit)
    ran = s.job[job].did + now - s.segment[segment].begin
    if ran < whole:
        how = FAILED
    elif t.wish[wish].run > t.wish[wish].limit:
        how = TIMED_OUT
    else:
        how = COMPLETED
    vacate(t, s, segment, now, how)
    settle(t, s, segment, now)
    s.x[DIRTY] = 1
    if how == FAILED and t.job[job].requeues:
        s.job[job].failed = 1
        _again(s, job)
        enter(t, s, job, now)
    else:
        _close(t, s, job, now, how)


@kernel
def put_back(t: Tables, s: State) -> None:
    """What becomes of the jobs that were stopped in this pass."""
    now = s.x[NOW]
    for position in range(s.x[STOPPED_N]):
        segment = s.card[position].stopped
        job = s.segment[segment].job
        settle(t, s, segment, now)
        when = t.quality[t.job[job].quality].when
        if when == REQUEUED:
            _again(s, job)
            enter(t, s, job, now)
        elif when == SUSPENDED:
            s.job[job].did += now - s.segment[segment].begin
            s.job[job].bound = s.segment[segment].wish
            enter(t, s, job, now)
        else:
            s.segment[segment].how = CANCELLED
            _close(t, s, job, now, CANCELLED)
    s.x[STOPPED_N] = 0
    s.x[DIRTY] = 1


@kernel
def give_up(t: Tables, s: State, job: int, now: int) -> None:
    """A job that can never start any more leaves the line."""
    _close(t, s, job, now, GIVEN_UP)


@kernel
def arrive(t: Tables, s: State, job: int, now: int) -> None:
    """A job's time has come: it goes to the line, or is held for those it follows."""
    if s.job[job].state != TO_COME:
        return
    if s.job[job].unmet > 0:
        s.job[job].state = HELD
    else:
        enter(t, s, job, now)


@kernel
def _again(s: State, job: int) -> None:
    s.job[job].did = 0
    s.job[job].bound = -1


@kernel
def _close(t: Tables, s: State, job: int, now: int, how: int) -> None:
    """A job is over; those that follow it come to the line, or never will."""
    s.job[job].state = how
    s.job[job].end = now
    for row in range(t.job[job].child_first, t.job[job + 1].child_first):
        child = t.child[row]
        if how != COMPLETED:
            _never_met(t, s, child, now)
            continue
        s.job[child].unmet -= 1
        if s.job[child].unmet == 0 and s.job[child].state == HELD:
            s.job[child].eligible = now
            enter(t, s, child, now)


@kernel
def _never_met(t: Tables, s: State, job: int, now: int) -> None:
    """A job, and all that follow it, will never come to the line."""
    depth = 0
    s.job[0].stack = job
    while depth >= 0:
        one = s.job[depth].stack
        depth -= 1
        if s.job[one].state == NEVER_MET:
            continue
        s.job[one].state = NEVER_MET
        s.job[one].end = now
        for row in range(t.job[one].child_first, t.job[one + 1].child_first):
            if s.job[t.child[row]].state != NEVER_MET:
                depth += 1
                s.job[depth].stack = t.child[row]
