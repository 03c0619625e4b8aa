"""What a cluster says was used: immutable once a job has ended, told again as often as asked.

A small glossary. A *run* is one stretch of a job from submission to end: a job that is requeued has
several, each with a key of its own. *Held* seconds are those for which the cards were the job's;
while it is suspended they are not. What has not ended yet is *in flight*.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
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
    CANCELLED = "cancelled"  # by its member, or by Praya
    CANCELLED_BY_ANOTHER = "cancelled-by-another"  # by whoever runs the cluster, most often
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

    ``time_limit_s`` is the limit at its end, which its member may have lowered while it ran.
    ``allowed_s`` is the longest for which the book held its cards; 0 where it held none. ``nodes``
    are the machines that its cards were on, 0 where nobody told.
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
    allowed_s: int = 0
    nodes: int = 0

    @property
    def card_seconds(self) -> int:
        """What was held: cards times seconds."""
        return self.cards * self.held_s

    @property
    def charged_s(self) -> int:
        """What is counted against the award: what was held, but not what ending it took.

        A cluster looks for jobs over their limit from time to time, and then gives them some
        seconds to end (Slurm: every 30 s, and ``KillWait``, 30 s unless set); the programs'
        ``OverTimeLimit`` should be none. That is the cluster's time, up to five minutes of it. It
        begins where the worst case ends that the book held when it saw the run, and never where
        the limit stood at the end: who lowers that saves nothing. What the book did not hold is
        counted whole.
        """
        over_s = self.held_s - self.allowed_s
        is_excused = self.end is RunEnd.TIMED_OUT and self.allowed_s and over_s <= ENDING_S_MAX
        return self.cards * (min(self.held_s, self.allowed_s) if is_excused else self.held_s)


@dataclass(frozen=True, slots=True)
class InFlight:
    """A run that holds cards now. ``time_limit_s`` bounds what it may come to; 0 for no limit.

    ``is_known`` is false where the accounts have it, and the controller knows nothing of it: it is
    over, and either its end is on its way or it was lost.
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
    began_at: int
    held_s: int
    time_limit_s: int
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Unread:
    """A line of the cluster's that could not be read, and why; nothing of it is counted."""

    line: str
    why: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What was read: ended runs, runs in flight, and what could not be read.

    ``left_out`` is what the programs said where ended runs are left out, since nothing told what
    cards they held. They are told of when they are read again.
    """

    ended: tuple[Used, ...]
    in_flight: tuple[InFlight, ...]
    unread: tuple[Unread, ...] = ()
    left_out: str = ""


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

    def usage(
        self, *, since: int, until: int, accounts: Sequence[str] = (), alive: bool = True
    ) -> Usage:
        """The runs that ended in ``[since, until)`` or are in flight, of these accounts or all.

        Who wants only what ended says that nothing ``alive`` is asked for, which is quicker.

        Clusters write some records late, with their true, old end. So read some time again (see
        ``spans_of_read``), and know each run by its key: reading one again changes nothing.
        """

    def still_known(self, keys: Collection[str]) -> frozenset[str]:
        """Those of these runs that the cluster itself has, whatever its accounts tell.

        A run that has just ended may be among them.
        """

    def totals(self, *, since: int, until: int) -> tuple[DayTotal, ...]:
        """The cluster's own sums over whole hours, for comparison; it fills them an hour late.

        Under no device model stands the sum of all cards, also of those asked for without a kind.
        """

    def summed_until(self, *, since: int, until: int) -> int:
        """How far between two instants the cluster has filled its sums, in whole hours."""


MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400
ALWAYS_S = 10 * MINUTE_S  # read again by every read
TURN_S = 5 * MINUTE_S
# Within how long how much is read again by turns, and how long into a turn that is done.
TURNS = ((HOUR_S, DAY_S, 0), (DAY_S, 30 * DAY_S, TURN_S // 2))


def spans_of_read(*, last_read_at: int, now: int) -> list[tuple[int, int]]:
    """What to read to know all that ended until now: spans, the earliest first, none twice.

    Late records are met without reading everything each time. The ten minutes before the last read
    are read again at every read. What is older takes turns of five minutes: a day is cut into as
    many parts as an hour has turns, and thirty days into as many as a day has, so each part of a
    day comes once an hour, and each of thirty days once a day; the latter in the middle of a turn,
    so that no read has both to do. Turns in which nothing was read are made up for.

    Worked example: a turn that begins at 12:00 adds a part of some two hours, and one of some two
    and a half at 12:02:30; whoever reads again after a day of silence reads all thirty days in one
    span.
    """
    assert last_read_at <= now, (last_read_at, now)
    begin = max(0, last_read_at - ALWAYS_S)
    spans = [
        span
        for within_s, back_s, into_s in TURNS
        for span in _parts(_turns(last_read_at, now, into_s), within_s, back_s, into_s)
    ]
    return _joined([*((since, min(until, begin)) for since, until in spans), (begin, now)])


def _turns(last_read_at: int, now: int, into_s: int) -> range:
    """The turns that have come to this point of theirs since the last read."""
    return range((last_read_at - into_s) // TURN_S + 1, (now - into_s) // TURN_S + 1)


def _parts(turns: range, within_s: int, back_s: int, into_s: int) -> Iterator[tuple[int, int]]:
    """The parts of what is past whose turn it is; the latest part has only begun."""
    parts = within_s // TURN_S
    length = -(-back_s // (parts - 1))
    for turn in turns[-parts:]:
        latest = (turn * TURN_S + into_s) // length
        part = latest - (latest - turn) % parts
        yield max(0, part * length), (part + 1) * length


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in their order, those that meet as one; what is empty is left out."""
    found: list[tuple[int, int]] = []
    for since, until in sorted(spans):
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        elif since < until:
            found.append((since, until))
    return found
