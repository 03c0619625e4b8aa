"""All that changes while a simulation runs, as arrays: it can be stopped, saved and resumed."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast
from zipfile import BadZipFile

import numpy as np

from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.cluster.tables import (
    BACKFILLS,
    BITS,
    LEVELS,
    NUMBER,
    Kind,
    Rows,
    Tables,
    kind_of,
    rows_of,
)

# Positions of single numbers in ``State.x``.
NOW, NEXT_ARRIVAL, NEXT_CHANGE, QUEUE_N, HEAP_N, SEGMENTS, PLACES, RANKED_AT = range(8)
DRAWS, DIRTY, RESERVED, GIVE_UP_AT, FRESH_N, STOPPED_N, PASSES, KEEPS = range(8, 16)
NUMBERS = 16

MISSES = 16  # for each pool


class State(NamedTuple):
    """One simulation."""

    x: Column
    job: Rows
    queue: Column
    node: Rows
    card: Rows  # room for as many running segments as there are cards
    limit_at: Column  # for each pool: the limits of its running segments, the earliest first
    limit_of: Column  # and the segments
    pool: Rows
    at_least: Column  # for each pool and level: nodes with so many free cards
    bits: Column  # and which they are, ``BITS`` in each word
    later_bits: Column  # scratch: which nodes of one pool will have the cards
    kept_bits: Column  # for each pool: nodes on which a place of some cards is kept
    miss: Rows  # for each pool: what is known to fit nowhere now
    award: Rows
    tree: Rows
    array: Rows
    kept: Rows  # kept places
    segment: Rows  # one for each time a job ran
    place: Column  # the nodes of each segment


# Columns and what they begin with.
_JOB = {
    "rank": 0,  # the smaller stands before the larger
    "eligible": 0,
    "state": 0,
    "start": -1,
    "end": -1,
    "attempts": 0,
    "did": 0,  # seconds done before it was suspended
    "bound": -1,  # the wish a suspended job goes on with
    "failed": 0,
    "unmet": 0,  # jobs it follows that have not ended
    "fresh": 0,  # a list: jobs that came to the line since the last pass
    "stack": 0,  # scratch
}
_NODE = {
    "free_cards": 0,
    "free_cpus": 0,
    "free_memory": 0,
    "closings_left": 0,
    "item_n": 0,
    "kept": -1,  # the first kept place on the node
    "later_cards": 0,  # scratch
    "later_of": 0,  # the search for a place that wrote them
    "score": 0,  # scratch
    "chosen": 0,  # a list: the nodes chosen last
}
_CARD = {
    "on_node": 0,  # for each node, from its first card on: its running segments
    "stopped": 0,  # a list: segments stopped in this pass
}
_POOL = {
    "ends_n": 0,
    "head": -1,  # the job whose place is kept
    "head_wish": -1,
    "head_pending": 0,  # its place is still to be found
    "head_at": 0,  # when its place begins, once it is found
    "miss_n": 0,
}
_AWARD = {
    "held": 0,  # cards
    "settled": 0,  # card seconds of what has ended
    "flight": 0,  # card seconds of what runs, to its limits
    "usage": 0.0,  # decayed
    "billed": 0,  # since usage was last decayed
    "billing": 0,  # for each second now
    "billed_at": 0,
    "fair": 1_000_000,
    "order": 0,  # a list: awards by fair share, the best first
}
_TREE = {"used": 0.0, "level": 0.0}
_MISS = ("cards", "nodes", "cpus", "memory", "until")
_KEPT = ("next", "begin", "end", "cards", "cpus", "memory", "node")
_SEGMENT = (
    "job",
    "wish",
    "begin",
    "end",  # -1 while it runs
    "limit",  # when its time limit ends it
    "how",
    "place",
    "heap_at",
    "heap_segment",
)


def _kind(columns: Mapping[str, float]) -> Kind:
    whole = [name for name, value in columns.items() if isinstance(value, int)]
    return kind_of(*whole, real=[name for name in columns if name not in whole])


# The kinds of what it holds, by the same names.
STATE_KINDS: Any = cast("Any", State)(
    x=NUMBER,
    job=_kind(_JOB),
    queue=NUMBER,
    node=_kind(_NODE),
    card=_kind(_CARD),
    limit_at=NUMBER,
    limit_of=NUMBER,
    pool=_kind(_POOL),
    at_least=NUMBER,
    bits=NUMBER,
    later_bits=NUMBER,
    kept_bits=NUMBER,
    miss=kind_of(*_MISS),
    award=_kind(_AWARD),
    tree=_kind(_TREE),
    array=kind_of("most", "running"),
    kept=kind_of(*_KEPT),
    segment=kind_of(*_SEGMENT),
    place=NUMBER,
)


def _rows(columns: Mapping[str, float], number: int) -> Rows:
    """Rows that begin with these values."""
    rows: Rows = np.zeros(number, _kind(columns))
    for name, value in columns.items():
        if value:
            rows[name] = value
    return rows


def _zeros(rows: int) -> Column:
    return np.zeros(rows, dtype=np.int64)


def new_state(t: Tables, seed: int) -> State:
    """Nothing has happened yet."""
    jobs, nodes, pools = len(t.job) - 1, len(t.node) - 1, len(t.pool) - 1
    cards, gangs = int(t.node["item_first"][-1]), int(t.wish["nodes"].sum())
    x = _zeros(NUMBERS)
    x[NOW], x[RANKED_AT], x[DIRTY], x[DRAWS] = ALWAYS, ALWAYS, 1, seed
    x[GIVE_UP_AT] = ALWAYS
    kept = gangs if BACKFILLS[int(t.rules["backfill"][0])] is Backfill.CONSERVATIVE else 0
    state = State(
        x=x,
        job=_rows(_JOB, jobs + 1),
        queue=_zeros(jobs + 1),
        node=_rows(_NODE, nodes),
        card=_rows(_CARD, cards + 1),
        limit_at=_zeros(cards + 1),
        limit_of=_zeros(cards + 1),
        pool=_rows(_POOL, pools),
        at_least=_zeros(pools * LEVELS),
        bits=_zeros(int(t.pool["first_word"][-1])),
        later_bits=_zeros(int(t.pool["words"].max())),
        kept_bits=_zeros(int(t.pool["words"].sum())),
        miss=np.zeros(pools * MISSES, STATE_KINDS.miss),
        award=_rows(_AWARD, len(t.award)),
        tree=_rows(_TREE, len(t.tree)),
        array=rows_of(STATE_KINDS.array, len(t.array_most), most=t.array_most, running=0),
        kept=np.zeros(nodes + kept, STATE_KINDS.kept),
        segment=np.zeros(jobs + cards + 2, STATE_KINDS.segment),
        place=_zeros(gangs + cards + 2),
    )
    state.award["order"] = np.arange(len(t.award))
    state.job["eligible"] = t.job["eligible"]
    np.add.at(state.job["unmet"], t.child, 1)
    _fill_nodes(t, state)
    return state


def _fill_nodes(t: Tables, state: State) -> None:
    """What is free on the nodes before anything happens."""
    nodes = len(state.node)
    firsts = t.node["closing_first"]
    closed = np.repeat(np.arange(nodes), np.diff(firsts))
    always = t.closing["begin"] == ALWAYS
    for kind in ("cards", "cpus", "memory"):
        free = t.node[kind][:nodes].copy()
        np.subtract.at(free, closed[always], t.closing[kind][always])
        state.node[f"free_{kind}"] = free
    state.node["closings_left"] = np.diff(firsts)
    free, pools = state.node["free_cards"], t.node["pool"][:nodes]
    place = np.arange(nodes) - t.pool["first_node"][pools]
    for level in range(LEVELS):
        has = (free >= level) | (level == 0)
        np.add.at(state.at_least, pools[has] * LEVELS + level, 1)
        word = t.pool["first_word"][pools] + level * t.pool["words"][pools] + place // BITS
        np.add.at(state.bits, word[has], 1 << (place[has] % BITS))


def grown(state: State) -> State:
    """The same state with twice the room for segments."""
    segment = np.concatenate([state.segment, np.zeros_like(state.segment)])
    place = np.concatenate([state.place, np.zeros_like(state.place)])
    return state._replace(segment=segment, place=place)


def save(state: State, path: Path, *, inputs: str = "") -> None:
    """Write a state to a file; what stood there is replaced whole or not at all.

    ``inputs`` tell from which cluster, jobs and policy it comes.
    """
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez_compressed(file, **state._asdict(), inputs=np.array(inputs))
    beside.replace(path)


def load(path: Path, *, inputs: str = "") -> State | None:
    """The state a file holds; nothing if it is of other inputs, or no state at all."""
    try:
        with np.load(path) as columns:
            if str(columns["inputs"]) != inputs:
                return None
            return State(**{name: columns[name] for name in State._fields})
    except (ValueError, TypeError, KeyError, EOFError, BadZipFile, zlib.error):
        return None
