"""What-if, as people ask it: in days, cards and codes of awards, one line for each change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from praya.apps.forecasts.rules.standing import ChangeUnfit
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Award, Order
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
from praya.core.simulator.forecast.question import Demand, Kinds, Question

HOUR_S = 3_600
ONE_DAY = timedelta(days=1)


class WhatIfKind(StrEnum):
    """What may be changed."""

    ADD_AWARD = "add_award"
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
        yield _closed(question, one)
    else:
        yield from _on_award(question, one)


def _on_award(question: Question, one: WhatIf) -> Iterator[Change]:
    """The change for each line of the award; for a name that nothing bears, one that is refused."""
    lines = [
        award.name for award in question.cluster.awards if one.award in (award.name, *award.under)
    ]
    for line in lines or [one.award]:
        if one.kind is WhatIfKind.DROP_AWARD:
            yield DropAward(line)
        elif one.kind is WhatIfKind.CHANGE_LIMIT:
            yield ChangeLimit(line, one.cards)
        else:
            assert one.first_on is not None
            yield MoveAward(line, max(question.second(one.first_on), question.now_s))


def _closed(question: Question, one: WhatIf) -> Change:
    """The cards nearest to the leases, which stand on the last ones: those are in service."""
    assert one.cards is not None
    assert one.first_on is not None
    assert one.last_on is not None
    nodes = next(
        (each.nodes for each in question.cluster.partitions if each.name == one.partition), 0
    )
    leased = sum(each.cards for each in question.cluster.leases if each.partition == one.partition)
    return CloseNodes(
        one.partition,
        max(nodes - leased - one.cards, 0),
        one.cards,
        max(question.second(one.first_on), question.now_s),
        question.second(one.last_on + ONE_DAY),
    )


def _added(question: Question, one: WhatIf, number: int) -> Change:
    """One more award of card-hours, with jobs of sizes that halve from its cards at once."""
    assert one.cards is not None
    assert one.card_hours is not None
    assert one.first_on is not None
    assert one.last_on is not None
    name = f"new-{number}"
    begins_s = max(question.second(one.first_on), question.now_s)
    ends_s = question.second(one.last_on + ONE_DAY)
    if ends_s <= begins_s:
        raise ChangeUnfit(number=number, kind=one.kind.value, field="last_on")
    total = one.card_hours * HOUR_S
    seen_s = max(min(ends_s, question.until_s) - begins_s, 1)
    demand = Demand(
        award=name,
        at=one.device_model,
        card_seconds=total * seen_s // (ends_s - begins_s),
        begins_s=begins_s,
        ends_s=max(min(ends_s, question.until_s), begins_s + 1),
        kinds=invented_kinds(one.cards, total),
    )
    award = Award(name, one.cards, total, begins_s, ends_s, under=(name,))
    return AddAward(award, (demand,))


def invented_kinds(cards: int, left_s: int) -> Kinds:
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
    return Kinds(
        nodes=tuple(size for size, _ in rows),
        cards=(1,) * len(rows),
        run_s=tuple(run_s for _, run_s in rows),
        limit_s=tuple(run_s * 3 // 2 for _, run_s in rows),
    )
