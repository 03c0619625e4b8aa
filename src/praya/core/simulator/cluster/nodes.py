"""The nodes of a cluster's pools, with when they are closed. No arrays: a site asks it, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.scheduling.snapshot import Closing
from praya.core.simulator.cluster.leasing import pieces_of
from praya.core.simulator.cluster.model import Cluster

Span = tuple[int, int]  # from one instant until another


@dataclass(frozen=True, slots=True)
class PoolNode:
    """One node of a pool. A lease's nodes are pieces of its partition's.

    A window closes a whole node, with every lease's piece of it.
    """

    pool: int
    cards: int
    cpus: int
    memory: int
    closings: tuple[Closing, ...]


def pool_nodes(cluster: Cluster) -> list[PoolNode]:
    """The nodes of all pools, in the order of the pools."""
    partitions = {one.name: number for number, one in enumerate(cluster.partitions)}
    positions = {one.name: len(partitions) + row for row, one in enumerate(cluster.leases)}
    open_nodes: list[PoolNode] = []
    leased: list[PoolNode] = []
    for whole, closed in zip(cluster.partitions, _closed(cluster), strict=True):
        size = (whole.cards, whole.cpus, whole.memory)
        closings = [_closings(size, spans) for spans in closed]
        for lease, pieces in pieces_of(whole, cluster.leases):
            assert sum(cards for _, cards in pieces) == lease.cards, (lease, pieces)
            for node, cards in pieces:
                piece = (
                    cards,
                    whole.cpus * cards // whole.cards,
                    whole.memory * cards // whole.cards,
                )
                held = gaps(closed[node], lease.begins_at, lease.ends_at)
                closings[node] += _closings(piece, held)
                away = tuple(_closings(piece, gaps(held, ALWAYS, NEVER)))
                leased.append(PoolNode(positions[lease.name], *piece, away))
        number = partitions[whole.name]
        open_nodes += [PoolNode(number, *size, tuple(found)) for found in closings]
    leased.sort(key=lambda one: one.pool)
    return open_nodes + leased


def gaps(spans: list[Span], begins_at: int, ends_at: int) -> list[Span]:
    """What sorted spans leave of the time from one instant until another.

    >>> gaps([(0, 2), (1, 3), (5, 9)], 2, 7)
    [(3, 5)]
    """
    found = []
    for begin, end in spans:
        if begins_at < min(begin, ends_at):
            found.append((begins_at, min(begin, ends_at)))
        begins_at = max(begins_at, end)
    return [*found, (begins_at, ends_at)] if begins_at < ends_at else found


def _closed(cluster: Cluster) -> list[list[list[Span]]]:
    """When each node of each partition is closed: sorted spans."""
    found: dict[str, list[list[Span]]] = {
        one.name: [[] for _ in range(one.nodes)] for one in cluster.partitions
    }
    for window in sorted(cluster.windows, key=lambda one: one.begins_at):
        for spans in found[window.partition][window.first_node :][: window.nodes]:
            spans.append((window.begins_at, window.ends_at))
    return list(found.values())


def _closings(size: tuple[int, int, int], spans: Iterable[Span]) -> list[Closing]:
    cards, cpus, memory = size
    return [Closing(cards, begin, end, cpus, memory) for begin, end in spans]
