"""The engine port: the few questions Praya asks of whatever runs jobs.

An engine is told to start an order and later asked what became of it. It is never asked to
remember a conversation: every call carries the job's key, every call may be repeated, and a new
process that opens the same engine gets the same answers as the one that died.

Worked example, for the order ``J-000012.1`` (the first attempt of job 12)::

    engine.poll(["J-000012.1"])    absent     nothing runs and nothing will by itself: start it
    engine.start(order)                       returns once the engine answers for the job
    engine.start(order)                       does nothing: same key, same order
    engine.poll(["J-000012.1"])    running    started_at=1000
    (Praya is killed and started again)
    engine.poll(["J-000012.1"])    completed  started_at=1000 ended_at=1042 exit_code=0
    engine.forget("J-000012.1")               its files are gone; poll says absent again

Times are whole seconds since 1970 (UTC). What a job held is ``ended_at - started_at``: at least 1,
rounded down beyond that, and never more than ``order.held_s_max``. So a book that holds the worst
case before the start never settles more than it held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")
_KEY_LENGTH_MAX = 100
LONGEST_CHARACTER = 4  # bytes of one character in UTF-8
_LATER_MASK, _LATER_BYTE = 0b1100_0000, 0b1000_0000
_FIRST_OF_2_3_4 = (0b1100_0000, 0b1110_0000, 0b1111_0000)


def is_key(text: str) -> bool:
    """Whether ``text`` may name a job: letters, digits, ``_ - .``, safe as a file name anywhere."""
    return len(text) <= _KEY_LENGTH_MAX and _KEY.fullmatch(text) is not None


class Outage(StrEnum):
    """What failed, as far as it can be told."""

    CONTROLLER = "controller"  # what places jobs does not answer
    DATABASE = "database"  # what keeps accounts does not answer
    SILENT = "silent"  # something took the question and did not answer in time
    GARBLED = "garbled"  # the answer could not be read
    UNKNOWN = "unknown"


class EngineUnavailable(Exception):  # noqa: N818 -- an outage is named for what is the case
    """The world failed: a disk, a controller, a network. Nothing is known; ask again next round."""

    def __init__(self, message: str = "", *, cause: Outage = Outage.UNKNOWN) -> None:
        super().__init__(message)
        self.cause = cause


class AnotherOrder(Exception):  # noqa: N818 -- named for what is the case
    """The key is taken by a different order. Keys are never used twice, so this is a bug."""


class NotEnded(Exception):  # noqa: N818 -- named for what is the case
    """A job that may still run was to be forgotten. Cancel it and wait for its end first."""


class JobState(StrEnum):
    """What an engine knows of a job. The last five are final: no process of it is left."""

    ABSENT = "absent"  # never started here, or forgotten
    STARTING = "starting"  # the engine answers for it; the command does not run yet
    RUNNING = "running"
    COMPLETED = "completed"  # exit code 0
    FAILED = "failed"  # another exit code, or a signal that Praya did not send
    TIMED_OUT = "timed_out"  # stopped by its run-time limit
    CANCELLED = "cancelled"  # stopped, or never begun, because somebody asked
    LOST = "lost"  # it is over, and nobody saw how

    @property
    def is_final(self) -> bool:
        """Whether the job is over for good."""
        return self in _FINAL


_FINAL = frozenset(
    {
        JobState.COMPLETED,
        JobState.FAILED,
        JobState.TIMED_OUT,
        JobState.CANCELLED,
        JobState.LOST,
    }
)


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What to run, where, and for how long at most.

    With a ``script``, the script is run through its ``#!`` line (``/bin/sh`` without one) and
    ``argv`` are its arguments. Without, ``argv`` is the command itself, passed on untouched: no
    shell ever reads it. ``directory`` is where it runs; ``None`` is a fresh folder of the job.
    ``environment`` is added to what the engine gives; it cannot change the visible devices.
    ``account``, ``member`` and ``partition`` say for whom and where on a cluster that has accounts
    of its own; they are no part of what is run, and engines without accounts look at none of them.
    """

    key: str
    argv: tuple[str, ...]
    device_model: str
    slots: tuple[int, ...]
    time_limit_s: int
    grace_s: int = 10
    script: str | None = None
    directory: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    account: str = field(default="", compare=False)
    member: str = field(default="", compare=False)
    partition: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        """Assert what the caller has checked with the person long before."""
        assert is_key(self.key), self.key
        assert self.argv or self.script, "an order without a command"
        assert self.script is not None or self.argv[0], "an empty command"
        assert not any("\0" in part for part in self.argv), "a command line cannot hold NUL"
        assert all(
            name and "=" not in name and "\0" not in name + value
            for name, value in self.environment.items()
        ), "not an environment"
        assert len(set(self.slots)) == len(self.slots), self.slots
        assert all(slot >= 0 for slot in self.slots), self.slots
        assert self.time_limit_s >= 1, self.time_limit_s
        assert self.grace_s >= 0, self.grace_s

    @property
    def held_s_max(self) -> int:
        """The longest the job can be reported to have held its slots: limit and grace."""
        return self.time_limit_s + self.grace_s


