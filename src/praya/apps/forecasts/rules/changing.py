"""What-if, as people ask it: in days, cards and codes of awards, one line for each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Any

from praya.apps.forecasts.rules.nodes import spread
from praya.apps.forecasts.rules.standing import ChangeUnfit
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Award, Cluster, Lease, Order
from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.changes import (
    WEIGHTS,
    AddAward,
    BuyCards,
    Change,
    ChangeLimit,
    CloseNodes,
    DropAward,
    MoveAward,
    SetBackfill,
    SetOrder,
    SetWeight,
)
from praya.core.simulator.forecast.changes.checking import check_known
from praya.core.simulator.forecast.question import Demand, JobsLike, Kinds, Question
from praya.core.simulator.forecast.refusals import NotWholeNodes, ValueOutside

HOUR_S = 3_600
ONE_DAY = timedelta(days=1)


class WhatIfKind(StrEnum):
    """What may be changed."""

    ADD_AWARD = "add_award"
    ADD_LEASE = "add_lease"
    DROP_AWARD = "drop_award"
    MOVE_AWARD = "move_award"
    CHANGE_LIMIT = "change_limit"
    BUY_CARDS = "buy_cards"
    CLOSE_CARDS = "close_cards"
    SET_WEIGHT = "set_weight"
    SET_BACKFILL = "set_backfill"
    SET_ORDER = "set_order"


# What each kind takes, in the order in which it is asked for.
TAKES: dict[WhatIfKind, tuple[str, ...]] = {
    WhatIfKind.ADD_AWARD: ("device_model", "cards", "card_hours", "first_on", "last_on"),
    WhatIfKind.ADD_LEASE: ("device_model", "cards", "first_on", "last_on"),
    WhatIfKind.DROP_AWARD: ("award",),
    WhatIfKind.MOVE_AWARD: ("award", "first_on"),
    WhatIfKind.CHANGE_LIMIT: ("award", "cards"),
    WhatIfKind.BUY_CARDS: ("device_model", "cards", "first_on"),
    WhatIfKind.CLOSE_CARDS: ("partition", "cards", "first_on", "last_on"),
    WhatIfKind.SET_WEIGHT: ("choice", "value"),
    WhatIfKind.SET_BACKFILL: ("choice",),
    WhatIfKind.SET_ORDER: ("choice",),
}
CHOICES: dict[WhatIfKind, tuple[str, ...]] = {
    WhatIfKind.SET_WEIGHT: WEIGHTS,
    WhatIfKind.SET_BACKFILL: tuple(one.value for one in Backfill),
    WhatIfKind.SET_ORDER: tuple(one.value for one in Order),
}


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One change. An ``award`` is named by its code, or by that of one of its lines.

    Days are those of UTC: a forecast looks no closer.
    """

    kind: WhatIfKind
    award: str = ""
    device_model: str = ""
    partition: str = ""
    choice: str = ""
    cards: int | None = None
    card_hours: int | None = None
    value: int | None = None
    first_on: date | None = None
    last_on: date | None = None

    def as_json(self) -> dict[str, Any]:
        """What is kept of it: its kind and what that takes."""
        given = {name: getattr(self, name) for name in TAKES[self.kind]}
        return {"kind": self.kind.value} | {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in given.items()
        }


def what_if_from(kept: dict[str, Any]) -> WhatIf:
    """A change from what was kept of it."""
    days = {
        name: date.fromisoformat(kept[name]) for name in ("first_on", "last_on") if kept.get(name)
    }
    known = {one.name for one in fields(WhatIf)}
    plain = {name: value for name, value in kept.items() if name in known and name not in days}
    return WhatIf(**{**plain, **days, "kind": WhatIfKind(kept["kind"])})


def changed_by(question: Question, asked: Iterable[WhatIf]) -> Question:
    """The question after the changes, one after the other.

    Raises:
        ChangeUnfit: a change lacks something, or has what cannot be.
        Refusal: what the core refuses of a change, such as ``UnknownName``.

    """
    for number, one in enumerate(asked, start=1):
        _check(one, number)
        for change in _changes(question, one, number):
            question = change.applied(question)
    return question


