"""A scheduling pass: each waiting job in order starts, is given up, or stands in line."""

from __future__ import annotations

from praya.core.simulator.cluster.kernels.compiled import kernel, small
from praya.core.simulator.cluster.kernels.ending import give_up, put_back
from praya.core.simulator.cluster.kernels.line import before, insert, merge_fresh, sort_line
from praya.core.simulator.cluster.kernels.nodes import (
    begin,
    forget_kept,
    may_fit,
    missed,
    note_miss,
)
from praya.core.simulator.cluster.kernels.seats import choose, choose_by_force, keep_place
from praya.core.simulator.cluster.kernels.shares import rank_anew
from praya.core.simulator.cluster.state import (
    DIRTY,
    FRESH_N,
    GIVE_UP_AT,
    NOW,
    PASSES,
    QUEUE_N,
    RANKED_AT,
    STOPPED_N,
    State,
)
from praya.core.simulator.cluster.tables import Tables

NEVER = 1 << 62
NONE, EASY, CONSERVATIVE = 0, 1, 2
BY_PRIORITY = 2


@kernel
def one_pass(t: Tables, s: State) -> None:
    """Decide about every waiting job; those of whom nothing changed keep their answer."""
    if s.x[QUEUE_N] + s.x[FRESH_N] == 0:
        return
    s.x[PASSES] += 1
    now = s.x[NOW]
    if t.rules[0].order == BY_PRIORITY and now - s.x[RANKED_AT] >= t.rules[0].every:
        merge_fresh(s)
        rank_anew(t, s, now)
        sort_line(s)
        _look_at_all(t, s)
    elif _must_look_at_all(t, s):
        merge_fresh(s)
        _look_at_all(t, s)
    else:
        _look_at_fresh(t, s)
    if s.x[STOPPED_N]:
        put_back(t, s)


@kernel
def _must_look_at_all(t: Tables, s: State) -> bool:
    """Whether jobs that waited already may have another answer than in the last pass.

    Where jobs only came, and each behind the job whose place is kept, nobody before them has: what
    is free and what is kept is the same, and there is less time.
    """
    if s.x[DIRTY] or t.rules[0].backfill == CONSERVATIVE or s.x[NOW] > s.x[GIVE_UP_AT]:
        return True
    for place in range(s.x[FRESH_N]):
        job = s.job[place].fresh
        if t.quality[t.job[job].quality].stops:
            return True
        first, last = _wishes(t, s, job)
        for wish in range(first, last):
            head = s.pool[t.wish[wish].pool].head
            if head >= 0 and before(s, job, head):
                return True
    return False


@kernel
def _look_at_all(t: Tables, s: State) -> None:
    forget_kept(s)
    for pool in range(len(s.pool)):
        s.pool[pool].head = -1
        s.pool[pool].head_pending = 0
        s.pool[pool].miss_n = 0
    s.x[DIRTY] = 0
    s.x[GIVE_UP_AT] = NEVER
    now, number, left = s.x[NOW], s.x[QUEUE_N], 0
    for place in range(number):
        job = s.queue[place]
        if not _hopes(t, s, job):
            give_up(t, s, job, now)
        elif _waits_on(t, s, job) or not _starts(t, s, job):
            s.queue[left] = job
            left += 1
    s.x[QUEUE_N] = left


@kernel
def _look_at_fresh(t: Tables, s: State) -> None:
    number = s.x[FRESH_N]
    s.x[FRESH_N] = 0
    for place in range(number):
        job = s.job[place].fresh
        if not _hopes(t, s, job):
            give_up(t, s, job, s.x[NOW])
        elif not _starts(t, s, job):
            insert(s, job)


@small
def _wishes(t: Tables, s: State, job: int) -> tuple[int, int]:
    """The rows of the wishes a job still has: a suspended one goes on with the one it ran by."""
    if s.job[job].bound >= 0:
        return s.job[job].bound, s.job[job].bound + 1
    return t.job[job].wish_first, t.job[job + 1].wish_first


@small
def _hopes(t: Tables, s: State, job: int) -> bool:
    """Whether a job may still start before its award's end, within its grant."""
    first, last = _wishes(t, s, job)
    now, award = s.x[NOW], t.job[job].award
    hopeful = False
    for wish in range(first, last):
        limit = t.wish[wish].limit - s.job[job].did
        worst = limit * t.wish[wish].cards * t.wish[wish].nodes
        if (
            now + limit <= t.award[award].ends
            and s.award[award].settled + worst <= t.award[award].grant
        ):
            hopeful = True
            if t.award[award].ends < NEVER:
                s.x[GIVE_UP_AT] = min(s.x[GIVE_UP_AT], t.award[award].ends - limit)
    return hopeful


