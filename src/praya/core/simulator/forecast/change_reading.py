"""Changes in words, as ``praya forecast --variant`` takes them, and what each form is.

>>> sorted(FORMS)[:3]
['add', 'backfill', 'buy']
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Order
from praya.core.simulator.forecast.changes import (
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
    known_award,
)
from praya.core.simulator.forecast.changes.awards import HELD_STILL
from praya.core.simulator.forecast.question import Question
from praya.core.simulator.forecast.refusals import ChangeUnreadable

_DIGITS_MAX = 15  # of a whole number: far beyond what a machine has
FORMS = {
    "buy": "buy CARDS MODEL from DATE",
    "add": "add AWARD like AWARD from DATE",
    "drop": "drop AWARD|GROUP",
    "move": "move AWARD|GROUP to DATE",
    "limit": "limit AWARD|GROUP to CARDS|none",
    "close": "close PARTITION nodes FIRST-LAST from DATE until DATE",
    "weight": "weight NAME to NUMBER",
    "backfill": "backfill none|easy|conservative",
    "order": "order submit|shortest|priority",
}


def _is_number(word: str) -> bool:
    return word.isdecimal() and len(word) <= _DIGITS_MAX


class _Words:
    """The words of one change, taken one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self.words = shlex.split(text)
        except ValueError:  # a quotation that does not end
            self.words = text.split()
        self.place = 0
        self.form = ""

    def wrong(self) -> ChangeUnreadable:
        """The refusal of the word taken last."""
        expected = (self.form,) if self.form else tuple(FORMS.values())
        return ChangeUnreadable(given=self.text, place=max(1, self.place), expected=expected)

    def take(self) -> str:
        """The next word."""
        self.place += 1
        if self.place > len(self.words):
            raise self.wrong()
        return self.words[self.place - 1]

    def expect(self, word: str) -> None:
        """The next word, which must be this one."""
        if self.take() != word:
            raise self.wrong()

    def number(self) -> int:
        """The next word as a whole number."""
        word = self.take()
        if not _is_number(word):
            raise self.wrong()
        return int(word)

    def second(self, question: Question) -> int:
        """The next word as a date; the second at which that day begins."""
        word = self.take()
        try:
            return question.second(date.fromisoformat(word))
        except ValueError:
            raise self.wrong() from None

    def end(self) -> None:
        """There must be no word left."""
        if self.place < len(self.words):
            self.place += 1
            raise self.wrong()


def read_change(text: str, question: Question) -> Change:
    """The change that a text says of a question.

    Raises:
        ChangeUnreadable: it is none of ``FORMS``; which word does not fit is told.
        UnknownName: ``add`` names an award to be like that is not there.

    """
    words = _Words(text)
    kind = words.take()
    if kind not in FORMS:
        raise words.wrong()
    words.form = FORMS[kind]
    change = _READERS[kind](words, question)
    words.end()
    return change


def _buy(words: _Words, question: Question) -> Change:
    cards, model = words.number(), words.take()
    words.expect("from")
    return BuyCards(model, cards, words.second(question))


def _add(words: _Words, question: Question) -> Change:
    """An award like another, for as long, with demands and leases like its own."""
    name = words.take()
    words.expect("like")
    model = known_award(question, words.take())
    words.expect("from")
    begins_s = words.second(question)
    begins_at = question.now_s if model.begins_at is None else model.begins_at
    by = begins_s - begins_at
    ends_at = None if model.ends_at is None else model.ends_at + by
    award = replace(model, name=name, begins_at=begins_s, ends_at=ends_at)
    leases = {
        one.name: replace(
            one,
            name=f"{name} {one.name}",
            award=name,
            begins_at=one.begins_at + by,
            ends_at=one.ends_at + by,
        )
        for one in question.cluster.leases
        # What jobs hold of a lease that was given back is theirs alone.
        if one.award == model.name and not one.name.endswith(HELD_STILL)
    }
    places = {old: new.name for old, new in leases.items()}
    demands = tuple(
        replace(
            one.moved(by),
            award=name,
            at=places.get(one.at, one.at),
            instead=tuple(places.get(each, each) for each in one.instead),
        )
        for one in question.demands
        if one.award == model.name
    )
    kinds = {one.award: one.organisation_kind for one in question.standings}
    return AddAward(award, demands, kinds.get(model.name, ""), tuple(leases.values()))


def _drop(words: _Words, _question: Question) -> Change:
    return DropAward(words.take())


def _move(words: _Words, question: Question) -> Change:
    award = words.take()
    words.expect("to")
    return MoveAward(award, words.second(question))


def _limit(words: _Words, _question: Question) -> Change:
    award = words.take()
    words.expect("to")
    if words.words[words.place :] == ["none"]:
        words.take()
        return ChangeLimit(award, None)
    return ChangeLimit(award, words.number())


def _close(words: _Words, question: Question) -> Change:
    partition = words.take()
    words.expect("nodes")
    first, _, last = words.take().partition("-")
    if not (_is_number(first) and _is_number(last or first)):
        raise words.wrong()
    nodes = int(last or first) - int(first) + 1
    words.expect("from")
    begins_s = words.second(question)
    words.expect("until")
    return CloseNodes(partition, int(first), nodes, begins_s, words.second(question))


def _weight(words: _Words, _question: Question) -> Change:
    weight = words.take()
    words.expect("to")
    return SetWeight(weight, words.number())


def _backfill(words: _Words, _question: Question) -> Change:
    word = words.take()
    if word not in list(Backfill):
        raise words.wrong()
    return SetBackfill(Backfill(word))


def _order(words: _Words, _question: Question) -> Change:
    word = words.take()
    if word not in list(Order):
        raise words.wrong()
    return SetOrder(Order(word))


_READERS: dict[str, Callable[[_Words, Question], Change]] = {
    "buy": _buy,
    "add": _add,
    "drop": _drop,
    "move": _move,
    "limit": _limit,
    "close": _close,
    "weight": _weight,
    "backfill": _backfill,
    "order": _order,
}
