"""A figure and what it is made of, as a tree of plain values whose leaves add up to it.

    free of HCP-0007                    1 000
    ├─ entry 12, commit                 1 500   rests on: decision, agreement, rules version 3
    ├─ entry 19, hold                    −600   rests on: job J-000012
    └─ entry 23, settle                   100   rests on: job J-000012

*Parts* add up; *grounds* are what something rests on, and add up to nothing. Where a figure has
more parts than a page, the rest is one part more, so that the page adds up all the same. A part in
another unit than its figure is counted by itself: the cases that a median stands in the middle of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

LIMIT = 20
LIMIT_MAX = 100


class WhyCode(StrEnum):
    """What a figure, or a part of one, is."""

    BALANCE = "balance"
    ENTRY = "entry"
    ACCOUNT = "account"
    HOLD = "hold"
    USE = "use"
    OVERRUN = "overrun"
    STATEMENT = "statement"
    CHARGE = "charge"
    SUBSIDY = "subsidy"
    OWN = "own"
    FIGURE = "figure"
    MEDIAN = "median"
    DECIDED = "decided"
    CEILING = "ceiling"
    AT_MOST = "at-most"
    GRANTED = "granted"
    HELD = "held"
    AGED = "aged"
    INVOICE = "invoice"
    DEBT = "debt"
    AWARD = "award"
    CALL = "call"
    MONTH = "month"
    DEVICE = "device"
    TIME = "time"
    DAY = "day"
    SPENT = "spent"
    BURN = "burn"
    IDLE = "idle"
    IDLE_DAY = "idle-day"
    SET_OFF = "set-off"
    OFF_LINE = "off-line"
    YEAR = "year"
    OF_YEAR = "of-year"
    OPEN = "open"
    OPENED = "opened"
    PERIOD = "period"
    SINCE = "since"
    REST = "rest"


class GroundKind(StrEnum):
    """What something can rest on."""

    JOB = "job"
    USAGE = "usage"
    ENTRY = "entry"
    PRICE = "price"
    RULES = "rules"
    AGREEMENT = "agreement"
    DECISION = "decision"
    FUNDING = "funding"
    CHANGE = "change"
    RATE = "rate"
    REVERSAL = "reversal"
    LEASE = "lease"
    REASON = "reason"
    BOUNDS = "bounds"
    BEYOND = "beyond"
    CLOSED = "closed"
    CREDITED_BEFORE = "credited-before"


@dataclass(frozen=True, slots=True)
class Ground:
    """A record, a decision or a rule that something rests on; the facts lead to it."""

    kind: GroundKind
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Which parts of a long chain to show."""

    offset: int = 0
    limit: int = LIMIT

    def __post_init__(self) -> None:
        """A page is bounded, whoever asks."""
        assert self.offset >= 0, self
        assert 0 < self.limit <= LIMIT_MAX, self

    @property
    def slice(self) -> slice:
        """The rows of the page."""
        return slice(self.offset, self.offset + self.limit)


@dataclass(frozen=True, slots=True)
class Why:
    """A figure in whole units, its parts, and what it rests on.

    ``unit`` is a commodity of the book, ``cases``, ``days`` or ``entries``. ``count`` says how
    many parts there are in all, and ``window`` which of them are here.
    """

    code: WhyCode
    unit: str
    amount: int
    facts: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Why, ...] = ()
    grounds: tuple[Ground, ...] = ()
    count: int = 0
    window: Window | None = None

    def __post_init__(self) -> None:
        """Parts in its unit add up to their whole, always."""
        alike = [part.amount for part in self.parts if part.unit == self.unit]
        assert not alike or sum(alike) == self.amount, self

    @property
    def next_offset(self) -> int | None:
        """Where the next page of parts begins, if there is one."""
        if self.window is None or self.window.offset + self.window.limit >= self.count:
            return None
        return self.window.offset + self.window.limit

    @property
    def previous_offset(self) -> int | None:
        """Where the page before begins, if there is one."""
        if self.window is None or self.window.offset == 0:
            return None
        return max(0, self.window.offset - self.window.limit)

    def leaves(self) -> Iterator[Why]:
        """What has no parts of its own."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def paged(  # noqa: PLR0913 -- keyword-only parts of one figure
    code: WhyCode,
    *,
    unit: str,
    amount: int,
    facts: Mapping[str, Any],
    parts: Sequence[Why],
    count: int,
    window: Window,
    grounds: Sequence[Ground] = (),
) -> Why:
    """A figure of which one page of parts is at hand: the rest stands as one part more."""
    elsewhere = count - len(parts)
    rest = amount - sum(part.amount for part in parts)
    all_parts = list(parts)
    if elsewhere or rest:
        all_parts.append(Why(WhyCode.REST, unit, rest, {"count": elsewhere}))
    return Why(code, unit, amount, facts, tuple(all_parts), tuple(grounds), count, window)
