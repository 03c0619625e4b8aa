"""What-if: small changes, each of which makes of a question another one.

A change touches the promise and the machines only; what runs and waits now is as it is. Times are
seconds of the question's own scale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.model import Award, Order, Window
from praya.core.simulator.forecast.question import Demand, Question, Standing
from praya.core.simulator.forecast.refusals import (
    NameTaken,
    NoSuchNodes,
    NotWholeNodes,
    OutsideForecast,
    StillNeeded,
    UnknownName,
    ValueOutside,
)

WEIGHTS = ("age", "fair_share", "size", "quality")
_WEIGHT_MAX = 10**6
_CARDS_MAX = 10**6


@dataclass(frozen=True, slots=True)
class AddAward:
    """One more award, with what it will ask for."""

    award: Award
    demands: tuple[Demand, ...]
    organisation_kind: str = ""

    def applied(self, question: Question) -> Question:
        """The question with it.

        Raises:
            NameTaken: there is such an award.
            UnknownName: a demand asks for a place that is not there.

        """
        awards = question.cluster.awards
        if self.award.name in [one.name for one in awards]:
            raise NameTaken(field="award", given=self.award.name)
        for demand in self.demands:
            for place in (demand.at, *demand.instead):
                _known("at", place, _places(question))
        cluster = replace(question.cluster, awards=(*awards, self.award))
        standing = Standing(self.award.name, self.organisation_kind)
        demands = tuple(replace(one, award=self.award.name) for one in self.demands)
        return replace(
            question,
            cluster=cluster,
            demands=question.demands + demands,
            standings=(*question.standings, standing),
        )


@dataclass(frozen=True, slots=True)
class DropAward:
    """The award asks for nothing any more; what of it waits now is gone as well."""

    award: str

    def applied(self, question: Question) -> Question:
        """The question without it.

        Raises:
            UnknownName: there is no such award.
            StillNeeded: it has a lease, or jobs that run.

        """
        name = known_award(question, self.award).name
        for by, names in (
            ("lease", [one.award for one in question.cluster.leases]),
            ("running", [one.award for one in question.running]),
        ):
            if name in names:
                raise StillNeeded(award=name, by=by)
        awards = tuple(one for one in question.cluster.awards if one.name != name)
        return replace(
            question,
            cluster=replace(question.cluster, awards=awards),
            demands=tuple(one for one in question.demands if one.award != name),
            waiting=tuple(one for one in question.waiting if one.award != name),
            standings=tuple(one for one in question.standings if one.award != name),
        )


@dataclass(frozen=True, slots=True)
class MoveAward:
    """The award begins at another time and ends as much later or earlier."""

    award: str
    begins_s: int

    def applied(self, question: Question) -> Question:
        """The question with the award and what it will ask for moved.

        Raises:
            UnknownName: there is no such award.
            OutsideForecast: it would begin before now, or after the forecast.

        """
        award = known_award(question, self.award)
        _inside(question, "begins_s", self.begins_s)
        begins_at = question.now_s if award.begins_at is None else award.begins_at
        by = self.begins_s - begins_at
        ends_at = None if award.ends_at is None else award.ends_at + by
        moved = replace(award, begins_at=self.begins_s, ends_at=ends_at)
        demands = tuple(
            one
            if one.award != award.name
            else replace(one, begins_s=one.begins_s + by, ends_s=one.ends_s + by)
            for one in question.demands
        )
        return replace(_with_award(question, moved), demands=demands)


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """Another number of cards at once for an award; without one, no limit."""

    award: str
    cards_max: int | None

    def applied(self, question: Question) -> Question:
        """The question with the limit.

        Raises:
            UnknownName: there is no such award.
            ValueOutside: the number is negative, or beyond a million.

        """
        award = known_award(question, self.award)
        if self.cards_max is not None:
            _between("cards_max", self.cards_max, 0, _CARDS_MAX)
        return _with_award(question, replace(award, cards_max=self.cards_max))


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
        _known("device_model", self.device_model, models)
        home = cluster.partitions[models.index(self.device_model)]
        _between("cards", self.cards, 1, _CARDS_MAX)
        if self.cards % home.cards:
            raise NotWholeNodes(
                device_model=self.device_model, given=self.cards, cards_per_node=home.cards
            )
        _inside(question, "at_s", self.at_s)
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
        _known("partition", self.partition, list(partitions))
        there = partitions[self.partition].nodes
        if self.first_node < 0 or self.nodes < 1 or self.first_node + self.nodes > there:
            raise NoSuchNodes(
                partition=self.partition, given=self.first_node + self.nodes, nodes=there
            )
        _inside(question, "begins_s", self.begins_s)
        if self.ends_s <= self.begins_s:
            earliest, latest = question.instant(self.begins_s), question.instant(question.until_s)
            given = question.instant(self.ends_s)
            raise OutsideForecast(field="ends_s", given=given, earliest=earliest, latest=latest)
        window = Window(self.partition, self.first_node, self.nodes, self.begins_s, self.ends_s)
        windows = (*question.cluster.windows, window)
        return replace(question, cluster=replace(question.cluster, windows=windows))


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Another weight of the priority: ``age``, ``fair_share``, ``size`` or ``quality``."""

    weight: str
    value: int

    def applied(self, question: Question) -> Question:
        """The question with the weight; the line is ordered by priority from now on.

        Raises:
            UnknownName: there is no such weight.
            ValueOutside: it is negative, or beyond a million.

        """
        _known("weight", self.weight, WEIGHTS)
        _between("value", self.value, 0, _WEIGHT_MAX)
        changed_one: dict[str, Any] = {self.weight: self.value}
        weights = replace(question.policy.weights, **changed_one)
        policy = replace(question.policy, weights=weights, order=Order.PRIORITY)
        return replace(question, policy=policy)


