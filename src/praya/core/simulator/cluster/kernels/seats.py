"""Where a job can start now, and where it will at the earliest."""

from __future__ import annotations

import numpy as np

from praya.core.simulator.cluster.kernels.compiled import kernel, small
from praya.core.simulator.cluster.kernels.nodes import (
    fits_later,
    fits_now,
    keep,
    vacate,
)
from praya.core.simulator.cluster.kernels.world import World, opened
from praya.core.simulator.cluster.state import (
    DRAWS,
    KEEPS,
    NEXT_CHANGE,
    NOW,
    RESERVED,
    STOPPED_N,
)
from praya.core.simulator.cluster.tables import BITS, LEVELS

NEVER = 1 << 62
ASKED = 1 << 20  # added to how a segment stands while it is looked at as gone
EASY, CONSERVATIVE = 1, 2
# The product of a power of two and this number tells the power by five of its bits.
DE_BRUIJN = 0x077CB531
LOG2 = np.zeros(32, dtype=np.int64)
LOG2[[(DE_BRUIJN << power >> 27) & 31 for power in range(32)]] = np.arange(32)
FIRST, BEST, WORST, FRAGMENTS, BY_CHANCE = 0, 1, 2, 3, 4


@kernel
def below(w: World, bound: int) -> int:
    """A number by chance, from 0 until just before a bound: splitmix64."""
    _, s = opened(w)
    s.x[DRAWS] = np.int64(np.uint64(s.x[DRAWS]) + np.uint64(0x9E3779B97F4A7C15))
    mixed = np.uint64(s.x[DRAWS])
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed = (mixed ^ (mixed >> np.uint64(31))) >> np.uint64(1)
    return int(np.int64(mixed) % bound)


@kernel
def choose(w: World, wish: int, until: int) -> bool:
    """Choose nodes on which a wish fits now, by the rule of placement."""
    t, s = opened(w)
    pool, count = t.wish[wish].pool, t.wish[wish].nodes
    first, last = t.pool[pool].first_node, t.pool[pool + 1].first_node
    cards = t.wish[wish].cards
    if t.rules[0].rule == FIRST:
        level = min(cards, LEVELS - 1)
        return bool(_choose_between(w, wish, until, level, LEVELS, 0) == count)
    if t.rules[0].rule == BEST and t.pool[pool].cards < LEVELS:
        return _choose_fullest(w, wish, until)
    if t.rules[0].rule != BY_CHANCE and count == 1:
        return _choose_one(w, wish, until, first, last)
    found = 0
    for node in range(first, last):
        if s.node[node].free_cards >= cards and fits_now(w, node, wish, until):
            s.node[found].score = _score(w, s.node[node].free_cards, cards)
            s.node[found].later_cards = node
            found += 1
    if found < count:
        return False
    for position in range(count):
        if t.rules[0].rule == BY_CHANCE:
            picked = below(w, found)
        else:
            picked = 0
            for other in range(1, found):
                if s.node[other].score < s.node[picked].score:
                    picked = other
        s.node[position].chosen = s.node[picked].later_cards
        found -= 1
        for other in range(picked, found):
            s.node[other].later_cards = s.node[other + 1].later_cards
            s.node[other].score = s.node[other + 1].score
    return True


@small
def _choose_fullest(w: World, wish: int, until: int) -> bool:
    t, s = opened(w)
    pool, found = t.wish[wish].pool, 0
    for level in range(t.wish[wish].cards, t.pool[pool].cards + 1):
        place = pool * LEVELS + level
        if level + 1 < LEVELS and s.at_least[place] == s.at_least[place + 1]:
            continue
        found = _choose_between(w, wish, until, level, level + 1, found)
        if found == t.wish[wish].nodes:
            return True
    return False


@kernel
def _choose_between(w: World, wish: int, until: int, level: int, above: int, found: int) -> int:
    """Choose, in their order, nodes on which a wish fits, of so many free cards and fewer than."""
    t, s = opened(w)
    pool, words = t.wish[wish].pool, t.pool[t.wish[wish].pool].words
    row = t.pool[pool].first_word + level * words
    row_above = t.pool[pool].first_word + above * words
    # The head's nodes are not looked at one by one where each would say no: their only card is its.
    is_lost = (
        t.rules[0].backfill == EASY
        and t.pool[pool].cards == 1
        and t.wish[wish].cards == 1
        and s.x[NOW] < s.pool[pool].head_at < until
    )
    row_kept = t.pool[pool].first_word // LEVELS
    for word in range(words):
        bits = s.bits[row + word]
        if above < LEVELS:
            bits &= ~s.bits[row_above + word]
        if is_lost:
            bits &= ~s.kept_bits[row_kept + word]
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            node = t.pool[pool].first_node + word * BITS + LOG2[lowest * DE_BRUIJN >> 27 & 31]
            if fits_now(w, node, wish, until):
                s.node[found].chosen = node
                found += 1
                if found == t.wish[wish].nodes:
                    return found
    return found


