"""The nodes of a cluster's pools, with when they are closed. No arrays: a site asks it, too."""

from __future__ import annotations

from dataclasses import dataclass

from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.scheduling.snapshot import Closing
from praya.core.simulator.cluster.leasing import pieces_of
from praya.core.simulator.cluster.model import Cluster


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
    positions = {lease.name: len(names) + row for row, lease in enumerate(cluster.leases)}
    for number, whole in enumerate(cluster.partitions):
        for lease, pieces in pieces_of(whole, cluster.leases):
            assert sum(cards for _, cards in pieces) == lease.cards, (lease, pieces)
            for node, cards in pieces:
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
                leased.append(PoolNode(positions[lease.name], cards, cpus, memory, outside))
    leased.sort(key=lambda one: one.pool)
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
