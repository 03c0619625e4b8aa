"""What holds for jobs and usage on paper."""

from __future__ import annotations

from enum import StrEnum


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"  # admitted, its worst case is held
    STARTING = "starting"  # slots are given, the engine has been told
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"
    LOST = "lost"  # the engine knows no more of it than when it was last seen


ALIVE = frozenset({JobState.WAITING, JobState.STARTING, JobState.RUNNING})
ON_SLOTS = frozenset({JobState.STARTING, JobState.RUNNING})


class UsageKind(StrEnum):
    """Where a usage record comes from."""

    JOB = "job"
    LEASE = "lease"  # cards held for a day of a lease, busy or idle
    LEASE_JOB = "lease-job"  # a job on leased cards: measured, not charged again