@dataclass(frozen=True, slots=True)
class JobReport:
    """What became of a job.

    ``started_at`` is set from ``running`` on; a job cancelled before its command ran has none and
    held nothing. ``ended_at`` is set with a final state of a job that started. ``exit_code`` and
    ``signal`` say how the command itself ended, at most one of them. ``last_seen_at`` is when the
    engine last had a sign of life; for a lost job that is its end.
    """

    key: str
    state: JobState
    started_at: int | None = None
    ended_at: int | None = None
    exit_code: int | None = None
    signal: int | None = None
    last_seen_at: int | None = None

    def __post_init__(self) -> None:
        """Assert that the fields tell one story."""
        assert self.exit_code is None or self.signal is None, self
        assert (self.ended_at is None) or (self.started_at is not None), self
        assert (self.ended_at is None) or self.ended_at > (self.started_at or 0), self
        assert (self.ended_at is None) or self.state.is_final, self
        assert not (self.state.is_final and self.started_at is not None) or self.ended_at, self

    @property
    def held_s(self) -> int:
        """Seconds for which the slots were held; 0 while running and for what never began."""
        if self.started_at is None or self.ended_at is None:
            return 0
        return self.ended_at - self.started_at


@dataclass(frozen=True, slots=True)
class Output:
    """A piece of what a job printed. Ask for ``next_offset`` next; stop when ``ended``."""

    content: bytes
    next_offset: int
    size: int
    ended: bool

    @property
    def text(self) -> str:
        """The piece for reading; bytes that are not UTF-8 show as the replacement character."""
        return self.content.decode("utf-8", errors="replace")


@runtime_checkable
class Engine(Protocol):
    """Whatever runs jobs. Every method may raise ``EngineUnavailable``, and may be called again."""

    def start(self, order: JobOrder) -> None:
        """Run the order, once.

        Before: the key is absent. Returns when the engine answers for the job by itself, even if
        the caller dies at once. Repeating it with the same order does nothing, whatever became of
        the job; of callers that race, one starts it. After a crash in the middle the key is either
        absent, and a repeated start runs it, or taken, and a repeated start does nothing.

        Raises:
            AnotherOrder: the key is taken by a different order.

        """

    def poll(self, keys: Iterable[str]) -> dict[str, JobReport]:
        """Say what became of each job; the answer holds every key that was asked.

        Before start, and after forget: ``absent``. During: ``starting``, then ``running``. After:
        a final state, the same at every poll. After a restart of Praya or of the machine: the
        truth, which may be ``lost``; whatever a lost job left running is ended before it is said.
        """

    def cancel(self, key: str) -> None:
        """Ask for the job to end: TERM, its grace, KILL. Poll tells when it has.

        Absent or ended already: nothing happens. Not yet running: it will not run.
        """

    def forget(self, key: str) -> None:
        """Remove all that is kept of an ended job. Absent: nothing happens.

        Raises:
            NotEnded: the job has not ended.

        """


@runtime_checkable
class FollowsOutput(Protocol):
    """An engine that can show what a job prints while it prints it."""

    def output(self, key: str, *, offset: int, limit: int) -> Output:
        """At most ``limit`` bytes from ``offset`` on, cut between characters.

        ``limit`` has room for any character: it is at least ``LONGEST_CHARACTER``.
        Before the job printed anything, and for an absent job: nothing, and not ended.
        """


@runtime_checkable
class NumbersJobs(Protocol):
    """An engine whose cluster gives each job a number of its own."""

    def numbers(self, keys: Iterable[str]) -> dict[str, str]:
        """The numbers of the jobs that were begun under the keys; of others nothing is told."""


def whole_characters(content: bytes) -> bytes:
    """``content`` without the beginning of a character cut off at its end.

    >>> whole_characters("港".encode()[:2])
    b''
    """
    for back in range(1, min(LONGEST_CHARACTER, len(content) + 1)):
        first = content[-back]
        if first & _LATER_MASK != _LATER_BYTE:
            length = 1 + sum(first >= bound for bound in _FIRST_OF_2_3_4)
            return content[:-back] if length > back else content
    return content
