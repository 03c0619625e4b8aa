"""A cluster, its jobs and a policy as arrays: what the kernels read and never write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from praya.core.scheduling.placement import Rule, fragmentation
from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.simulator.cluster.jobs import Column, Jobs
from praya.core.simulator.cluster.model import Cluster, Order, Policy, WhenStopped
from praya.core.simulator.cluster.nodes import PoolNode, pool_nodes
from praya.core.simulator.cluster.shares import tree_of

MILLION = 1_000_000
LEVELS = 65  # nodes are told apart by free cards up to 64; more count as 64
BITS = 32  # nodes in a word
_BLOCK = 4096  # rows
ORDERS = tuple(Order)
BACKFILLS = tuple(Backfill)
RULES = tuple(Rule)

# Rows of named columns: an array of records. What kinds of them there are stands below.
Rows = NDArray[Any]
Kind = np.dtype[Any]
NUMBER: Kind = np.dtype(np.int64)


def kind_of(*columns: str, real: Iterable[str] = ()) -> Kind:
    """Rows with these columns of whole numbers, and those of ``real`` ones."""
    kinds = [(name, np.int64) for name in columns] + [(name, np.float64) for name in real]
    return np.dtype(kinds, align=True)


class Tables(NamedTuple):
    """All that does not change, one row for each thing; ``*_first`` of the next row bounds a row's.

    Rows with several columns lie together in memory, and few arrays go from kernel to kernel: that
    is what keeps both the running and the compiling fast.
    """

    rules: Rows  # a single row
    node: Rows
    pool: Rows
    closing: Rows
    change: Rows
    job: Rows
    glance: Rows  # for each job what mostly tells that it waits on, in one line of the cache
    wish: Rows
    award: Rows
    quality: Rows
    tree: Rows
    path: Column  # places of each award in the tree, ``rules.depth`` for each
    child: Column
    fragments: Column
    array_most: Column  # jobs of each array that may run at once


# The kinds of what they hold, by the same names.
TABLES_KINDS: Any = cast("Any", Tables)(
    rules=kind_of(
        *("order", "backfill", "rule"),
        *("weight_age", "weight_fair", "weight_size", "weight_quality"),
        *("age_max", "half_life", "every", "jobs", "depth"),
    ),
    node=kind_of("cards", "cpus", "memory", "pool", "item_first", "closing_first"),
    pool=kind_of("first_node", "first_item", "words", "first_word", "cards", "billing"),
    closing=kind_of("begin", "end", "cards", "cpus", "memory"),
    change=kind_of("at", "node", "cards", "cpus", "memory", "closings"),
    job=kind_of(
        *("eligible", "arrivals", "award", "quality", "requeues", "array"),
        *("size_part", "wish_first", "child_first"),
    ),
    glance=kind_of("plain", "award", "pool", "level", "nodes", "cards", "limit", "worst"),
    wish=kind_of("pool", "nodes", "cards", "cpus", "memory", "run", "limit", "fails", "sure"),
    award=kind_of("cards_max", "grant", "ends"),
    quality=kind_of("priority", "rank", "stops", "when"),
    tree=kind_of("parent", real=["part"]),
    path=NUMBER,
    child=NUMBER,
    fragments=NUMBER,
    array_most=NUMBER,
)


def tables_of(cluster: Cluster, jobs: Jobs, policy: Policy) -> Tables:
    """The arrays for the kernels."""
    nodes = pool_nodes(cluster)
    tree = tree_of(cluster)
    child_first, child = _children(jobs)
    number, weights, depth = len(jobs), policy.weights, tree.path.shape[1]
    rules = {
        "order": ORDERS.index(policy.order),
        "backfill": BACKFILLS.index(policy.backfill),
        "rule": RULES.index(policy.placement),
        "weight_age": weights.age,
        "weight_fair": weights.fair_share,
        "weight_size": weights.size,
        "weight_quality": weights.quality,
        "age_max": weights.age_s_max,
        "half_life": weights.half_life_s,
        "every": weights.every_s,
        "jobs": number,
        "depth": depth,
    }
    top = max((one.priority for one in cluster.qualities), default=0) or 1
    awards, qualities = cluster.awards, cluster.qualities
    return Tables(
        rules=rows_of(TABLES_KINDS.rules, 1, **{name: [value] for name, value in rules.items()}),
        job=_job_rows(cluster, jobs, policy, child_first),
        glance=_glances(cluster, jobs),
        wish=rows_of(
            TABLES_KINDS.wish,
            len(jobs.wishes.pool),
            **{one.name: getattr(jobs.wishes, one.name) for one in fields(jobs.wishes)},
            sure=_sure(jobs, nodes),
        ),
        award=rows_of(
            TABLES_KINDS.award,
            len(awards),
            cards_max=_column(_or_never(award.cards_max) for award in awards),
            grant=_column(_or_never(award.card_seconds) for award in awards),
            ends=_column(_or_never(award.ends_at) for award in awards),
        ),
        quality=rows_of(
            TABLES_KINDS.quality,
            len(qualities),
            priority=_column(one.priority * MILLION // top for one in qualities),
            rank=_column(one.rank for one in qualities),
            stops=_column(one.stops for one in qualities),
            when=_column(one.when_stopped.value for one in qualities),
        ),
        tree=rows_of(TABLES_KINDS.tree, len(tree.parent), parent=tree.parent, part=tree.part),
        path=tree.path.reshape(-1),
        array_most=arrays_of(jobs)[1],
        child=child,
        fragments=_column(
            fragmentation(free, policy.mix) for free in range(max(one.cards for one in nodes) + 1)
        ),
        **_node_rows(cluster, nodes),
    )


def rows_of(kind: Kind, number: int, **columns: ArrayLike) -> Rows:
    """So many rows of a kind; a shorter column is followed by zeros."""
    assert columns.keys() == set(kind.names or ()), (columns.keys(), kind.names)
    rows = np.zeros(number, dtype=kind)
    wide = {name: np.atleast_1d(np.asarray(values)) for name, values in columns.items()}
    # In blocks that stay in the cache while every column is written.
    for first in range(0, number, _BLOCK):
        block = rows[first : first + _BLOCK]
        for name, values in wide.items():
            part = values[first : first + _BLOCK]
            block[name][: len(part)] = part
    return rows


def _job_rows(cluster: Cluster, jobs: Jobs, policy: Policy, child_first: Column) -> Rows:
    """The jobs, and one row more."""
    begins = _column(
        -(1 << 60) if award.begins_at is None else award.begins_at for award in cluster.awards
    )
    eligible = np.maximum(jobs.submit, begins[jobs.award]) if len(jobs) else jobs.submit
    first_wish = jobs.wish_first[:-1]
    asked = jobs.wishes.cards[first_wish] * jobs.wishes.nodes[first_wish]
    size = asked * MILLION // cluster.cards
    return rows_of(
        TABLES_KINDS.job,
        len(jobs) + 1,
        eligible=eligible,
        arrivals=np.argsort(eligible, kind="stable"),
        award=jobs.award,
        quality=jobs.quality,
        requeues=jobs.requeues,
        array=arrays_of(jobs)[0],
        size_part=MILLION - size if policy.weights.favour_small else size,
        wish_first=jobs.wish_first,
        child_first=child_first,
    )


def _glances(cluster: Cluster, jobs: Jobs) -> Rows:
    """What a glance at a waiting job sees, if it is ``plain``.

    That is one with one wish, which stops nobody, is not suspended, and whose array has no bound.
    """
    qualities, wishes = cluster.qualities, jobs.wishes
    simple = _column(
        not one.stops and one.when_stopped is not WhenStopped.SUSPENDED for one in qualities
    )
    bounded = (jobs.array >= 0) & (jobs.array_most > 0)
    first = jobs.wish_first[:-1]
    cards = (wishes.cards * wishes.nodes)[first]
    limit, pool = wishes.limit[first], wishes.pool[first]
    return rows_of(
        TABLES_KINDS.glance,
        len(jobs),
        plain=(np.diff(jobs.wish_first) == 1) & (simple[jobs.quality] > 0) & ~bounded,
        award=jobs.award,
        pool=pool,
        level=pool * LEVELS + np.minimum(wishes.cards[first], LEVELS - 1),
        nodes=wishes.nodes[first],
        cards=cards,
        limit=limit,
        worst=cards * limit,
    )


def _column(values: Iterable[int]) -> Column:
    return np.array(list(values), dtype=np.int64)


def _or_never(value: int | None) -> int:
    return NEVER if value is None else value


def _firsts(counts: Iterable[int]) -> Column:
    return np.concatenate([[0], np.cumsum(_column(counts))]).astype(np.int64)


def _node_rows(cluster: Cluster, nodes: list[PoolNode]) -> dict[str, Rows]:
    """Nodes and pools (each with one row more), closings, and changes in the order of time."""
    item_first = _firsts(node.cards for node in nodes)
    pools = _column(node.pool for node in nodes)
    first_node = np.searchsorted(pools, np.arange(len(cluster.pools) + 1))
    words = -(-np.diff(first_node) // BITS)
    bills = {one.name: one.billing for one in cluster.partitions}
    closings = [closing for node in nodes for closing in node.closings]
    changes = _changes(nodes)
    names = ("at", "node", "cards", "cpus", "memory", "closings")
    return {
        "node": rows_of(
            TABLES_KINDS.node,
            len(nodes) + 1,
            cards=_column(node.cards for node in nodes),
            cpus=_column(node.cpus for node in nodes),
            memory=_column(node.memory for node in nodes),
            pool=pools,
            item_first=item_first,
            closing_first=_firsts(len(node.closings) for node in nodes),
        ),
        "pool": rows_of(
            TABLES_KINDS.pool,
            len(cluster.pools) + 1,
            first_node=first_node,
            first_item=item_first[first_node],
            words=words,
            first_word=_firsts(words * LEVELS),
            cards=_column(
                max((node.cards for node in nodes if node.pool == pool), default=0)
                for pool in range(len(cluster.pools))
            ),
            billing=_column(
                [*bills.values(), *(bills[lease.partition] for lease in cluster.leases)]
            ),
        ),
        "closing": rows_of(
            TABLES_KINDS.closing,
            len(closings),
            begin=_column(closing.begins_at for closing in closings),
            end=_column(closing.ends_at for closing in closings),
            cards=_column(closing.cards for closing in closings),
            cpus=_column(closing.cpus for closing in closings),
            memory=_column(closing.memory for closing in closings),
        ),
        "change": rows_of(
            TABLES_KINDS.change,
            len(changes),
            **{
                name: _column(change[position] for change in changes)
                for position, name in enumerate(names)
            },
        ),
    }


def _changes(nodes: list[PoolNode]) -> list[tuple[int, ...]]:
    """When, and by how much, a node's free cards change by themselves; -1 closing is left then."""
    changes = []
    for number, node in enumerate(nodes):
        for one in node.closings:
            begin = (one.begins_at, number, -one.cards, -one.cpus, -one.memory, 0)
            end = (one.ends_at, number, one.cards, one.cpus, one.memory, -1)
            changes += [change for change in (begin, end) if ALWAYS < change[0] < NEVER]
    return sorted(changes)


