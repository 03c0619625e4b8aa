"""What can be asked of a book, as values; a store does it, the auditor knows what must come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

PROGRAMME = "harbour"
POOL = "research"
CURRENCY = "HKD"
DEVICE_MODEL = "h800"
COMMODITIES = (f"{DEVICE_MODEL}·s", CURRENCY)

Pair = tuple[int, int]  # seconds, cents


@dataclass(frozen=True, slots=True)
class Asked:
    """A command with its key and its instant."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fund(Asked):
    """The pool is voted so many cents."""

    cents: int


@dataclass(frozen=True, slots=True)
class Commit(Asked):
    line: str
    amount: Pair


@dataclass(frozen=True, slots=True)
class Hold(Asked):
    line: str
    amount: Pair
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Settle(Asked):
    hold: str
    amount: Pair
    own: int


@dataclass(frozen=True, slots=True)
class Release(Asked):
    hold: str


@dataclass(frozen=True, slots=True)
class Charge(Asked):
    line: str
    amount: Pair
    own: int


@dataclass(frozen=True, slots=True)
class Reduce(Asked):
    line: str
    amount: Pair


@dataclass(frozen=True, slots=True)
class Return(Asked):
    line: str


@dataclass(frozen=True, slots=True)
class Reverse(Asked):
    """Turn round the entry that was made under the key ``of``."""

    of: str


class Store(Protocol):
    """A book that can be asked: the one on paper, or the one in a database."""

    def do(self, asked: Asked) -> None:
        """Run a command; raises the ledger's refusals."""

    def die_during(self, asked: Asked) -> None:
        """Run a command and be killed before its end: nothing of it may remain."""

    def turn_away(self, statement: int) -> None:
        """Let the database turn the next command away, once, at its so manieth statement."""

    def entries(self) -> int:
        """How many entries there are."""

    def balance(self, account: str, commodity: str) -> int:
        """What stands on an account."""

    def balances(self) -> dict[tuple[str, str], int]:
        """Every account that is not empty."""

    def open_holds(self) -> set[str]:
        """The keys of the holds that are open."""

    def check(self) -> None:
        """Assert what the store can say of itself: it verifies, and adds up to zero."""