def _check(one: WhatIf, number: int) -> None:
    """Refuse a change that lacks what its kind takes, or whose days are the wrong way round."""
    for name in TAKES[one.kind]:
        given = getattr(one, name)
        is_optional = one.kind is WhatIfKind.CHANGE_LIMIT and name == "cards"
        if given in (None, "") and not is_optional:
            raise ChangeUnfit(number=number, kind=one.kind.value, field=name)
        if isinstance(given, int) and given < (0 if name == "value" else 1):
            raise ChangeUnfit(number=number, kind=one.kind.value, field=name)
    if one.first_on and one.last_on and one.last_on < one.first_on:
        raise ChangeUnfit(number=number, kind=one.kind.value, field="last_on")
    if one.kind in CHOICES and one.choice not in CHOICES[one.kind]:
        raise ChangeUnfit(number=number, kind=one.kind.value, field="choice")


def _changes(question: Question, one: WhatIf, number: int) -> Iterator[Change]:
    if one.kind is WhatIfKind.ADD_AWARD:
        yield _added(question, one, number)
    elif one.kind is WhatIfKind.ADD_LEASE:
        yield _leased(question, one, number)
    elif one.kind is WhatIfKind.SET_WEIGHT:
        yield SetWeight(one.choice, one.value or 0)
    elif one.kind is WhatIfKind.SET_BACKFILL:
        yield SetBackfill(Backfill(one.choice))
    elif one.kind is WhatIfKind.SET_ORDER:
        yield SetOrder(Order(one.choice))
    elif one.kind is WhatIfKind.BUY_CARDS:
        assert one.cards is not None
        assert one.first_on is not None
        yield BuyCards(one.device_model, one.cards, question.second(one.first_on))
    elif one.kind is WhatIfKind.CLOSE_CARDS:
        yield from _closed(question, one, number)
    elif one.kind is WhatIfKind.DROP_AWARD:
        yield DropAward(one.award)
    elif one.kind is WhatIfKind.CHANGE_LIMIT:
        yield ChangeLimit(one.award, one.cards)
    else:
        assert one.first_on is not None
        yield MoveAward(one.award, max(question.second(one.first_on), question.now_s))