@small
def _waits_on(t: Tables, s: State, job: int) -> bool:
    """Whether a job changes nothing by waiting on: quick, and never wrong when it says so.

    By each of its wishes it is hindered, or has no room and somebody stands before it.
    """
    rule = t.rules[0].backfill
    if t.quality[t.job[job].quality].stops:
        return False
    first, last = _wishes(t, s, job)
    for wish in range(first, last):
        behind = rule != CONSERVATIVE and s.pool[t.wish[wish].pool].head >= 0
        if behind and (rule == NONE or not may_fit(t, s, wish)):
            continue
        until = s.x[NOW] + t.wish[wish].limit - s.job[job].did
        if behind and missed(t, s, wish, until):
            continue
        if not _hindered(t, s, job, wish):
            return False
    return True


@kernel
def _starts(t: Tables, s: State, job: int) -> bool:
    """Start a job by the first wish that comes true; else it stands in line for each."""
    first, last = _wishes(t, s, job)
    stops = t.quality[t.job[job].quality].stops
    for wish in range(first, last):
        if not _hindered(t, s, job, wish) and _starts_by(t, s, job, wish, stops):
            return True
    for wish in range(first, last):
        if not _hindered(t, s, job, wish):
            _stand_in_line(t, s, job, wish)
    if stops:
        # What has started in this pass can be stopped in the next one.
        s.x[DIRTY] = 1
    return False


@small
def _hindered(t: Tables, s: State, job: int, wish: int) -> bool:
    """Whether something else than cards keeps a job from starting."""
    award, limit = t.job[job].award, t.wish[wish].limit - s.job[job].did
    cards = t.wish[wish].cards * t.wish[wish].nodes
    if s.award[award].held + cards > t.award[award].cards_max:
        return True
    if s.award[award].settled + s.award[award].flight + cards * limit > t.award[award].grant:
        return True
    if s.x[NOW] + limit > t.award[award].ends:
        return True
    array = t.job[job].array
    return bool(array >= 0 and s.array[array].running >= s.array[array].most)


@small
def _starts_by(t: Tables, s: State, job: int, wish: int, stops: int) -> bool:
    """Start a job by a wish if the rule allows it."""
    pool = t.wish[wish].pool
    if t.rules[0].backfill == NONE and s.pool[pool].head >= 0:
        return False
    until = s.x[NOW] + t.wish[wish].limit - s.job[job].did
    may = may_fit(t, s, wish) and not missed(t, s, wish, until)
    if not may and not stops:
        return False
    if s.pool[pool].head_pending:
        # The head's place is looked for only once somebody might pass it.
        s.pool[pool].head_pending = 0
        keep_place(t, s, s.pool[pool].head, s.pool[pool].head_wish)
    fits = may and choose(t, s, wish, until)
    if may and not fits:
        note_miss(t, s, wish, until)
    if not fits and stops:
        fits = choose_by_force(t, s, job, wish, until)
        s.pool[pool].miss_n *= not fits
    if fits:
        begin(t, s, job, wish, s.x[NOW])
        _notice(t, s, job)
    return fits


@small
def _notice(t: Tables, s: State, job: int) -> None:
    """A start may reach a limit that hinders a job whose place is kept: then look at all again."""
    for pool in range(len(s.pool)):
        head = s.pool[pool].head
        if head >= 0 and (
            t.job[head].award == t.job[job].award
            or (t.job[head].array >= 0 and t.job[head].array == t.job[job].array)
        ):
            s.x[DIRTY] = 1


@kernel
def _stand_in_line(t: Tables, s: State, job: int, wish: int) -> None:
    pool = t.wish[wish].pool
    if t.rules[0].backfill == CONSERVATIVE:
        keep_place(t, s, job, wish)
    elif s.pool[pool].head < 0:
        if t.rules[0].backfill == NONE or t.wish[wish].sure:
            s.pool[pool].head, s.pool[pool].head_wish = job, wish
            s.pool[pool].head_pending = t.rules[0].backfill == EASY
        elif keep_place(t, s, job, wish):
            s.pool[pool].head, s.pool[pool].head_wish = job, wish
