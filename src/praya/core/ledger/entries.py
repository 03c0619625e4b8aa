"""Postings and entries. Postings are made from moves, so that they add up to zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class EntryKind(StrEnum):
    """Why an entry was made."""

    FUND = "fund"
    LAPSE = "lapse"
    COMMIT = "commit"
    HOLD = "hold"
    SETTLE = "settle"
    RELEASE = "release"
    CHARGE = "charge"
    UNCHARGE = "uncharge"
    FREE_USE = "free-use"
    REDUCE = "reduce"
    RETURN = "return"
    REVERSE = "reverse"
    ADJUST = "adjust"
    INVOICE = "invoice"
    CREDIT = "credit"
    PAY = "pay"
    UNPAY = "unpay"
    CLAIM = "claim"
    REIMBURSE = "reimburse"
    TRANSFER = "transfer"
    EXCHANGE = "exchange"
    RECOVER = "recover"
    REPAY = "repay"
    WRITE_OFF = "write-off"
    SET_OFF = "set-off"


@dataclass(frozen=True, slots=True, order=True)
class Posting:
    """Adds ``amount`` of ``commodity`` to ``account``; a negative amount takes it away."""

    account: str
    commodity: str
    amount: int


@dataclass(frozen=True, slots=True)
class Move:
    """Takes ``amount`` of ``commodity`` from one account to another."""

    source: str
    target: str
    commodity: str
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands in a book.

    ``request`` is the fingerprint of what was asked; ``reverses`` the number of the entry that
    this one turns round.
    """

    number: int
    kind: EntryKind
    key: str
    at: datetime
    subject: str
    postings: tuple[Posting, ...]
    by_id: int | None = None
    by_name: str = ""
    request: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    reverses: int | None = None


def post_moves(moves: Iterable[Move]) -> tuple[Posting, ...]:
    """The postings of some moves: one for each account and commodity, in order, none of zero."""
    amounts: Counter[tuple[str, str]] = Counter()
    for move in moves:
        assert move.amount >= 0, move
        amounts[move.source, move.commodity] -= move.amount
        amounts[move.target, move.commodity] += move.amount
    return in_order(amounts)


def in_order(amounts: Mapping[tuple[str, str], int]) -> tuple[Posting, ...]:
    """Postings from amounts by account and commodity, without zeros."""
    postings = tuple(
        sorted(Posting(account, commodity, n) for (account, commodity), n in amounts.items() if n)
    )
    assert balanced(postings), postings
    return postings


def balanced(postings: Iterable[Posting]) -> bool:
    """Whether postings add up to zero in each commodity."""
    sums: Counter[str] = Counter()
    for posting in postings:
        sums[posting.commodity] += posting.amount
    return not any(sums.values())
