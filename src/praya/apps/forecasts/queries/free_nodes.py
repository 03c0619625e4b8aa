"""What is free on the machines of a forecast now, and the taking of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from heapq import heappop, heappush

from praya.apps.forecasts.queries.machines import Machines
from praya.core.simulator.cluster.leasing import pieces_of


def free_cards(machines: Machines, now_s: int) -> dict[str, list[int]]:
    """The cards on each node of each pool that are in service now; a lease's are its own."""
    found: dict[str, list[int]] = {}
    for home in machines.partitions:
        free = [home.cards] * home.nodes
        for lease, pieces in pieces_of(home, machines.leases):
            found[lease.name] = [cards for _, cards in pieces]
            for node, cards in pieces if lease.begins_at <= now_s < lease.ends_at else ():
                free[node] -= cards
        for one in machines.windows:
            if one.partition == home.name and one.begins_at <= now_s < one.ends_at:
                free[one.first_node : one.first_node + one.nodes] = [0] * one.nodes
        found[home.name] = free
    return found


class FreeNodes:
    """The nodes of a pool by what is free on them."""

    def __init__(self, cards: Sequence[int]) -> None:
        self.by_free: dict[int, list[int]] = defaultdict(list)
        for node, free in enumerate(cards):
            self.by_free[free].append(node)  # in order, so each list is a heap

    def taken(self, nodes: int, each: int) -> tuple[int, ...]:
        """So many nodes with so many cards, the fullest first, and of those the first; or none."""
        levels = [free for free in sorted(self.by_free) if free >= each]
        if sum(len(self.by_free[free]) for free in levels) < nodes:
            return ()
        found: list[tuple[int, int]] = []
        for free in levels:
            while self.by_free[free] and len(found) < nodes:
                found.append((heappop(self.by_free[free]), free))
        for node, free in found:
            heappush(self.by_free[free - each], node)
        return tuple(sorted(node for node, _ in found))