@dataclass(frozen=True, slots=True)
class SetBackfill:
    """Another rule of who may pass whom."""

    backfill: Backfill

    def applied(self, question: Question) -> Question:
        """The question with the rule."""
        return replace(question, policy=replace(question.policy, backfill=self.backfill))


@dataclass(frozen=True, slots=True)
class SetOrder:
    """Another order of the line."""

    order: Order

    def applied(self, question: Question) -> Question:
        """The question with the order."""
        return replace(question, policy=replace(question.policy, order=self.order))


Change = (
    AddAward
    | DropAward
    | MoveAward
    | ChangeLimit
    | BuyCards
    | CloseNodes
    | SetWeight
    | SetBackfill
    | SetOrder
)
KINDS: dict[str, type[Change]] = {
    "add_award": AddAward,
    "drop_award": DropAward,
    "move_award": MoveAward,
    "change_limit": ChangeLimit,
    "buy_cards": BuyCards,
    "close_nodes": CloseNodes,
    "set_weight": SetWeight,
    "set_backfill": SetBackfill,
    "set_order": SetOrder,
}


def changed(question: Question, changes: Iterable[Change]) -> Question:
    """The question after all changes, one after the other; refuses what any of them refuses."""
    for change in changes:
        question = change.applied(question)
    return question


def _places(question: Question) -> list[str]:
    models = [one.device_model for one in question.cluster.partitions]
    return [*question.cluster.pools, *dict.fromkeys(models)]


def known_award(question: Question, name: str) -> Award:
    """The award of that name.

    Raises:
        UnknownName: there is none.

    """
    awards = {one.name: one for one in question.cluster.awards}
    _known("award", name, list(awards))
    return awards[name]


def _with_award(question: Question, award: Award) -> Question:
    awards = tuple(award if one.name == award.name else one for one in question.cluster.awards)
    return replace(question, cluster=replace(question.cluster, awards=awards))


def _known(field: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        near = get_close_matches(given, known, n=1)
        raise UnknownName(
            field=field, given=given, known=tuple(dict.fromkeys(known)), suggestion="".join(near)
        )


def _between(field: str, given: int, least: int, most: int) -> None:
    if not least <= given <= most:
        raise ValueOutside(field=field, given=given, least=least, most=most)


def _inside(question: Question, field: str, second: int) -> None:
    if not question.now_s <= second < question.until_s:
        given, earliest = question.instant(second), question.instant(question.now_s)
        latest = question.instant(question.until_s)
        raise OutsideForecast(field=field, given=given, earliest=earliest, latest=latest)
