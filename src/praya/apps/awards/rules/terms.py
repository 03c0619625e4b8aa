"""The terms of an award, line by line, as values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


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
