"""A team's plan: how its use falls on the months.

Worked example: a plan of 100, 300 and 600 hours in January, February and March, for a grant of
500 hours. It is scaled to the grant: when March begins, 400 of 1,000 are planned, so 200 hours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from praya.core.life.checks import Span, months_from


@dataclass(frozen=True, slots=True)
class Plan:
    """Whole amounts by month, each month by its first day; only their shares count."""

    months: tuple[tuple[date, int], ...]

    def __post_init__(self) -> None:
        """A plan plans something, and nothing below zero."""
        assert sum(amount for _, amount in self.months) > 0, self
        assert all(month.day == 1 and amount >= 0 for month, amount in self.months), self

    def planned_by(self, month: date, granted: int) -> int:
        """What of a grant was to be used when a month begins, rounded down."""
        total = sum(amount for _, amount in self.months)
        before = sum(amount for each, amount in self.months if each < month)
        return granted * before // total


@lru_cache(maxsize=4_000)
def even_plan(span: Span) -> Plan:
    """The same for every day of a line."""
    begins = [span.first_on, *months_from(span.first_on, span.last_on)]
    ends = [*begins[1:], span.last_on + timedelta(days=1)]
    return Plan(
        tuple(
            (begin.replace(day=1), (end - begin).days)
            for begin, end in zip(begins, ends, strict=True)
        )
    )