def _children(jobs: Jobs) -> tuple[Column, Column]:
    """For each job those that follow it."""
    followers = np.repeat(np.arange(len(jobs)), np.diff(jobs.after_first))
    order = np.argsort(jobs.after, kind="stable")
    counts = np.bincount(jobs.after, minlength=len(jobs))
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64), followers[order].astype(
        np.int64
    )


def arrays_of(jobs: Jobs) -> tuple[Column, Column]:
    """Arrays numbered from 0, and how many jobs of each may run at once."""
    known, numbers = np.unique(jobs.array, return_inverse=True)
    shift = int(len(known) > 0 and known[0] == -1)
    most = np.full(len(known) - shift, NEVER, dtype=np.int64)
    numbered = numbers.astype(np.int64) - shift
    bounded = (numbered >= 0) & (jobs.array_most > 0)
    most[numbered[bounded]] = jobs.array_most[bounded]
    return numbered, most


def _sure(jobs: Jobs, nodes: list[PoolNode]) -> Column:
    """Whether a wish will fit one day if only all others end: 1 or 0."""
    alike = Counter((node.pool, *_left_for_good(node)) for node in nodes)
    wishes = jobs.wishes
    found = np.zeros(len(wishes.pool), dtype=np.int64)
    for (pool, cards, cpus, memory), number in alike.items():
        fits = (wishes.pool == pool) & (wishes.cards <= cards)
        found += number * (fits & (wishes.cpus <= cpus) & (wishes.memory <= memory))
    return (found >= wishes.nodes).astype(np.int64)


def _left_for_good(node: PoolNode) -> tuple[int, int, int]:
    """What of a node is there in the end, when all has closed that ever closes for good."""
    gone = [one for one in node.closings if one.ends_at == NEVER]
    return (
        node.cards - sum(one.cards for one in gone),
        node.cpus - sum(one.cpus for one in gone),
        node.memory - sum(one.memory for one in gone),
    )
