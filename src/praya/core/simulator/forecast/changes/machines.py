"""Changes of the machines: cards bought, nodes closed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.model import Window
from praya.core.simulator.forecast.changes.checking import (
    CARDS_MAX,
    check_between,
    check_inside,
    check_known,
)
from praya.core.simulator.forecast.question import Question
from praya.core.simulator.forecast.refusals import NoSuchNodes, NotWholeNodes, OutsideForecast


@dataclass(frozen=True, slots=True)
class BuyCards:
    """So many cards of a device model more, in service from ``at_s``.

    They are nodes like those of the first partition of that model, put before its first node:
    leases are taken from the last nodes, and stay where they are.
    """

    device_model: str
    cards: int
    at_s: int

    def applied(self, question: Question) -> Question:
        """The question with the nodes.

        Raises:
            UnknownName: no partition is of that model.
            ValueOutside: no card is bought, or more than a million.
            NotWholeNodes: the cards do not fill nodes.
            OutsideForecast: they come before now, or after the forecast.

        """
        cluster = question.cluster
        models = [one.device_model for one in cluster.partitions]
        check_known("device_model", self.device_model, models)
        home = cluster.partitions[models.index(self.device_model)]
        check_between("cards", self.cards, 1, CARDS_MAX)
        if self.cards % home.cards:
            raise NotWholeNodes(
                device_model=self.device_model, given=self.cards, cards_per_node=home.cards
            )
        check_inside(question, "at_s", self.at_s)
        more = self.cards // home.cards
        partitions = tuple(
            replace(one, nodes=one.nodes + more) if one is home else one
            for one in cluster.partitions
        )
        windows = tuple(
            replace(one, first_node=one.first_node + more) if one.partition == home.name else one
            for one in cluster.windows
        )
        closed = Window(home.name, 0, more, ALWAYS, self.at_s)
        running = tuple(
            replace(one, on=tuple(node + more for node in one.on)) if one.pool == home.name else one
            for one in question.running
        )
        cluster = replace(cluster, partitions=partitions, windows=(*windows, closed))
        return replace(question, cluster=cluster, running=running)


@dataclass(frozen=True, slots=True)
class CloseNodes:
    """Nodes out of service from ``begins_s`` until ``ends_s``; they drain before."""

    partition: str
    first_node: int
    nodes: int
    begins_s: int
    ends_s: int

    def applied(self, question: Question) -> Question:
        """The question with the window.

        Raises:
            UnknownName: there is no such partition.
            NoSuchNodes: it has fewer nodes.
            OutsideForecast: it begins before now or after the forecast, or ends before it begins.

        """
        partitions = {one.name: one for one in question.cluster.partitions}
        check_known("partition", self.partition, list(partitions))
        there = partitions[self.partition].nodes
        if self.first_node < 0 or self.nodes < 1 or self.first_node + self.nodes > there:
            raise NoSuchNodes(
                partition=self.partition, given=self.first_node + self.nodes, nodes=there
            )
        check_inside(question, "begins_s", self.begins_s)
        if self.ends_s <= self.begins_s:
            earliest, latest = question.instant(self.begins_s), question.instant(question.until_s)
            given = question.instant(self.ends_s)
            raise OutsideForecast(field="ends_s", given=given, earliest=earliest, latest=latest)
        window = Window(self.partition, self.first_node, self.nodes, self.begins_s, self.ends_s)
        windows = (*question.cluster.windows, window)
        return replace(question, cluster=replace(question.cluster, windows=windows))
