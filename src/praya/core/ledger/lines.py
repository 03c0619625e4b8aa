"""What stands on an award line, as values: grants, snapshots, holds and the four numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from praya.core.ledger.accounts import OUTSIDE, Part, line_account, pool_account
from praya.core.quantity import CardTime, Money, commodity_of_time


@dataclass(frozen=True, slots=True)
class Grant:
    """An amount of the two things a line counts: time of a device model, and subsidy."""

    time: CardTime
    subsidy: Money

    def amounts(self) -> Iterator[tuple[str, int]]:
        """Commodity and amount: time first, then money. This is the order of refusals."""
        yield commodity_of_time(self.time.device_model), self.time.seconds
        yield self.subsidy.currency, self.subsidy.minor

    def __add__(self, other: Grant) -> Grant:
        """Add what counts the same things."""
        return Grant(self.time + other.time, self.subsidy + other.subsidy)

    def __sub__(self, other: Grant) -> Grant:
        """Subtract what counts the same things."""
        return Grant(self.time - other.time, self.subsidy - other.subsidy)


@dataclass(frozen=True, slots=True)
class LineGrant:
    """What one line of an award is given when the award is committed."""

    line_code: str
    time: CardTime
    subsidy: Money

    @property
    def grant(self) -> Grant:
        """The amounts alone."""
        return Grant(self.time, self.subsidy)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands: its pool, what is free, in flight and used on it, and used beyond."""

    code: str
    pool: str
    free: Grant
    in_flight: Grant
    used: Grant
    is_closed: bool = False
    overrun: Grant | None = None  # none: nothing

    def account(self, part: Part) -> str:
        """One of the line's accounts."""
        return line_account(self.code, part)

    def home(self, commodity: str) -> str:
        """Where what is not used goes: free; once the line is closed, where it came from."""
        if not self.is_closed:
            return self.account(Part.FREE)
        return pool_account(self.pool) if commodity == self.free.subsidy.currency else OUTSIDE

    def over(self, commodity: str) -> int:
        """What stands in the overrun of a commodity."""
        return 0 if self.overrun is None else dict(self.overrun.amounts())[commodity]

    def numbers(self) -> list[FourNumbers]:
        """The four numbers of both commodities, time first."""
        parts = zip(self.used.amounts(), self.in_flight.amounts(), self.free.amounts(), strict=True)
        return [
            FourNumbers.of(commodity, settled=settled, in_flight=in_flight, free=free)
            for (commodity, settled), (_, in_flight), (_, free) in parts
        ]


@dataclass(frozen=True, slots=True)
class FourNumbers:
    """Settled, in flight, committed and free of one commodity. Committed is the other three."""

    commodity: str
    settled: int
    in_flight: int
    committed: int
    free: int

    def __post_init__(self) -> None:
        """The ceiling holds whenever anybody looks."""
        assert self.committed == self.settled + self.in_flight + self.free, self

    @classmethod
    def of(cls, commodity: str, *, settled: int, in_flight: int, free: int) -> FourNumbers:
        """The four numbers from the three that are kept."""
        return cls(commodity, settled, in_flight, settled + in_flight + free, free)


@dataclass(frozen=True, slots=True)
class OpenHold:
    """One open hold: its key, what it holds, and when it expires."""

    key: str
    held: Grant
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenHolds:
    """How many holds are open on a line, and the largest of them."""

    count: int = 0
    largest: tuple[OpenHold, ...] = ()