@kernel
def _choose_one(w: World, wish: int, until: int, first: int, last: int) -> bool:
    t, s = opened(w)
    best, chosen, cards = NEVER, -1, t.wish[wish].cards
    for node in range(first, last):
        free = s.node[node].free_cards
        if free >= cards:
            score = _score(w, free, cards)
            if score < best and fits_now(w, node, wish, until):
                best, chosen = score, node
    s.node[0].chosen = chosen
    return chosen >= 0


@kernel
def _score(w: World, free: int, cards: int) -> int:
    t, _ = opened(w)
    if t.rules[0].rule == BEST:
        return free
    if t.rules[0].rule == WORST:
        return -free
    if t.rules[0].rule == FRAGMENTS:
        return int(t.fragments[free - cards] - t.fragments[free])
    return 0


@kernel
def keep_place(w: World, job: int, wish: int) -> bool:
    """Keep the earliest place for a job that waits: when, and on which nodes; False: never."""
    t, s = opened(w)
    pool = t.wish[wish].pool
    limit = t.wish[wish].limit - s.job[job].did
    level = min(t.wish[wish].cards, LEVELS - 1)
    words = t.pool[pool].words
    row = t.pool[pool].first_word + level * words
    for word in range(words):
        s.later_bits[word] = s.bits[row + word]
    s.x[KEEPS] += 1
    base = t.pool[pool].first_item
    end, ends = base, base + s.pool[pool].ends_n
    change = s.x[NEXT_CHANGE]
    at = s.x[NOW]
    enough = s.at_least[pool * LEVELS + level]
    while True:
        at, end, change, enough = _next_gain(w, pool, wish, at, end, ends, change, enough)
        if at == NEVER:
            return False
        if enough >= t.wish[wish].nodes and _keep_at(w, wish, at, limit):
            return True


@kernel
def _next_gain(
    w: World,
    pool: int,
    wish: int,
    at: int,
    end: int,
    ends: int,
    change: int,
    enough: int,
) -> tuple[int, int, int, int]:
    """Go on to the next instant at which something may get free, and count nodes with the cards."""
    t, s = opened(w)
    by_end = s.limit_at[end] if end < ends else NEVER
    by_change = t.change[change].at if change < len(t.change) else NEVER
    by_kept = _next_kept_end(w, pool, at) if t.rules[0].backfill == CONSERVATIVE else NEVER
    at = min(by_end, by_change, by_kept)
    if at == NEVER:
        return at, end, change, enough
    level = min(t.wish[wish].cards, LEVELS - 1)
    while end < ends and s.limit_at[end] == at:
        segment = s.limit_of[end]
        gain, place = t.wish[s.segment[segment].wish].cards, s.segment[segment].place
        for one in range(place, place + t.wish[s.segment[segment].wish].nodes):
            enough += _change_later(w, pool, s.place[one], gain, level)
        end += 1
    while change < len(t.change) and t.change[change].at == at:
        node = t.change[change].node
        if t.node[node].pool == pool:
            enough += _change_later(w, pool, node, t.change[change].cards, level)
        change += 1
    return at, end, change, enough


