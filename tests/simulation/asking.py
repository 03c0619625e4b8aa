"""What can be asked of a book, as values; a store does it, the auditor knows what must come."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

PROGRAMME = "harbour"
POOL = "research"
CURRENCY = "HKD"
DEVICE_MODEL = "h800"
OTHER_MODEL = "a100"
# A line numbered so or higher counts the other device model.
FIRST_OTHER = 50

Pair = tuple[int, int]  # seconds, cents


def model_of(line: str) -> str:
    """The device model that a line counts."""
    return OTHER_MODEL if int(line.rpartition(".")[2]) >= FIRST_OTHER else DEVICE_MODEL


def commodities_of(line: str) -> tuple[str, str]:
    """What a line counts: time first, then money."""
    return f"{model_of(line)}·s", CURRENCY


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
class Lapse(Asked):
    """So many cents that a year left are lost to the pool."""

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
class Uncharge(Asked):
    """Take back what was used under the key ``undoes``, or a part of it."""

    undoes: str
    line: str
    amount: Pair
    own: int


@dataclass(frozen=True, slots=True)
class FreeUse(Asked):
    """Use beside the grant, charged to nobody."""

    line: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Batch(Asked):
    """Many uses at once; each has a key of its own, and what is said of it comes to nothing else.

    Its entry for a line is known, here, as ``key/line``.
    """

    uses: tuple[Settle | Charge, ...]


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


@dataclass(frozen=True, slots=True)
class Adjust(Asked):
    """Move an amount by hand, from what a line has in one part to what a line has in another."""

    source: tuple[str, str]  # a part, a line
    target: tuple[str, str]
    is_money: bool
    number: int


@dataclass(frozen=True, slots=True)
class Transfer(Asked):
    line: str
    target: str
    amount: Pair


@dataclass(frozen=True, slots=True)
class Exchange(Asked):
    line: str
    target: str
    amount: Pair
    taken: int


@dataclass(frozen=True, slots=True)
class Recover(Asked):
    award: str
    cents: int


@dataclass(frozen=True, slots=True)
class Repay(Asked):
    award: str
    cents: int


@dataclass(frozen=True, slots=True)
class WriteOff(Asked):
    award: str
    cents: int


@dataclass(frozen=True, slots=True)
class Invoice(Asked):
    """Its key is ``invoice:NUMBER``; those of ``Credit``, ``Claim`` and ``Reimburse`` likewise."""

    award: str
    cents: int


@dataclass(frozen=True, slots=True)
class Credit(Asked):
    """``ahead_of`` is the award that was asked before use, if it was."""

    invoice: str
    cents: int
    ahead_of: str = ""

    @property
    def paid(self) -> int:
        """What was paid on the invoice, says who asks: enough for half of what is taken back."""
        return 0 if self.ahead_of else self.cents // 2

    @property
    def undone(self) -> int:
        """What was undone of it before, says who asks."""
        return 0 if self.ahead_of else self.cents // 3


@dataclass(frozen=True, slots=True)
class Pay(Asked):
    invoice: str
    cents: int


@dataclass(frozen=True, slots=True)
class Unpay(Asked):
    invoice: str
    cents: int


@dataclass(frozen=True, slots=True)
class Claim(Asked):
    award: str
    cents: int


@dataclass(frozen=True, slots=True)
class Reimburse(Asked):
    """The claim has this one's number."""

    award: str
    cents: int


@dataclass(frozen=True, slots=True)
class Close(Asked):
    """Close the book to the end of a day; makes no entry and has no key."""

    until: date


@dataclass(frozen=True, slots=True)
class SetOff(Asked):
    """So much of a line goes, and so many cents of it off the debt of an award."""

    line: str
    amount: Pair
    award: str


# Everything that can be asked, and the kind of entry that it makes. A batch makes settlements and
# charges, a close none.
KINDS: dict[type[Asked], str | None] = {
    Fund: "fund",
    Lapse: "lapse",
    Commit: "commit",
    Hold: "hold",
    Settle: "settle",
    Release: "release",
    Charge: "charge",
    Uncharge: "uncharge",
    FreeUse: "free-use",
    Batch: None,
    Reduce: "reduce",
    Return: "return",
    Reverse: "reverse",
    Adjust: "adjust",
    Transfer: "transfer",
    Exchange: "exchange",
    Recover: "recover",
    Repay: "repay",
    WriteOff: "write-off",
    SetOff: "set-off",
    Invoice: "invoice",
    Credit: "credit",
    Pay: "pay",
    Unpay: "unpay",
    Claim: "claim",
    Reimburse: "reimburse",
    Close: None,
}
# What the book keeps under another key than ours: approved by a second person, or for each line.
WITHOUT_KEY = (Fund, Adjust, Close, Batch)
BILLING = (Invoice, Credit, Pay, Unpay, Claim, Reimburse)
# These look at the period when all else is well; the others before they look at anything else.
PERIOD_LAST = (*BILLING, Adjust)


def number_of(key: str) -> str:
    """The number in the key of an invoice, a credit note or a claim."""
    return key.partition(":")[2]


def amounts_of(asked: Asked) -> list[tuple[int, ...]]:
    """The amounts of a command, as they are checked together."""
    if isinstance(asked, Exchange):
        return [asked.amount, (asked.taken,)]
    amounts = [*getattr(asked, "amount", ())]
    names = ("own", "cents", "number", "seconds")
    amounts += [getattr(asked, name) for name in names if hasattr(asked, name)]
    return [tuple(amounts)] if amounts else []


def content_of(asked: Asked) -> list[object]:
    """What makes a command the same again: all but when, and when a hold expires."""
    names = [field.name for field in fields(asked) if field.name not in ("at", "expires_at")]
    return [type(asked), *(getattr(asked, name) for name in names)]


def opening_after(asked: Close) -> datetime:
    """The instant after a close."""
    return datetime.combine(asked.until + timedelta(days=1), time(), UTC)


class Store(Protocol):
    """A book that can be asked: the one on paper, or the one in a database."""

    def do(self, asked: Asked) -> dict[str, str]:
        """Run a command; raises the ledger's refusals. What a batch found, by key, is answered."""

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


def told(answer: dict[str, str]) -> str | None:
    """What came of a batch, in a word; nothing, where nothing was refused."""
    return " ".join(f"{key}={code}" for key, code in sorted(answer.items())) or None


def was_done(answer: str | None) -> bool:
    """Whether a command did what it could: a batch does, whatever it finds."""
    return answer is None or "=" in answer
