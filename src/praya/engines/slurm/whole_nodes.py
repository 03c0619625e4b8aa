"""What a job that waits for whole nodes will hold: more than the cards it asks for.

Slurm tells of what waits as many cards as were asked for. It starts a job that shares its nodes
with nobody (``--exclusive``, or a partition that gives no parts) with all their cards, and compares
and charges all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from praya.core.execution.discovery import NodeSeen, PartitionSeen

# As ``squeue`` has it in the column OverSubscribe.
_SHARES_WITH_NOBODY = "NO"


@dataclass(frozen=True, slots=True)
class Machines:
    """The cards of the nodes of each partition by device model, one row for each node."""

    nodes: Mapping[str, Sequence[Mapping[str, int]]]

    @property
    def models(self) -> dict[str, str]:
        """The device model of each partition that has one kind of card only."""
        found = {
            name: {one for node in nodes for one in node} for name, nodes in self.nodes.items()
        }
        return {
            name: model for name, models in found.items() if len(models) == 1 for model in models
        }

    def held(
        self, partitions: str, shares: str, asked: Mapping[str, int], total: int, nodes: int
    ) -> tuple[int, int]:
        """The cards and nodes that a job which waits will hold, of one of its partitions.

        ``asked`` are its cards by device model as far as it named any, ``total`` all of them. Where
        the nodes that have them differ, it is told with the fewest: it holds so many for certain.

        >>> machines = Machines({"p": [{"h800": 8}, {"h800": 8}], "q": [{}]})
        >>> machines.held("p", "NO", {"h800": 2}, 2, 1), machines.held("p", "OK", {}, 2, 1)
        ((8, 1), (2, 1))
        >>> machines.held("p", "NO", {}, 10, 1), machines.held("q", "NO", {}, 0, 1)
        ((16, 2), (0, 1))
        """
        here = [node for name in partitions.split(",") for node in self.nodes.get(name, ())]
        fitting = [
            sum(node.values())
            for node in here
            if all(node.get(model, 0) for model in asked) and (node or not total)
        ]
        if shares != _SHARES_WITH_NOBODY or not nodes or not fitting:
            return total, nodes
        each = min(fitting)
        nodes = max(nodes, -(-total // each)) if each else nodes
        return nodes * each, nodes


def machines_of(
    nodes: Sequence[NodeSeen], partitions: Sequence[PartitionSeen], models: Mapping[str, str]
) -> Machines:
    """The machines, with the device models for what the cluster calls the kinds of its cards."""
    cards = {
        node.name: {models.get(kind, kind): number for kind, number in node.cards.items()}
        for node in nodes
    }
    return Machines({part.name: [cards[name] for name in part.nodes] for part in partitions})
