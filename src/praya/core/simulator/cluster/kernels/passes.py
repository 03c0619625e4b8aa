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
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import (
    DIRTY,
    FRESH_N,
    GIVE_UP_AT,
    NOW,
    PASSES,
    QUEUE_N,
    RANKED_AT,
    STOPPED_N,
)

NEVER = 1 << 62
NONE, EASY, CONSERVATIVE = 0, 1, 2
BY_PRIORITY = 2


@kernel
def one_pass(w: World) -> None:
    """Decide about every waiting job; those of whom nothing changed keep their answer."""
    t, s = opened(w)
    if s.x[QUEUE_N] + s.x[FRESH_N] == 0:
        return
    s.x[PASSES] += 1
    now = s.x[NOW]
    if t.rules[0].order == BY_PRIORITY and now - s.x[RANKED_AT] >= t.rules[0].every:
        merge_fresh(w)
        rank_anew(w, now)
        sort_line(w)
        _look_at_all(w)
    elif _must_look_at_all(w):
        merge_fresh(w)
        _look_at_all(w)
    else:
        _look_at_fresh(w)
    if s.x[STOPPED_N]:
        put_back(w)


@kernel
def _must_look_at_all(w: World) -> bool:
    """Whether jobs that waited already may have another answer than in the last pass.

    Where jobs only came, and each behind the job whose place is kept, nobody before them has: what
    is free and what is kept is the same, and there is less time.
    """
    t, s = opened(w)
    if s.x[DIRTY] or t.rules[0].backfill == CONSERVATIVE or s.x[NOW] > s.x[GIVE_UP_AT]:
        return True
    for place in range(s.x[FRESH_N]):
        job = s.job[place].fresh
        if t.quality[t.job[job].quality].stops:
            return True
        first, last = _wishes(w, job)
        for wish in range(first, last):
            head = s.pool[t.wish[wish].pool].head
            if head >= 0 and before(w, job, head):
                return True
    return False


@kernel
def _look_at_all(w: World) -> None:
    _, s = opened(w)
    forget_kept(w)
    for pool in range(len(s.pool)):
        s.pool[pool].head = -1
        s.pool[pool].head_pending = 0
        s.pool[pool].miss_n = 0
    s.x[DIRTY] = 0
    s.x[GIVE_UP_AT] = NEVER
    now, number, left = s.x[NOW], s.x[QUEUE_N], 0
    for place in range(number):
        job = s.queue[place]
        if _plainly_waits_on(w, job):
            s.queue[left] = job
            left += 1
        elif not _hopes(w, job):
            give_up(w, job, now)
        elif _waits_on(w, job) or not _starts(w, job):
            s.queue[left] = job
            left += 1
    s.x[QUEUE_N] = left


@kernel
def _look_at_fresh(w: World) -> None:
    _, s = opened(w)
    number = s.x[FRESH_N]
    s.x[FRESH_N] = 0
    for place in range(number):
        job = s.job[place].fresh
        if not _hopes(w, job):
            give_up(w, job, s.x[NOW])
        elif not _starts(w, job):
            insert(w, job)


@small
def _wishes(w: World, job: int) -> tuple[int, int]:
    """The rows of the wishes a job still has: a suspended one goes on with the one it ran by."""
    t, s = opened(w)
    if s.job[job].bound >= 0:
        return s.job[job].bound, s.job[job].bound + 1
    return t.job[job].wish_first, t.job[job + 1].wish_first


@small
def _hopes(w: World, job: int) -> bool:
    """Whether a job may still start before its award's end, within its grant."""
    t, s = opened(w)
    first, last = _wishes(w, job)
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
def _plainly_waits_on(w: World, job: int) -> bool:
    """Whether a glance tells that a plain job hopes, and changes nothing by waiting on."""
    t, s = opened(w)
    if not t.glance[job].plain:
        return False
    now, award, rule = s.x[NOW], t.glance[job].award, t.rules[0].backfill
    cards, worst, limit = t.glance[job].cards, t.glance[job].worst, t.glance[job].limit
    ends, grant = t.award[award].ends, t.award[award].grant - s.award[award].settled
    if now + limit > ends or worst > grant:
        return False
    hindered = s.award[award].held + cards > t.award[award].cards_max
    if not hindered and s.award[award].flight + worst <= grant:
        behind = rule != CONSERVATIVE and s.pool[t.glance[job].pool].head >= 0
        if not behind or (rule != NONE and s.at_least[t.glance[job].level] >= t.glance[job].nodes):
            return False
    if ends < NEVER:
        s.x[GIVE_UP_AT] = min(s.x[GIVE_UP_AT], ends - limit)
    return True


