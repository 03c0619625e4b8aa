"""What-if: small changes, each of which makes of a question another one.

A change touches the promise and the machines; what runs now runs on, whatever changes. Times are
seconds of the question's own scale.
"""

from __future__ import annotations

from collections.abc import Iterable

from praya.core.simulator.forecast.changes.awards import (
    AddAward,
    ChangeLimit,
    DropAward,
    MoveAward,
    known_award,
)
from praya.core.simulator.forecast.changes.machines import BuyCards, CloseNodes
from praya.core.simulator.forecast.changes.policy import WEIGHTS, SetBackfill, SetOrder, SetWeight
from praya.core.simulator.forecast.question import Question

__all__ = [
    "KINDS",
    "WEIGHTS",
    "AddAward",
    "BuyCards",
    "Change",
    "ChangeLimit",
    "CloseNodes",
    "DropAward",
    "MoveAward",
    "SetBackfill",
    "SetOrder",
    "SetWeight",
    "changed",
    "known_award",
]

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
