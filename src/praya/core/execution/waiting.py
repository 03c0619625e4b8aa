"""What is alive on a cluster and why it waits, in Praya's own terms rather than the cluster's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Holds(StrEnum):
    """What kind of thing a job waits for."""

    NOTHING = "nothing"  # it runs
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
class Alive:
    """A job that waits or runs on a cluster, whoever submitted it.

    ``reason`` is the cluster's word for why it waits and ``holds`` what that means; ``whose`` says
    whose limit it is where it is one: award, account (of a kind that Praya never sets), class of
    service, partition. ``began_at`` is set once it runs. ``ahead`` counts the lines of the queue
    before it, a whole array being one. ``nodes`` are the machines it holds or asks for, 0 where
    nobody told. ``cards_asked`` is set where it waits for whole nodes, and so for more ``cards``
    than it asked for. ``run_key`` is what its name claims to be of Praya's own keys: anybody may
    name a job so.
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
    began_at: int | None = None
    ahead: int = 0
    nodes: int = 0
    cards_asked: int | None = None


@runtime_checkable
class Explains(Protocol):
    """An engine that can say what is alive and why it waits; may raise ``EngineUnavailable``."""

    def alive(self) -> tuple[Alive, ...]:
        """The jobs that wait or run, of all accounts."""