@small
def _change_later(w: World, pool: int, node: int, cards: int, level: int) -> int:
    """So much more will be free on a node, or less; how many nodes more have so many cards."""
    t, s = opened(w)
    # What a node has now is taken only where something changes: most nodes are never looked at.
    fresh = s.node[node].later_of != s.x[KEEPS]
    had = s.node[node].free_cards if fresh else s.node[node].later_cards
    has = had + cards
    s.node[node].later_of = s.x[KEEPS]
    s.node[node].later_cards = has
    if (had >= level) == (has >= level):
        return 0
    place = node - t.pool[pool].first_node
    s.later_bits[place // BITS] ^= 1 << place % BITS
    return 1 if has > had else -1


@kernel
def _next_kept_end(w: World, pool: int, at: int) -> int:
    t, s = opened(w)
    soonest = NEVER
    for kept in range(s.x[RESERVED]):
        end = s.kept[kept].end
        if at < end < soonest and t.node[s.kept[kept].node].pool == pool:
            soonest = end
    return soonest


@small
def _keep_at(w: World, wish: int, at: int, limit: int) -> bool:
    t, s = opened(w)
    pool, found, cards = t.wish[wish].pool, 0, t.wish[wish].cards
    plain = cards < LEVELS and t.wish[wish].cpus == 0 and t.wish[wish].memory == 0
    for word in range(t.pool[pool].words):
        bits = s.later_bits[word]
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            node = t.pool[pool].first_node + word * BITS + LOG2[lowest * DE_BRUIJN >> 27 & 31]
            easy = plain and s.node[node].closings_left == 0 and s.node[node].kept < 0
            if easy or fits_later(w, node, wish, at, at + limit):
                s.node[found].chosen = node
                found += 1
                if found == t.wish[wish].nodes:
                    for position in range(found):
                        keep(w, s.node[position].chosen, wish, at, at + limit)
                    s.pool[pool].head_at = at
                    return True
    return False


@kernel
def choose_by_force(w: World, job: int, wish: int, until: int) -> bool:
    """Choose the nodes that lose the fewest cards if others leave, and make those leave."""
    t, s = opened(w)
    pool, count = t.wish[wish].pool, t.wish[wish].nodes
    first, last = t.pool[pool].first_node, t.pool[pool + 1].first_node
    found = 0
    for node in range(first, last):
        lost = _lost(w, node, job, wish, until)
        if lost >= 0:
            s.node[found].score = lost
            s.node[found].later_cards = node
            found += 1
    if found < count:
        return False
    stopped = s.x[STOPPED_N]
    for position in range(count):
        picked = 0
        for other in range(1, found):
            if s.node[other].score < s.node[picked].score:
                picked = other
        node = s.node[picked].later_cards
        s.node[position].chosen = node
        # Whoever leaves a node is only marked; a gang leaves all its nodes, after all are chosen.
        _mark(w, node, job, wish, until)
        found -= 1
        for other in range(picked, found):
            s.node[other].later_cards = s.node[other + 1].later_cards
            s.node[other].score = s.node[other + 1].score
    for position in range(stopped, s.x[STOPPED_N]):
        vacate(w, s.card[position].stopped, s.x[NOW], 2)
    return True


@kernel
def _next_to_leave(w: World, node: int, rank: int, asked: int) -> int:
    """Of the segments on a node that have not been asked to leave, the first that would."""
    t, s = opened(w)
    base, picked = t.node[node].item_first, -1
    for item in range(base, base + s.node[node].item_n):
        segment = s.card[item].on_node
        quality = t.job[s.segment[segment].job].quality
        mine = t.quality[quality].rank
        if t.quality[quality].when == 0 or mine >= rank or s.segment[segment].how >= asked:
            continue
        if s.segment[segment].begin == s.x[NOW]:
            continue
        if picked < 0:
            picked = segment
            continue
        other = t.quality[t.job[s.segment[picked].job].quality].rank
        later = s.segment[segment].begin > s.segment[picked].begin or (
            s.segment[segment].begin == s.segment[picked].begin and segment > picked
        )
        if mine < other or (mine == other and later):
            picked = segment
    return picked


@kernel
def _lost(w: World, node: int, job: int, wish: int, until: int) -> int:
    """The cards a node would lose for a wish to fit; -1: it would not fit whoever left."""
    t, s = opened(w)
    rank = t.quality[t.job[job].quality].rank
    lost, base = 0, t.node[node].item_first
    fits = fits_now(w, node, wish, until)
    while not fits:
        segment = _next_to_leave(w, node, rank, ASKED)
        if segment < 0:
            break
        _lend(w, node, segment, 1)
        lost += t.wish[s.segment[segment].wish].cards
        fits = fits_now(w, node, wish, until)
    for item in range(base, base + s.node[node].item_n):
        if s.segment[s.card[item].on_node].how >= ASKED:
            _lend(w, node, s.card[item].on_node, -1)
    return lost if fits else -1


@kernel
def _lend(w: World, node: int, segment: int, sign: int) -> None:
    """Look at a node as if a segment had left it, or no longer so."""
    t, s = opened(w)
    running = s.segment[segment].wish
    s.node[node].free_cards += sign * t.wish[running].cards
    s.node[node].free_cpus += sign * t.wish[running].cpus
    s.node[node].free_memory += sign * t.wish[running].memory
    if sign > 0:
        s.segment[segment].how += ASKED
        s.segment[segment].limit -= NEVER
    else:
        s.segment[segment].how -= ASKED
        s.segment[segment].limit += NEVER


@kernel
def _mark(w: World, node: int, job: int, wish: int, until: int) -> None:
    """Put those who must leave a node among the stopped, each once."""
    t, s = opened(w)
    rank = t.quality[t.job[job].quality].rank
    base = t.node[node].item_first
    while not fits_now(w, node, wish, until):
        _lend(w, node, _next_to_leave(w, node, rank, ASKED), 1)
    for item in range(base, base + s.node[node].item_n):
        segment = s.card[item].on_node
        if s.segment[segment].how >= ASKED:
            _lend(w, node, segment, -1)
            known = False
            for position in range(s.x[STOPPED_N]):
                known = known or s.card[position].stopped == segment
            if not known:
                s.card[s.x[STOPPED_N]].stopped = segment
                s.x[STOPPED_N] += 1