@small
def _waits_on(w: World, job: int) -> bool:
    """Whether a job changes nothing by waiting on: quick, and never wrong when it says so.

    By each of its wishes it is hindered, or has no room and somebody stands before it.
    """
    t, s = opened(w)
    rule = t.rules[0].backfill
    if t.quality[t.job[job].quality].stops:
        return False
    first, last = _wishes(w, job)
    for wish in range(first, last):
        behind = rule != CONSERVATIVE and s.pool[t.wish[wish].pool].head >= 0
        if behind and (rule == NONE or not may_fit(w, wish)):
            continue
        until = s.x[NOW] + t.wish[wish].limit - s.job[job].did
        if behind and missed(w, wish, until):
            continue
        if not _hindered(w, job, wish):
            return False
    return True


@kernel
def _starts(w: World, job: int) -> bool:
    """Start a job by the first wish that comes true; else it stands in line for each."""
    t, s = opened(w)
    first, last = _wishes(w, job)
    stops = t.quality[t.job[job].quality].stops
    for wish in range(first, last):
        if not _hindered(w, job, wish) and _starts_by(w, job, wish, stops):
            return True
    for wish in range(first, last):
        if not _hindered(w, job, wish):
            _stand_in_line(w, job, wish)
    if stops:
        # What has started in this pass can be stopped in the next one.
        s.x[DIRTY] = 1
    return False


@small
def _hindered(w: World, job: int, wish: int) -> bool:
    """Whether something else than cards keeps a job from starting."""
    t, s = opened(w)
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
def _starts_by(w: World, job: int, wish: int, stops: int) -> bool:
    """Start a job by a wish if the rule allows it."""
    t, s = opened(w)
    pool = t.wish[wish].pool
    if t.rules[0].backfill == NONE and s.pool[pool].head >= 0:
        return False
    until = s.x[NOW] + t.wish[wish].limit - s.job[job].did
    may = may_fit(w, wish) and not missed(w, wish, until)
    if not may and not stops:
        return False
    if s.pool[pool].head_pending:
        # The head's place is looked for only once somebody might pass it.
        s.pool[pool].head_pending = 0
        keep_place(w, s.pool[pool].head, s.pool[pool].head_wish)
    fits = may and choose(w, wish, until)
    if may and not fits:
        note_miss(w, wish, until)
    if not fits and stops:
        fits = choose_by_force(w, job, wish, until)
        s.pool[pool].miss_n *= not fits
    if fits:
        begin(w, job, wish, s.x[NOW])
        _notice(w, job)
    return fits


@small
def _notice(w: World, job: int) -> None:
    """A start may reach a limit that hinders a job whose place is kept: then look at all again."""
    t, s = opened(w)
    for pool in range(len(s.pool)):
        head = s.pool[pool].head
        if head >= 0 and (
            t.job[head].award == t.job[job].award
            or (t.job[head].array >= 0 and t.job[head].array == t.job[job].array)
        ):
            s.x[DIRTY] = 1


@kernel
def _stand_in_line(w: World, job: int, wish: int) -> None:
    t, s = opened(w)
    pool = t.wish[wish].pool
    if t.rules[0].backfill == CONSERVATIVE:
        keep_place(w, job, wish)
    elif s.pool[pool].head < 0:
        if t.rules[0].backfill == NONE or t.wish[wish].sure:
            s.pool[pool].head, s.pool[pool].head_wish = job, wish
            s.pool[pool].head_pending = t.rules[0].backfill == EASY
        elif keep_place(w, job, wish):
            s.pool[pool].head, s.pool[pool].head_wish = job, wish
