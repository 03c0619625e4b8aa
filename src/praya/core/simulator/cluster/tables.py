"""A cluster, its jobs and a policy as arrays: what the kernels read and never write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from praya.core.scheduling.placement import Rule, fragmentation
from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.scheduling.snapshot import Closing
from praya.core.simulator.cluster.jobs import Column, Jobs
from praya.core.simulator.cluster.model import Cluster, Order, Policy
from praya.core.simulator.cluster.shares import tree_of

MILLION = 1_000_000
LEVELS = 65  # nodes are told apart by free cards up to 64; more count as 64
BITS = 32  # nodes in a word
ORDERS = tuple(Order)
BACKFILLS = tuple(Backfill)
RULES = tuple(Rule)

# Rows of named columns: an array of records.
Rows = NDArray[Any]


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
    wish: Rows
    award: Rows
    quality: Rows
    tree: Rows
    path: Column  # places of each award in the tree, ``rules.depth`` for each
    child: Column
    fragments: Column
    array_most: Column  # jobs of each array that may run at once


@dataclass(frozen=True, slots=True)
class PoolNode:
    """One node of a pool. A lease's nodes are pieces of its partition's."""

    pool: int
    cards: int
    cpus: int
    memory: int
    closings: tuple[Closing, ...]


def pool_nodes(cluster: Cluster) -> list[PoolNode]:
    """The nodes of all pools, in the order of the pools."""
    closings: list[list[list[Closing]]] = [
        [[] for _ in range(partition.nodes)] for partition in cluster.partitions
    ]
    names = [partition.name for partition in cluster.partitions]
    for window in cluster.windows:
        number = names.index(window.partition)
        whole = cluster.partitions[number]
        for node in range(window.first_node, window.first_node + window.nodes):
            closings[number][node].append(
                Closing(whole.cards, window.begins_at, window.ends_at, whole.cpus, whole.memory)
            )
    leased: list[PoolNode] = []
    taken: list[list[list[Closing]]] = [[[] for _ in one] for one in closings]
    for position, lease in enumerate(cluster.leases):
        number = names.index(lease.partition)
        whole, left = cluster.partitions[number], lease.cards
        for node in reversed(range(whole.nodes)):
            there = sum(
                one.cards
                for one in taken[number][node]
                if one.begins_at < lease.ends_at and lease.begins_at < one.ends_at
            )
            cards = min(left, whole.cards - there)
            if cards > 0:
                left -= cards
                cpus, memory = (
                    whole.cpus * cards // whole.cards,
                    whole.memory * cards // whole.cards,
                )
                piece = Closing(cards, lease.begins_at, lease.ends_at, cpus, memory)
                taken[number][node].append(piece)
                outside = (
                    Closing(cards, ALWAYS, lease.begins_at, cpus, memory),
                    Closing(cards, lease.ends_at, NEVER, cpus, memory),
                )
                pool = len(names) + position
                leased.append(PoolNode(pool, cards, cpus, memory, outside))
        assert left == 0, (lease, left)
    open_nodes = [
        PoolNode(
            number,
            partition.cards,
            partition.cpus,
            partition.memory,
            (*closings[number][node], *taken[number][node]),
        )
        for number, partition in enumerate(cluster.partitions)
        for node in range(partition.nodes)
    ]
    return open_nodes + leased


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
        rules=rows_of(1, **{name: [value] for name, value in rules.items()}),
        job=_job_rows(cluster, jobs, policy, child_first),
        wish=rows_of(
            len(jobs.wishes.pool),
            **{one.name: getattr(jobs.wishes, one.name) for one in fields(jobs.wishes)},
            sure=_sure(jobs, nodes),
        ),
        award=rows_of(
            len(awards),
            cards_max=_column(_or_never(award.cards_max) for award in awards),
            grant=_column(_or_never(award.card_seconds) for award in awards),
            ends=_column(_or_never(award.ends_at) for award in awards),
        ),
        quality=rows_of(
            len(qualities),
            priority=_column(one.priority * MILLION // top for one in qualities),
            rank=_column(one.rank for one in qualities),
            stops=_column(one.stops for one in qualities),
            when=_column(one.when_stopped.value for one in qualities),
        ),
        tree=rows_of(len(tree.parent), parent=tree.parent, part=tree.part),
        path=tree.path.reshape(-1),
        array_most=arrays_of(jobs)[1],
        child=child,
        fragments=_column(
            fragmentation(free, policy.mix) for free in range(max(one.cards for one in nodes) + 1)
        ),
        **_node_rows(cluster, nodes),
    )


def rows_of(number: int, **columns: ArrayLike) -> Rows:
    """So many rows of these columns; a shorter column is followed by zeros."""
    kinds = [
        (name, np.float64 if np.asarray(values).dtype.kind == "f" else np.int64)
        for name, values in columns.items()
    ]
    rows = np.zeros(number, dtype=np.dtype(kinds, align=True))
    for name, values in columns.items():
        rows[name][: len(np.atleast_1d(values))] = values
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
            len(nodes) + 1,
            cards=_column(node.cards for node in nodes),
            cpus=_column(node.cpus for node in nodes),
            memory=_column(node.memory for node in nodes),
            pool=pools,
            item_first=item_first,
            closing_first=_firsts(len(node.closings) for node in nodes),
        ),
        "pool": rows_of(
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
            len(closings),
            begin=_column(closing.begins_at for closing in closings),
            end=_column(closing.ends_at for closing in closings),
            cards=_column(closing.cards for closing in closings),
            cpus=_column(closing.cpus for closing in closings),
            memory=_column(closing.memory for closing in closings),
        ),
        "change": rows_of(
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
    left = [
        [
            total - sum(size for size, end in lost if end == NEVER)
            for total, lost in (
                (node.cards, [(one.cards, one.ends_at) for one in node.closings]),
                (node.cpus, [(one.cpus, one.ends_at) for one in node.closings]),
                (node.memory, [(one.memory, one.ends_at) for one in node.closings]),
            )
        ]
        for node in nodes
    ]
    shapes, inverse = np.unique(
        np.stack(
            [
                jobs.wishes.pool,
                jobs.wishes.nodes,
                jobs.wishes.cards,
                jobs.wishes.cpus,
                jobs.wishes.memory,
            ],
            axis=1,
        ),
        axis=0,
        return_inverse=True,
    )
    answers = [
        sum(
            node.pool == pool and cards <= free[0] and cpus <= free[1] and memory <= free[2]
            for node, free in zip(nodes, left, strict=True)
        )
        >= count
        for pool, count, cards, cpus, memory in shapes.tolist()
    ]
    return _column(answers)[inverse.reshape(-1)]
