"""Why a job on a cluster waits, in Praya's own terms rather than the cluster's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Holds(StrEnum):
    """What kind of thing a job waits for."""

    TURN = "turn"  # others are before it
    CARDS = "cards"  # nothing free that fits
    ALLOWANCE = "allowance"  # it could use more than the award has left
    CARDS_AT_ONCE = "cards-at-once"  # the award may not hold more at once
    CLOSED = "closed"  # the award or the member may not begin jobs
    JOBS_AT_ONCE = "jobs-at-once"  # a limit on the number of jobs
    TOO_LONG = "too-long"  # it asks for more time than it may have
    TOO_LARGE = "too-large"  # it asks for more than any place there has
    NOT_YET = "not-yet"  # it is to begin later, or after another job
    NEVER = "never"  # what it waits for cannot come true any more
    HELD = "held"  # a person holds it back
    MACHINES = "machines"  # nodes or partitions are out of service
    RESERVED = "reserved"  # nodes are set aside for others, or its reservation is over
    LICENCES = "licences"
    NOT_ALLOWED = "not-allowed"  # account, partition or class of service do not go together
    SYSTEM = "system"  # the cluster is busy with it or went wrong
    UNKNOWN = "unknown"  # a word that is not known here


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits. ``reason`` is the cluster's word, ``holds`` what it means.

    ``whose`` says whose limit it is where it is one: award, class of service, partition, cluster.
    """

    job_id: str
    run_key: str
    account: str
    member: str
    partition: str
    device_model: str
    cards: int
    time_limit_s: int
    submitted_at: int
    expected_at: int | None
    reason: str
    holds: Holds
    whose: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Explains(Protocol):
    """An engine that can say why jobs wait; it may raise ``EngineUnavailable``."""

    def waiting(self, accounts: Sequence[str] = ()) -> tuple[Waiting, ...]:
        """The jobs that wait, of all accounts if none is named."""
