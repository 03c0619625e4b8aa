"""What holds for public figures on paper: a figure is a numerator, a denominator and a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NOT_PROVED = "not-proved"  # the finding where a book could not be read


class FigureCode(StrEnum):
    """The public figures. What each means stands in the words beside it, in every language."""

    APPLICATIONS = "applications"
    APPROVED = "approved"
    COMMITTED = "committed"
    DRAWN = "drawn"
    CARD_HOURS = "card-hours"
    UTILISATION = "utilisation"
    DAYS_TO_DECISION = "days-to-decision"


@dataclass(frozen=True, slots=True)
class Figure:
    """One public figure of a period, both days included.

    ``unit`` is a currency (then ``numerator`` counts minor units), ``cases``, ``card-seconds`` or
    ``days``. A share has a denominator in the same unit; any other figure has none.
    """

    code: FigureCode
    unit: str
    numerator: int
    denominator: int | None
    first_on: date
    last_on: date

    @property
    def share_bp(self) -> int | None:
        """Numerator over denominator in ten-thousandths, rounded down; none over nothing."""
        if not self.denominator:
            return None
        return self.numerator * 10_000 // self.denominator


def median_low(values: list[int]) -> int | None:
    """The lower of the two middle values; none of nothing. A whole figure that really occurred."""
    ordered = sorted(values)
    return ordered[(len(ordered) - 1) // 2] if ordered else None
