"""What every job of the trial asks and does: all of it follows from the seed and its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

ASKED_S_MAX = 400
RUNS_OVER = 0.05
NEVER_BEGINS = 0.1
IS_LATE = 0.2


@dataclass(frozen=True, slots=True)
class Size:
    """How large a trial is: its workers, how often they ask, and how often one is killed."""

    workers: int
    attempts: int
    kills: int


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job: what it holds and for how long, and what it will have used.

    ``used_s`` is 0 for one that never begins, and more than ``asked_s`` for one that was killed too
    late. The usage of a late one is delivered only when everybody has asked.
    """

    number: int
    asked_s: int
    expires_after: timedelta
    used_s: int
    is_late: bool

    @property
    def key(self) -> str:
        """The key of its hold."""
        return f"job:{self.number}"


def plan_jobs(seed: int, attempts: int) -> list[PlannedJob]:
    """The jobs of a trial."""
    return [_planned(seed, number) for number in range(attempts)]


def granted_s(jobs: list[PlannedJob]) -> int:
    """What is granted: half of what all of them would use, so that many must be refused."""
    return sum(job.used_s for job in jobs) // 2


def _planned(seed: int, number: int) -> PlannedJob:
    chance = Random(f"{seed}:job:{number}")  # noqa: S311 -- to be played again, not to be secret
    asked_s = chance.randint(1, ASKED_S_MAX)
    fate = chance.random()
    if fate < NEVER_BEGINS:
        used_s = 0
    elif fate < NEVER_BEGINS + RUNS_OVER:
        used_s = asked_s + chance.randint(1, 60)
    else:
        used_s = chance.randint(1, asked_s)
    return PlannedJob(
        number=number,
        asked_s=asked_s,
        expires_after=timedelta(seconds=chance.randint(1, 6000)),
        used_s=used_s,
        is_late=chance.random() < IS_LATE,
    )
