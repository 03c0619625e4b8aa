"""Nodes: what is free on them now and later, and the taking and giving back of it."""

from __future__ import annotations

from praya.core.simulator.cluster.kernels.compiled import kernel, small
from praya.core.simulator.cluster.kernels.line import add_limit, drop_limit, push_end
from praya.core.simulator.cluster.kernels.shares import bill
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import MISSES, PLACES, RESERVED, SEGMENTS
from praya.core.simulator.cluster.tables import BITS, LEVELS


@small
def change_free(w: World, node: int, cards: int, cpus: int, memory: int) -> None:
    """So much more is free on a node, or less."""
    t, s = opened(w)
    pool, had = t.node[node].pool, s.node[node].free_cards
    has = had + cards
    s.node[node].free_cards = has
    s.node[node].free_cpus += cpus
    s.node[node].free_memory += memory
    place, words = node - t.pool[pool].first_node, t.pool[pool].words
    word, bit = t.pool[pool].first_word + place // BITS, 1 << place % BITS
    for level in range(max(min(had, has), 0) + 1, min(max(had, has), LEVELS - 1) + 1):
        s.at_least[pool * LEVELS + level] += 1 if has > had else -1
        s.bits[word + level * words] ^= bit


@small
def may_fit(w: World, wish: int) -> bool:
    """Whether enough nodes have the cards now; quick, and never wrong when it says no."""
    t, s = opened(w)
    level = min(t.wish[wish].cards, LEVELS - 1)
    return bool(s.at_least[t.wish[wish].pool * LEVELS + level] >= t.wish[wish].nodes)


@small
def fits_now(w: World, node: int, wish: int, until: int) -> bool:
    """Whether a wish fits on a node from now until then, kept places respected."""
    t, s = opened(w)
    if s.node[node].free_cards < t.wish[wish].cards:
        return False
    if t.wish[wish].cpus and s.node[node].free_cpus < t.wish[wish].cpus:
        return False
    if t.wish[wish].memory and s.node[node].free_memory < t.wish[wish].memory:
        return False
    if s.node[node].closings_left == 0 and s.node[node].kept < 0:
        return True
    return _lasts(w, node, wish, s.x[0], until)


@kernel
def fits_later(w: World, node: int, wish: int, at: int, until: int) -> bool:
    """Whether a wish fits on a node from a later instant on until another."""
    return _has(w, node, wish, at) and _lasts(w, node, wish, at, until)


@small
def _lasts(w: World, node: int, wish: int, at: int, until: int) -> bool:
    """Whether it still fits wherever something more is taken between two instants."""
    t, s = opened(w)
    for closing in range(t.node[node].closing_first, t.node[node + 1].closing_first):
        begin = t.closing[closing].begin
        if at < begin < until and not _has(w, node, wish, begin):
            return False
    kept = s.node[node].kept
    while kept >= 0:
        begin = s.kept[kept].begin
        if at < begin < until and not _has(w, node, wish, begin):
            return False
        kept = s.kept[kept].next
    return True


@small
def _has(w: World, node: int, wish: int, at: int) -> bool:
    """Whether a node has what a wish asks for at an instant."""
    t, s = opened(w)
    cards, cpus, memory = t.node[node].cards, t.node[node].cpus, t.node[node].memory
    for closing in range(t.node[node].closing_first, t.node[node + 1].closing_first):
        if t.closing[closing].begin <= at < t.closing[closing].end:
            cards -= t.closing[closing].cards
            cpus -= t.closing[closing].cpus
            memory -= t.closing[closing].memory
    base = t.node[node].item_first
    for item in range(base, base + s.node[node].item_n):
        segment = s.card[item].on_node
        if s.segment[segment].limit > at:
            running = s.segment[segment].wish
            cards -= t.wish[running].cards
            cpus -= t.wish[running].cpus
            memory -= t.wish[running].memory
    kept = s.node[node].kept
    while kept >= 0:
        if s.kept[kept].begin <= at < s.kept[kept].end:
            cards -= s.kept[kept].cards
            cpus -= s.kept[kept].cpus
            memory -= s.kept[kept].memory
        kept = s.kept[kept].next
    if cards < t.wish[wish].cards:
        return False
    if t.wish[wish].cpus and cpus < t.wish[wish].cpus:
        return False
    return not (t.wish[wish].memory and memory < t.wish[wish].memory)


