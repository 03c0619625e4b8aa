"""Where leases stand: on the last nodes of their partitions, one lease after the other.

They are placed as they begin. A lease takes cards of any nodes, so each finds a place as long as
no more cards are leased at any instant than there are, whatever came before or was taken away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from praya.core.simulator.cluster.model import Lease, Partition

Piece = tuple[int, int]  # a node, and how many of its cards


def pieces_of(partition: Partition, leases: Iterable[Lease]) -> list[tuple[Lease, list[Piece]]]:
    """The leases on a partition as they begin, each with its pieces, as far as there is room.

    Those that never stand at the same time may share nodes.

    >>> racks = Partition("p", "H800", nodes=2, cards=4)
    >>> early, late = Lease("l", "a", "p", 6, 0, 9), Lease("m", "a", "p", 3, 5, 12)
    >>> [pieces for _, pieces in pieces_of(racks, (late, early))]
    [[(1, 4), (0, 2)], [(0, 2)]]
    """
    free = [partition.cards] * partition.nodes
    placed: list[tuple[Lease, list[Piece]]] = []
    standing: list[tuple[Lease, list[Piece]]] = []
    here = (one for one in leases if one.partition == partition.name)
    for lease in sorted(here, key=lambda one: one.begins_at):
        for other, pieces in standing:
            if other.ends_at <= lease.begins_at:
                for node, cards in pieces:
                    free[node] += cards
        standing = [one for one in standing if one[0].ends_at > lease.begins_at]
        mine, left = [], lease.cards
        for node in reversed(range(partition.nodes)):
            if not left:
                break
            cards = min(left, free[node])
            if cards > 0:
                mine.append((node, cards))
                free[node] -= cards
                left -= cards
        placed.append((lease, mine))
        standing.append((lease, mine))
    return placed


def room_for(partition: Partition, leases: Sequence[Lease], *, begins_at: int, ends_at: int) -> int:
    """The cards on which one more lease could stand from one instant until another.

    >>> racks = Partition("p", "H800", nodes=2, cards=4)
    >>> early, late = Lease("l", "a", "p", 6, 0, 9), Lease("m", "a", "p", 3, 9, 12)
    >>> room_for(racks, (early, late), begins_at=5, ends_at=12)
    2
    """
    beside = [
        one
        for one in leases
        if one.partition == partition.name and one.begins_at < ends_at and begins_at < one.ends_at
    ]
    # At one instant what ends goes before what begins.
    steps = [(one.ends_at, -one.cards) for one in beside]
    steps += [(max(one.begins_at, begins_at), one.cards) for one in beside]
    leased = accumulate((cards for _, cards in sorted(steps)), initial=0)
    return partition.nodes * partition.cards - max(leased)
