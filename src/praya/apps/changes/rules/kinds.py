"""The kinds of change, where a request for one stands, and what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class ChangeKind(StrEnum):
    """What is asked for."""

    EXTENSION = "extension"  # a later last day
    SUPPLEMENT = "supplement"  # more card-hours
    TRANSFER = "transfer"  # between two lines of one device model
    EXCHANGE = "exchange"  # into another device model
    ADVANCE = "advance"  # now, taken off a later award
    RENEWAL = "renewal"  # a new period, as an offer
    CARDS = "cards"  # other cards on a lease, from a day on
    REDUCTION = "reduction"  # part of what is free goes back to a pool
    RECOVERY = "recovery"  # money to be paid back
    WRITE_OFF = "write-off"  # a debt is given up
    EXCLUSION = "exclusion"  # the organisation may not apply for a time
    END = "end"  # at once, without notice


ASKED_BY_LEADS = (
    ChangeKind.EXTENSION,
    ChangeKind.SUPPLEMENT,
    ChangeKind.TRANSFER,
    ChangeKind.EXCHANGE,
    ChangeKind.ADVANCE,
    ChangeKind.RENEWAL,
    ChangeKind.CARDS,
)


class ChangeState(StrEnum):
    """A change is asked for by one person, and granted or refused by another."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"  # granted once, and turned round


class Formula(StrEnum):
    """How much is claimed back."""

    UNSPENT = "unspent"  # all that is free goes back to the pool; nothing is owed
    SINCE_BREACH = "since-breach"  # the subsidy drawn from a day on
    ALL = "all"  # all the subsidy drawn
    RATE_DIFFERENCE = "rate-difference"  # what it is above another rate of the award's rules


class Cause(StrEnum):
    """Why an award is suspended or ended before its time, or money claimed back."""

    FALSE_STATEMENT = "false-statement"
    WRONG_PURPOSE = "wrong-purpose"
    NO_REPORT = "no-report"
    DOUBLE_SUBSIDY = "double-subsidy"
    RESALE = "resale"
    SANCTIONS = "sanctions"
    INSOLVENCY = "insolvency"
    OWN_WISH = "own-wish"  # the holder asks for it
    OTHER = "other"


class NoticeKind(StrEnum):
    """What a notice tells a lead will happen."""

    SUSPENSION = "suspension"
    END = "end"


class NoticeState(StrEnum):
    """A notice is given for a day, and carried out on it unless it is withdrawn before."""

    ASKED = "asked"  # of an early end, until another person agrees; the lead knows nothing of it
    GIVEN = "given"
    CARRIED_OUT = "carried-out"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # on its day there was nothing left to do
    UNDONE = "undone"  # carried out once, and the award runs again


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for; each kind of change reads the fields it needs.

    ``line`` is the line that is changed or gives, ``to_line`` the one that takes. ``amounts`` are
    those of a new period, by number of the line: card-hours, or cards of a lease. ``since_on`` is
    the day of a breach, or that from which a lease has other ``cards``. ``rate`` is the code of a
    rate of the award's rules, or ``percent``, their ordinary one.
    """

    line: int | None = None
    to_line: int | None = None
    device_model: str = ""
    card_hours: int = 0
    cards: int = 0
    last_on: date | None = None
    pool: str = ""
    formula: Formula | None = None
    since_on: date | None = None
    rate: str = ""
    cause: Cause | None = None
    debt: int | None = None
    amount_minor: int = 0
    authority: str = ""
    amounts: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """As it is stored: what was given, and no more."""
        said = {name: value for name, value in asdict(self).items() if value}
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in said.items()
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Wish:
        """As it was stored."""
        given = dict(stored)
        for name in ("last_on", "since_on"):
            if name in given:
                given[name] = date.fromisoformat(given[name])
        if "formula" in given:
            given["formula"] = Formula(given["formula"])
        if "cause" in given:
            given["cause"] = Cause(given["cause"])
        return cls(**given)