def _closed(question: Question, one: WhatIf, number: int) -> Iterator[Change]:
    """Whole nodes in service that nobody leases in those days, those nearest to leases first."""
    assert one.cards is not None
    assert one.first_on is not None
    assert one.last_on is not None
    begins_s = max(question.second(one.first_on), question.now_s)
    ends_s = question.second(one.last_on + ONE_DAY)
    if ends_s <= begins_s:
        raise ChangeUnfit(number=number, kind=one.kind.value, field="last_on")
    nodes = _open_nodes(question.cluster, one.partition, begins_s, ends_s)
    home = next((part for part in question.cluster.partitions if part.name == one.partition), None)
    each = home.cards if home else 1
    if home and one.cards > len(nodes) * each:
        raise ValueOutside(field="cards", given=one.cards, least=0, most=len(nodes) * each)
    if home and one.cards % each:
        raise NotWholeNodes(device_model=home.device_model, given=one.cards, cards_per_node=each)
    chosen = sorted(nodes[-(one.cards // each) :]) or [0]
    for _, stretch in groupby(enumerate(chosen), lambda pair: pair[1] - pair[0]):
        first, *others = [node for _, node in stretch]
        yield CloseNodes(one.partition, first, 1 + len(others), begins_s, ends_s)


def _open_nodes(cluster: Cluster, partition: str, begins_s: int, ends_s: int) -> list[int]:
    """Nodes of a partition that are open at some time of a span, the longest open last."""
    nodes = [one for one in pool_nodes(cluster) if cluster.pools[one.pool] == partition]
    open_s = [
        ends_s
        - begins_s
        - sum(
            max(min(closing.ends_at, ends_s) - max(closing.begins_at, begins_s), 0)
            for closing in node.closings
        )
        for node in nodes
    ]
    return sorted(
        (node for node, seconds in enumerate(open_s) if seconds > 0),
        key=lambda node: (open_s[node], node),
    )


def _added(question: Question, one: WhatIf, number: int) -> Change:
    """One more award of card-hours, with jobs of sizes that halve from its cards at once."""
    assert one.cards is not None
    assert one.card_hours is not None
    name = f"new-{number}"
    begins_s, ends_s = _days_of(question, one, number)
    total = one.card_hours * HOUR_S
    seen_s = max(min(ends_s, question.until_s) - begins_s, 1)
    homes = [part for part in question.cluster.partitions if part.device_model == one.device_model]
    demand = Demand(
        award=name,
        at=one.device_model,
        card_seconds=total * seen_s // (ends_s - begins_s),
        begins_s=begins_s,
        ends_s=max(min(ends_s, question.until_s), begins_s + 1),
        kinds=invented_kinds(one.cards, total, homes[0].cards if homes else 1),
    )
    award = Award(name, one.cards, total, begins_s, ends_s, under=(name,))
    return AddAward(award, (demand,))


def _leased(question: Question, one: WhatIf, number: int) -> Change:
    """One more award of cards for its team alone, on the first partition of the device model.

    It is as busy as the leases that stand. Its jobs are of sizes that halve from all its cards.
    """
    assert one.cards is not None
    name, partitions = f"new-{number}", question.cluster.partitions
    begins_s, ends_s = _days_of(question, one, number)
    models = [part.device_model for part in partitions]
    check_known("device_model", one.device_model, models)
    home = partitions[models.index(one.device_model)]
    if one.cards % home.cards:
        raise NotWholeNodes(
            device_model=one.device_model, given=one.cards, cards_per_node=home.cards
        )
    # Refused by the change where it has no room, be it larger than the machine.
    cards = min(one.cards, home.nodes * home.cards)
    asked_s = cards * (ends_s - begins_s) * _busy_permille(question) // 1000
    demand = Demand(
        award=name,
        at=name,
        card_seconds=max(asked_s, 1),
        begins_s=begins_s,
        ends_s=ends_s,
        kinds=invented_kinds(cards, max(asked_s, 1), home.cards),
    )
    award = Award(name, begins_at=begins_s, ends_at=ends_s, under=(name,))
    return AddAward(
        award, (demand,), leases=(Lease(name, name, home.name, one.cards, begins_s, ends_s),)
    )


def _days_of(question: Question, one: WhatIf, number: int) -> tuple[int, int]:
    """From the beginning of the first day, or now, to the end of the last."""
    assert one.first_on is not None
    assert one.last_on is not None
    begins_s = max(question.second(one.first_on), question.now_s)
    ends_s = question.second(one.last_on + ONE_DAY)
    if ends_s <= begins_s:
        raise ChangeUnfit(number=number, kind=one.kind.value, field="last_on")
    return begins_s, ends_s


def _busy_permille(question: Question) -> int:
    """What of their card time the teams of leases will ask for; all, where no lease is asked of."""
    spans = {
        one.name: one.cards * (one.ends_at - max(one.begins_at, question.now_s))
        for one in question.cluster.leases
        if one.ends_at > question.now_s
    }
    asked = sum(one.card_seconds for one in question.demands if one.at in spans)
    leased = sum(spans.values())
    return min(1000 * asked // leased, 1000) if asked else 1000


def invented_kinds(cards: int, left_s: int, node_cards: int = 1) -> Kinds:
    """Jobs of nobody known: sizes that halve from all cards to one, of 1, 4, 12 and 24 hours.

    >>> invented_kinds(2, 4 * 3600).nodes
    (2, 1, 1)
    """
    sizes = []
    while cards >= 1:
        sizes.append(cards)
        cards //= 2
    rows = [
        (size, hours * HOUR_S)
        for size in sizes
        for hours in (1, 4, 12, 24)
        if size * hours * HOUR_S <= left_s
    ] or [(sizes[-1], max(1, left_s // sizes[-1]))]
    shapes = [spread(size, node_cards) for size, _ in rows]
    return Kinds(
        nodes=tuple(nodes for nodes, _ in shapes),
        cards=tuple(each for _, each in shapes),
        run_s=tuple(run_s for _, run_s in rows),
        limit_s=tuple(run_s * 3 // 2 for _, run_s in rows),
        like=JobsLike.INVENTED,
    )
