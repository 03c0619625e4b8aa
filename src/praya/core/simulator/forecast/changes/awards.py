"""Changes of awards: one more or less, another time, another limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from praya.core.scheduling.profile import NEVER
from praya.core.simulator.cluster.leasing import room_for
from praya.core.simulator.cluster.model import Award, Cluster, Lease
from praya.core.simulator.forecast.changes.checking import (
    CARDS_MAX,
    check_between,
    check_inside,
    check_known,
    check_open,
)
from praya.core.simulator.forecast.places import places_of
from praya.core.simulator.forecast.question import Demand, Question, Standing
from praya.core.simulator.forecast.refusals import NameTaken

# Behind the name of a lease that was given back: what its jobs hold until they must have ended.
HELD_STILL = " (jobs run out)"


@dataclass(frozen=True, slots=True)
class AddAward:
    """One more award, with what it will ask for and what it leases."""

    award: Award
    demands: tuple[Demand, ...]
    organisation_kind: str = ""
    leases: tuple[Lease, ...] = ()
    plan: tuple[tuple[int, int], ...] = ()  # as of a standing

    def applied(self, question: Question) -> Question:
        """The question with it.

        Raises:
            NameTaken: there is such an award, or something that jobs draw from is called so.
            ValueOutside: a lease is of more cards than no other lease has then.
            UnknownName: a demand asks for a place that is not there.
            LeaseOfAnother: it asks for one that another award leases.

        """
        cluster = question.cluster
        if self.award.name in [one.name for one in cluster.awards]:
            raise NameTaken(field="award", given=self.award.name)
        for lease in self.leases:
            if lease.name in cluster.pools:
                raise NameTaken(field="lease", given=lease.name)
            check_known("partition", lease.partition, [one.name for one in cluster.partitions])
            cluster = _with_lease(cluster, replace(lease, award=self.award.name))
        cluster = replace(cluster, awards=(*cluster.awards, self.award))
        question = replace(question, cluster=cluster)
        for demand in self.demands:
            for place in (demand.at, *demand.instead):
                check_known("at", place, _places(question))
                check_open(cluster, place, self.award.name)
        standing = Standing(self.award.name, self.organisation_kind, plan=self.plan)
        demands = tuple(replace(one, award=self.award.name) for one in self.demands)
        return replace(
            question,
            demands=question.demands + demands,
            standings=(*question.standings, standing),
        )


@dataclass(frozen=True, slots=True)
class DropAward:
    """From now on the award, or each of a group, asks for nothing, and nothing of it waits.

    What it leases is given back. Jobs that run go on to their ends, without a grant to be used.
    """

    award: str

    def applied(self, question: Question) -> Question:
        """The question without it.

        Raises:
            UnknownName: there is no such award.

        """
        for award in known_awards(question, self.award):
            question = _dropped(question, award)
        return question


def _dropped(question: Question, award: Award) -> Question:
    name = award.name
    question = _given_back(question, name)
    runs = any(one.award == name for one in question.running)
    awards = [one for one in question.cluster.awards if one.name != name or runs]
    awards = [replace(one, card_seconds=None) if one.name == name else one for one in awards]
    return replace(
        question,
        cluster=replace(question.cluster, awards=tuple(awards)),
        demands=tuple(one for one in question.demands if one.award != name),
        waiting=tuple(one for one in question.waiting if one.award != name),
        standings=tuple(one for one in question.standings if one.award != name or runs),
    )


@dataclass(frozen=True, slots=True)
class MoveAward:
    """The award begins at another time, and ends as much later or earlier.

    Of one in force that is what is left of it: it stands still until then, and jobs that run go on
    to their ends. Its leases move with it. The awards of a group keep their distances; the first of
    them begins at ``begins_s``.
    """

    award: str
    begins_s: int

    def applied(self, question: Question) -> Question:
        """The question with the award, its leases and what it will ask for moved.

        Raises:
            UnknownName: there is no such award.
            OutsideForecast: it would begin before now, or after the forecast.
            ValueOutside: other leases leave less than a lease's cards at its new time.

        """
        awards = known_awards(question, self.award)
        check_inside(question, "begins_s", self.begins_s)
        open_ones = [
            one for one in awards if one.ends_at is None or one.ends_at > question.now_s
        ] or awards
        by = self.begins_s - min(_begins_s(question, one) for one in open_ones)
        for award in open_ones if by else ():
            question = _moved(question, award, by)
        return question


def _moved(question: Question, award: Award, by: int) -> Question:
    name, leases = award.name, _leases_of(question, award.name)
    begins_s = _begins_s(question, award) + by
    question = _given_back(question, name, until_s=begins_s)
    cluster = question.cluster
    for lease in leases:
        begins_at = max(lease.begins_at, question.now_s) + by
        moved = replace(lease, begins_at=begins_at, ends_at=lease.ends_at + by)
        cluster = _with_lease(cluster, moved)
    ends_at = None if award.ends_at is None else award.ends_at + by
    awards = _put(cluster.awards, replace(award, begins_at=begins_s, ends_at=ends_at))
    demands = tuple(one.moved(by) if one.award == name else one for one in question.demands)
    standings = tuple(
        replace(one, plan=tuple((at + by, part) for at, part in one.plan))
        if one.award == name
        else one
        for one in question.standings
    )
    cluster = replace(cluster, awards=awards)
    return replace(question, cluster=cluster, demands=demands, standings=standings)


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """Another number of cards at once for an award, or for each of a group; without one, no limit.

    Where an award had no limit but that of its leases, each lease gets so many cards. Else leases
    that are larger shrink to it. None shrinks below what jobs hold on it now.
    """

    award: str
    cards_max: int | None

    def applied(self, question: Question) -> Question:
        """The question with the limit.

        Raises:
            UnknownName: there is no such award.
            ValueOutside: the number is negative, beyond a million, or more than can be leased.

        """
        awards, most = known_awards(question, self.award), self.cards_max
        if most is not None:
            check_between("cards_max", most, 0, CARDS_MAX)
        for award in awards:
            if most is not None:
                for lease in _leases_of(question, award.name):
                    cards = most if award.cards_max is None else min(most, lease.cards)
                    question = _sized(question, lease, cards)
            limited = _put(question.cluster.awards, replace(award, cards_max=most))
            question = replace(question, cluster=replace(question.cluster, awards=limited))
        return question


def _sized(question: Question, lease: Lease, cards: int) -> Question:
    """The question with a lease of so many cards; jobs that are larger go."""
    if cards == 0:
        question = _given_back(question, lease.award)
    else:
        question, kept = _packed(question, lease, lease.name)
        others = _without(question.cluster, lease)
        sized = replace(lease, cards=max(cards, kept))
        question = replace(question, cluster=_with_lease(others, sized))
    homes = places_of(question).get(lease.name, [])
    return replace(
        question,
        demands=tuple(one for one in question.demands if cards or one.at != lease.name),
        waiting=tuple(
            one
            for one in question.waiting
            if one.at != lease.name
            or (
                one.nodes * one.cards <= cards
                and any(home.with_cards(one.cards) >= one.nodes for home in homes)
            )
        ),
    )


def _given_back(question: Question, award: str, *, until_s: int = NEVER) -> Question:
    """The question without an award's leases.

    What jobs hold of them is kept for these until they must have ended, or an earlier instant.
    """
    for lease in _leases_of(question, award):
        ends = [
            max(one.begun_s + one.limit_s, question.now_s + 1)
            for one in question.running
            if one.pool == lease.name
        ]
        left = f"{lease.name}{HELD_STILL}"
        question, kept = _packed(question, lease, left)
        cluster = _without(question.cluster, lease)
        if ends:
            ends_at = min(max(ends), lease.ends_at, until_s)
            rest = replace(lease, name=left, cards=kept, ends_at=ends_at)
            cluster = replace(cluster, leases=(*cluster.leases, rest))
        question = replace(question, cluster=cluster)
    return question


def _packed(question: Question, lease: Lease, name: str) -> tuple[Question, int]:
    """The jobs that run on a lease put on its first nodes, in a pool of that name; their cards."""
    there = [one for one in question.running if one.pool == lease.name]
    used = sorted({node for one in there for node in one.on})
    place = {node: number for number, node in enumerate(used)}
    running = tuple(
        replace(one, pool=name, on=tuple(place[node] for node in one.on))
        if one.pool == lease.name
        else one
        for one in question.running
    )
    [home] = [one for one in question.cluster.partitions if one.name == lease.partition]
    kept = min(len(used) * home.cards, lease.cards)
    return replace(question, running=running), kept


def known_award(question: Question, name: str) -> Award:
    """The award of that name.

    Raises:
        UnknownName: there is none.

    """
    awards = {one.name: one for one in question.cluster.awards}
    check_known("award", name, list(awards))
    return awards[name]


def known_awards(question: Question, name: str) -> list[Award]:
    """The award of that name, or those of the group that is called so.

    Raises:
        UnknownName: there is neither.

    """
    awards = question.cluster.awards
    groups = [group for one in awards for group in one.under]
    check_known("award", name, [*(one.name for one in awards), *groups])
    named = [one for one in awards if one.name == name]
    return named or [one for one in awards if name in one.under]


def _leases_of(question: Question, award: str) -> list[Lease]:
    """What an award leases from now on, or will."""
    return [
        one
        for one in question.cluster.leases
        if one.award == award and one.ends_at > question.now_s and not one.name.endswith(HELD_STILL)
    ]


def _begins_s(question: Question, award: Award) -> int:
    """When an award begins, or what is left of it now."""
    return max(question.now_s, question.now_s if award.begins_at is None else award.begins_at)


def _put(awards: Sequence[Award], award: Award) -> tuple[Award, ...]:
    return tuple(award if one.name == award.name else one for one in awards)


def _without(cluster: Cluster, lease: Lease) -> Cluster:
    return replace(cluster, leases=tuple(one for one in cluster.leases if one is not lease))


def _with_lease(cluster: Cluster, lease: Lease) -> Cluster:
    """The cluster with one more lease; refuses one for which there is no room."""
    [home] = [one for one in cluster.partitions if one.name == lease.partition]
    room = room_for(home, cluster.leases, begins_at=lease.begins_at, ends_at=lease.ends_at)
    check_between("cards", lease.cards, 1, room)
    return replace(cluster, leases=(*cluster.leases, lease))


def _places(question: Question) -> list[str]:
    models = [one.device_model for one in question.cluster.partitions]
    return [*question.cluster.pools, *dict.fromkeys(models)]
