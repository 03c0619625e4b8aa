"""How large a site is, and the instant at which it is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

NOW = datetime(2027, 3, 31, 4, 0, tzinfo=UTC)  # noon in Hong Kong
BEGAN = datetime(2025, 10, 1, 1, 0, tzinfo=UTC)
TODAY = date(2027, 3, 31)


@dataclass(frozen=True)
class Scale:
    """How many of each. ``lease_days`` and jobs that have ended make the usage records."""

    people: int = 2_000
    organisations: int = 300
    cases: dict[str, int] | None = None
    jobs: int = 20_000
    jobs_alive: int = 300
    lease_days: int = 180_300
    reviewers: int = 60
    seed: int = 2025

    @property
    def by_state(self) -> dict[str, int]:
        """Applications by state; ``awarded`` is also the number of awards."""
        return self.cases or LARGE_CASES


LARGE_CASES = {
    "awarded": 500,
    "draft": 60,
    "submitted": 80,
    "asked": 30,
    "returned": 20,
    "in-review": 120,
    "to-decide": 60,
    "decided": 20,
    "wait-listed": 20,
    "deferred": 10,
    "rejected": 60,
    "withdrawn": 20,
}
LARGE = Scale()
# One row where a list can have one.
SMALL = Scale(
    people=24,
    organisations=2,
    cases={"awarded": 1, "submitted": 1, "in-review": 1, "to-decide": 1},
    jobs=1,
    jobs_alive=0,
    lease_days=30,
    reviewers=2,
)
