"""The terms of an award, line by line, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

_DAYS = ("first_on", "last_on", "aged_from")


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What an award gives on one line. ``last_on`` is included.

    ``aged_from`` is the day from which its expiry counts where that is before its first: that of
    the line from which it was exchanged.
    """

    number: int
    code: str
    shape: Literal["cards", "card-hours"]
    device_model: str
    cards: int
    first_on: date
    last_on: date
    card_seconds: int
    list_minor: int
    subsidy_minor: int
    service_class: str = ""
    aged_from: date | None = None

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        terms = asdict(self)
        days = {name: terms[name].isoformat() for name in _DAYS if terms[name] is not None}
        return terms | days

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LineTerms:
        """As it was stored."""
        days = {name: date.fromisoformat(stored[name]) for name in _DAYS if stored.get(name)}
        return cls(**{**stored, **days})
