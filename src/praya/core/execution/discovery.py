"""What a cluster consists of, and whether it is set up so that limits hold there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

UNTYPED = "no-type"  # stands for the name of their kind where the cluster gives its cards none


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A machine: its cards by the cluster's own name for their kind, and whether it can be used.

    ``others`` are what it has beside them that the cluster gives out by number.
    """

    name: str
    cards: Mapping[str, int]
    state: str
    reason: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartitionSeen:
    """A part of the cluster that jobs are sent to."""

    name: str
    nodes: tuple[str, ...]
    is_up: bool
    is_default: bool
    longest_s: int | None
    cards: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LineSeen:
    """How the cluster puts those that wait in order, and whether some may pass.

    The weights are those of a job's priority, which count where ``by_priority``; the spans are how
    long age grows, in what time use counts half (0: it never fades), and how often both are
    reckoned anew.
    """

    passes: bool
    by_priority: bool
    age: int = 0
    fair_share: int = 0
    size: int = 0
    quality: int = 0
    favour_small: bool = False
    age_s_max: int = 0
    half_life_s: int = 0
    every_s: int = 0


@dataclass(frozen=True, slots=True)
class Discovered:
    """The cluster as it describes itself; ``kinds`` are the names it has for kinds of cards.

    ``qualities`` are its classes of service, with the priority that each gives.
    """

    name: str
    version: str
    partitions: tuple[PartitionSeen, ...]
    nodes: tuple[NodeSeen, ...]
    kinds: tuple[str, ...]
    qualities: Mapping[str, int]
    line: LineSeen | None = None


class Weight(StrEnum):
    """What it means when a setting is not as it should be."""

    MUST = "must"  # limits do not hold: Praya does not enforce there
    SHOULD = "should"  # limits hold, but later or less exactly


@dataclass(frozen=True, slots=True)
class SettingCheck:
    """One setting of the cluster: what it is, what it should be, and what depends on it.

    ``code`` names the sentence; ``line`` is the line to write, ready for the cluster's own file.
    """

    code: str
    weight: Weight
    setting: str
    found: str
    line: str
    is_met: bool


@runtime_checkable
class Discovers(Protocol):
    """An engine that can describe its cluster.

    Every method may raise ``EngineUnavailable`` and may be called again.
    """

    def discover(self) -> Discovered:
        """The parts, machines and kinds of cards of the cluster."""

    def check_settings(self) -> tuple[SettingCheck, ...]:
        """Every setting that limits depend on, met or not, in a fixed order."""
