"""The terms of an award, line by line, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class LineTerms:
    """What an award gives on one line. ``last_on`` is included."""

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

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        days = {"first_on": self.first_on.isoformat(), "last_on": self.last_on.isoformat()}
        return asdict(self) | days

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LineTerms:
        """As it was stored."""
        days = {name: date.fromisoformat(stored[name]) for name in ("first_on", "last_on")}
        return cls(**{**stored, **days})