@small
def keep(w: World, node: int, wish: int, begin: int, end: int) -> None:
    """Keep a place on a node for a job that waits."""
    t, s = opened(w)
    kept = s.x[RESERVED]
    s.x[RESERVED] += 1
    s.kept[kept].node = node
    s.kept[kept].begin = begin
    s.kept[kept].end = end
    s.kept[kept].cards = t.wish[wish].cards
    s.kept[kept].cpus = t.wish[wish].cpus
    s.kept[kept].memory = t.wish[wish].memory
    s.kept[kept].next = s.node[node].kept
    s.node[node].kept = kept
    if t.wish[wish].cards:
        pool = t.node[node].pool
        place = node - t.pool[pool].first_node
        s.kept_bits[t.pool[pool].first_word // LEVELS + place // BITS] |= 1 << place % BITS


@kernel
def forget_kept(w: World) -> None:
    """Keep no places any more."""
    t, s = opened(w)
    for kept in range(s.x[RESERVED]):
        node = s.kept[kept].node
        s.node[node].kept = -1
        pool = t.node[node].pool
        place = node - t.pool[pool].first_node
        s.kept_bits[t.pool[pool].first_word // LEVELS + place // BITS] = 0
    s.x[RESERVED] = 0


@small
def missed(w: World, wish: int, until: int) -> bool:
    """Whether something no larger is known to fit nowhere now."""
    t, s = opened(w)
    pool = t.wish[wish].pool
    for miss in range(pool * MISSES, pool * MISSES + s.pool[pool].miss_n):
        if (
            s.miss[miss].until <= until
            and s.miss[miss].cards <= t.wish[wish].cards
            and s.miss[miss].nodes <= t.wish[wish].nodes
            and s.miss[miss].cpus <= t.wish[wish].cpus
            and s.miss[miss].memory <= t.wish[wish].memory
        ):
            return True
    return False


@kernel
def note_miss(w: World, wish: int, until: int) -> None:
    """Note that a wish fits nowhere now, and no more what follows from that."""
    t, s = opened(w)
    pool = t.wish[wish].pool
    left = first = pool * MISSES
    for miss in range(first, first + s.pool[pool].miss_n):
        if (
            s.miss[miss].until < until
            or s.miss[miss].cards < t.wish[wish].cards
            or s.miss[miss].nodes < t.wish[wish].nodes
            or s.miss[miss].cpus < t.wish[wish].cpus
            or s.miss[miss].memory < t.wish[wish].memory
        ):
            s.miss[left] = s.miss[miss]
            left += 1
    left = min(left, first + MISSES - 1)
    s.miss[left].cards = t.wish[wish].cards
    s.miss[left].nodes = t.wish[wish].nodes
    s.miss[left].cpus = t.wish[wish].cpus
    s.miss[left].memory = t.wish[wish].memory
    s.miss[left].until = until
    s.pool[pool].miss_n = left + 1 - first


@small
def seconds_of(w: World, job: int, wish: int) -> int:
    """How long a job will run now: to its end, its failure or its limit."""
    t, s = opened(w)
    whole = min(t.wish[wish].run, t.wish[wish].limit)
    fails = t.wish[wish].fails
    if 0 < fails < whole and s.job[job].failed == 0:
        whole = fails
    return int(whole - s.job[job].did)


@kernel
def begin(w: World, job: int, wish: int, now: int) -> None:
    """Start a job on the chosen nodes."""
    t, s = opened(w)
    segment, pool, award = s.x[SEGMENTS], t.wish[wish].pool, t.job[job].award
    s.x[SEGMENTS] += 1
    limit = t.wish[wish].limit - s.job[job].did
    cards, nodes = t.wish[wish].cards, t.wish[wish].nodes
    s.segment[segment].job = job
    s.segment[segment].wish = wish
    s.segment[segment].begin = now
    s.segment[segment].end = -1
    s.segment[segment].limit = now + limit
    s.segment[segment].how = 3
    s.segment[segment].place = s.x[PLACES]
    for position in range(nodes):
        node = s.node[position].chosen
        change_free(w, node, -cards, -t.wish[wish].cpus, -t.wish[wish].memory)
        s.card[t.node[node].item_first + s.node[node].item_n].on_node = segment
        s.node[node].item_n += 1
        s.place[s.x[PLACES]] = node
        s.x[PLACES] += 1
    add_limit(w, pool, segment)
    push_end(w, now + seconds_of(w, job, wish), segment)
    s.job[job].state = 3
    s.job[job].attempts += 1
    if s.job[job].start < 0:
        s.job[job].start = now
    s.award[award].held += cards * nodes
    s.award[award].flight += cards * nodes * limit
    bill(w, award, now)
    s.award[award].billing += cards * nodes * t.pool[pool].billing
    if t.job[job].array >= 0:
        s.array[t.job[job].array].running += 1


@kernel
def vacate(w: World, segment: int, now: int, how: int) -> None:
    """A segment leaves its nodes."""
    t, s = opened(w)
    wish = s.segment[segment].wish
    s.segment[segment].end = now
    s.segment[segment].how = how
    first = s.segment[segment].place
    for place in range(first, first + t.wish[wish].nodes):
        node = s.place[place]
        change_free(w, node, t.wish[wish].cards, t.wish[wish].cpus, t.wish[wish].memory)
        base = t.node[node].item_first
        last = base + s.node[node].item_n - 1
        item = base
        while s.card[item].on_node != segment:
            item += 1
        for later in range(item, last):
            s.card[later].on_node = s.card[later + 1].on_node
        s.node[node].item_n -= 1
    drop_limit(w, t.wish[wish].pool, segment)


@small
def settle(w: World, segment: int, now: int) -> None:
    """What a segment held at once is given back, and what it used is its award's use."""
    t, s = opened(w)
    job, wish = s.segment[segment].job, s.segment[segment].wish
    award, begin_at = t.job[job].award, s.segment[segment].begin
    cards = t.wish[wish].cards * t.wish[wish].nodes
    s.award[award].held -= cards
    s.award[award].flight -= cards * (s.segment[segment].limit - begin_at)
    s.award[award].settled += cards * (now - begin_at)
    bill(w, award, now)
    s.award[award].billing -= cards * t.pool[t.wish[wish].pool].billing
    if t.job[job].array >= 0:
        s.array[t.job[job].array].running -= 1
