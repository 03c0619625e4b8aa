"""What a cluster says was used: immutable once a job has ended, told again as often as asked.

A small glossary. A *run* is one stretch of a job from submission to end: a job that is requeued has
several, each with a key of its own. *Held* seconds are those for which the cards were the job's;
while it is suspended they are not. What has not ended yet is *in flight*.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

ENDING_S_MAX = 300  # of a job over its time limit: longer than a cluster takes to end one


class RunEnd(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    OUT_OF_MEMORY = "out-of-memory"
    TIMED_OUT = "timed-out"
    CANCELLED = "cancelled"
    PREEMPTED = "preempted"
    REQUEUED = "requeued"
    NODE_FAILED = "node-failed"
    NOT_LAUNCHED = "not-launched"  # the node could not begin it
    UNKNOWN = "unknown"  # the cluster used a word that is not known here


@dataclass(frozen=True, slots=True)
class Used:
    """A run that has ended: what it held, of what, for how long.

    ``key`` is the same whenever and however often it is read, and no other run ever has it.
    ``device_model`` is empty where no card was held. ``held_s`` leaves out suspended time, so it
    may be less than ``ended_at - began_at``. A run that never began holds nothing and has no
    ``began_at``. ``run_key`` is Praya's own key where Praya submitted the job.
    """

    key: str
    account: str
    member: str
    job_id: str
    run_key: str
    partition: str
    device_model: str
    cards: int
    submitted_at: int
    began_at: int | None
    ended_at: int
    held_s: int
    end: RunEnd
    exit_code: int
    signal: int
    time_limit_s: int = 0

    @property
    def card_seconds(self) -> int:
        """What was held: cards times seconds."""
        return self.cards * self.held_s

    @property
    def charged_s(self) -> int:
        """What is counted against the award: what was held, but not what ending it took.

        A cluster looks for jobs over their limit from time to time, and then gives them some
        seconds to end (Slurm: every 30 s, and ``KillWait``, 30 s unless set); the programs'
        ``OverTimeLimit`` should be none. That is the cluster's time. Who has held cards for much
        longer did not: the limit was lowered while the job ran, which its member may do, and all
        that was held is counted. So a lowered limit saves five minutes of a job at most.
        """
        over_s = self.held_s - self.time_limit_s
        is_excused = self.time_limit_s and 0 < over_s <= ENDING_S_MAX
        return self.cards * (self.time_limit_s if is_excused else self.held_s)


@dataclass(frozen=True, slots=True)
class InFlight:
    """A run that holds cards now. ``time_limit_s`` bounds what it may come to; 0 for no limit."""

    key: str
    account: str
    member: str
    job_id: str
    run_key: str
    partition: str
    device_model: str
    cards: int
    submitted_at: int
    began_at: int
    held_s: int
    time_limit_s: int


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of the cluster's that could not be read, and why; nothing of it is counted."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What was read: ended runs, runs in flight, and what could not be read."""

    ended: tuple[Used, ...]
    in_flight: tuple[InFlight, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class DayTotal:
    """Card-seconds of an account and member in a span, as the cluster's own rollup has them."""

    account: str
    member: str
    device_model: str
    card_seconds: int


@runtime_checkable
class Accounts(Protocol):
    """An engine whose cluster keeps accounts of what was used.

    Every method may raise ``EngineUnavailable`` and may be called again.
    """

    def usage(self, *, since: int, until: int, accounts: Sequence[str] = ()) -> Usage:
        """The runs that ended in ``[since, until)`` or are in flight, of these accounts or all.

        Clusters write some records late, with their true, old end. So begin each read well before
        the end of the last one (see ``begin_of_read``), and know each run by its key: reading one
        again changes nothing.
        """

    def totals(self, *, since: int, until: int) -> tuple[DayTotal, ...]:
        """The cluster's own sums over whole hours, for comparison; it fills them an hour late.

        Under no device model stands the sum of all cards, also of those asked for without a kind.
        """

    def summed_until(self, *, since: int, until: int) -> int:
        """How far between two instants the cluster has filled its sums, in whole hours."""


MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
OVERLAPS = ((DAY_S, 30 * DAY_S), (HOUR_S, DAY_S), (0, 10 * MINUTE_S))


def begin_of_read(*, last_read_at: int, now: int) -> int:
    """From when to read again, so that late records are met without reading everything each time.

    Ten minutes are read again at every read, a day at the first read of an hour, and thirty days at
    the first of a day (UTC). Worked example: read at 12:59:50 and again at 13:00:10, the second
    goes back to 12:59:50 of the day before.
    """
    assert last_read_at <= now, (last_read_at, now)
    for every_s, overlap_s in OVERLAPS:
        if not every_s or last_read_at // every_s != now // every_s:
            return max(0, last_read_at - overlap_s)
    raise AssertionError
