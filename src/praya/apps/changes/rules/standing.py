"""What a change is planned from, and what a plan says: values, without a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.caps import Headroom
from praya.apps.awards.rules.terms import LineTerms
from praya.apps.changes.rules.kinds import ChangeKind
from praya.core import ledger
from praya.core.ledger import Grant, Posting
from praya.core.programme.asking import AskedLine
from praya.core.programme.document import ProgrammeRules
from praya.core.quantity import CardTime, Money


@dataclass(frozen=True, slots=True)
class OpenDebt:
    """A debt and what is still owed on it."""

    id: int
    owed: Money


@dataclass(frozen=True, slots=True)
class Standing:
    """An award as it stands when a change is planned.

    ``rules`` are in force today and say what is allowed; ``own_rules`` are the award's own, under
    which its time is priced. ``granted`` counts the changes it had, by kind. ``drawn`` is the
    subsidy settled on it, ``drawn_since`` that of a day and later, ``drawn_above`` what was charged
    of it above another rate, in ten-thousandths; each less what was claimed back.
    ``next_number`` is that of a line to come: above every line the award has, and above those the
    book has kept of it. ``headrooms`` are the ceilings on subsidy, with what this case has been
    granted among the rest.
    """

    award: str
    state: AwardState
    first_on: date
    last_on: date
    rate_bp: int
    lines: tuple[LineTerms, ...]
    next_number: int
    book: Mapping[str, ledger.Line]
    rules: ProgrammeRules
    own_rules: ProgrammeRules
    today: date
    pool: str
    pool_free: Money
    promised: Money
    granted: Mapping[ChangeKind, int]
    drawn: Money
    drawn_since: Callable[[date], Money]
    drawn_above: Callable[[int], Money]
    headrooms: tuple[Headroom, ...] = ()
    debts: tuple[OpenDebt, ...] = ()
    pool_pays_subsidy: bool = True

    def line(self, number: int | None) -> LineTerms | None:
        """A line by its number."""
        return next((line for line in self.lines if line.number == number), None)


@dataclass(frozen=True, slots=True)
class Give:
    """More for a line, out of the pool."""

    line: LineTerms
    grant: Grant


@dataclass(frozen=True, slots=True)
class Shift:
    """Free time from a line to another of the same device model."""

    source: str
    target: str
    moved: Grant


@dataclass(frozen=True, slots=True)
class Swap:
    """Free time of one line into time of another device model."""

    source: str
    target: str
    given: Grant
    taken: CardTime


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Part of what is free on a line goes to a pool."""

    line: str
    cut: Grant
    pool: str


@dataclass(frozen=True, slots=True)
class ClaimBack:
    """Money is owed to a pool from now on."""

    pool: str
    amount: Money


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Part of a debt is given up."""

    debt: int
    pool: str
    amount: Money


@dataclass(frozen=True, slots=True)
class OfferAnew:
    """A new period is offered."""

    lines: tuple[AskedLine, ...]


@dataclass(frozen=True, slots=True)
class Exclude:
    """The organisation may not apply until a day."""

    until: date


@dataclass(frozen=True, slots=True)
class End:
    """The award ends now."""


Deed = Give | Shift | Swap | TakeBack | ClaimBack | GiveUp | OfferAnew | Exclude | End


@dataclass(frozen=True, slots=True)
class Plan:
    """What granting a change does: to the terms of lines, and to the book.

    ``lines`` are those whose terms change, as they are afterwards, new ones among them.
    ``postings`` are what the book would post now; ``facts`` what people want to know beside it.
    """

    lines: tuple[LineTerms, ...] = ()
    deeds: tuple[Deed, ...] = ()
    postings: tuple[Posting, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
