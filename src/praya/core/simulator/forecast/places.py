"""Where the jobs of a question may run. No arrays: a site asks it of an award it may drop."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.question import Question


class Home(NamedTuple):
    """A pool where jobs may run; ``nodes`` tells how many have so many cards, empty.

    A lease may stand on parts of nodes.
    """

    pool: int
    nodes: tuple[tuple[int, int], ...]  # cards, and how many nodes have them
    speed_percent: int

    def with_cards(self, cards: Any) -> Any:  # noqa: ANN401 -- of a number, or of an array of them
        """How many of its nodes have so many cards, or more."""
        return sum(number * (cards <= has) for has, number in self.nodes)


def places_of(question: Question) -> dict[str, list[Home]]:
    """The pools that each name stands for: a partition, a lease, or a device model."""
    cluster = question.cluster
    speeds = {one.code: one.speed_percent for one in question.devices}
    homes = {one.name: one for one in cluster.partitions}
    nodes: dict[int, Counter[int]] = {pool: Counter() for pool in range(len(cluster.pools))}
    for node in pool_nodes(cluster):
        nodes[node.pool][node.cards] += 1
    found: dict[str, list[Home]] = {}
    for pool, name in enumerate(cluster.pools):
        is_lease = pool >= len(cluster.partitions)
        home = homes[cluster.leases[pool - len(homes)].partition if is_lease else name]
        here = Home(pool, tuple(sorted(nodes[pool].items())), speeds.get(home.device_model, 100))
        found.setdefault(name, []).append(here)
        if not is_lease and home.device_model != name:
            found.setdefault(home.device_model, []).append(here)
    return found
