"""What the full model is told: machines, awards, qualities of service, jobs and the policy.

Instants are whole seconds on any one scale; spans are seconds, cards and everything else are whole
numbers too, so that the same input gives the same schedule on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from praya.core.scheduling.placement import Rule
from praya.core.scheduling.pool import Backfill


class Order(StrEnum):
    """Who stands before whom in the line."""

    SUBMIT = "submit"
    SHORTEST = "shortest"
    PRIORITY = "priority"


class WhenStopped(IntEnum):
    """What becomes of a job that has to leave for another."""

    NEVER = 0  # it is not stopped
    REQUEUED = 1  # it begins anew
    SUSPENDED = 2  # it goes on later with what is left, on any nodes of the same pool
    CANCELLED = 3


class State(IntEnum):
    """Where a job stands at the end of a simulation."""

    TO_COME = 0
    HELD = 1  # jobs it follows have not all ended well
    WAITING = 2
    RUNNING = 3
    COMPLETED = 4
    TIMED_OUT = 5
    FAILED = 6
    CANCELLED = 7  # stopped for another
    GIVEN_UP = 8  # its award's end or grant no longer leaves room for it
    NEVER_MET = 9  # a job it follows did not end well


@dataclass(frozen=True, slots=True)
class Partition:
    """Equal nodes of one device model. Fair share counts a card second here ``billing`` times."""

    name: str
    device_model: str
    nodes: int
    cards: int
    cpus: int = 0
    memory: int = 0
    billing: int = 1


@dataclass(frozen=True, slots=True)
class Window:
    """Nodes of a partition that are not in service from ``begins_at`` until ``ends_at``.

    Known beforehand, so they drain: no job starts there whose limit passes ``begins_at``. Nodes
    that arrive later are closed until then, nodes that leave are closed from then on.
    """

    partition: str
    first_node: int
    nodes: int
    begins_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Lease:
    """Cards of a partition for one award alone; its jobs name the lease instead of a partition.

    They are taken from the last nodes of the partition, whole nodes first.
    """

    name: str
    award: str
    partition: str
    cards: int
    begins_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Award:
    """A promise: cards at once, card seconds in all, its days, and its place in the share tree.

    ``under`` names the groups above it, the outermost first; ``shares`` count beside its siblings.
    """

    name: str
    cards_max: int | None = None
    card_seconds: int | None = None
    begins_at: int | None = None
    ends_at: int | None = None
    shares: int = 1
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quality:
    """A quality of service. ``stops`` says that its jobs may stop those of a lower rank."""

    name: str
    priority: int = 0
    rank: int = 0
    stops: bool = False
    when_stopped: WhenStopped = WhenStopped.NEVER


@dataclass(frozen=True, slots=True)
class Weights:
    """The weights of a job's priority, and the spans they rest on.

    Slurm's PriorityWeightAge, -FairShare, -JobSize, -QOS; PriorityMaxAge, PriorityDecayHalfLife,
    PriorityCalcPeriod and PriorityFavorSmall.
    """

    age: int = 0
    fair_share: int = 0
    size: int = 0
    quality: int = 0
    age_s_max: int = 7 * 86400
    half_life_s: int = 7 * 86400
    every_s: int = 300
    favour_small: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """How the line is ordered, who may pass whom, and which nodes are given."""

    order: Order = Order.SUBMIT
    backfill: Backfill = Backfill.EASY
    placement: Rule = Rule.FIRST_FIT
    mix: Mapping[int, int] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Machines and promises. ``group_shares`` are those of the inner places of the share tree."""

    partitions: tuple[Partition, ...]
    awards: tuple[Award, ...]
    windows: tuple[Window, ...] = ()
    leases: tuple[Lease, ...] = ()
    qualities: tuple[Quality, ...] = (Quality("normal"),)
    group_shares: Mapping[tuple[str, ...], int] = field(default_factory=dict)

    @property
    def pools(self) -> tuple[str, ...]:
        """What jobs can draw from, in the order of their numbers: partitions, then leases."""
        return (
            *(partition.name for partition in self.partitions),
            *(lease.name for lease in self.leases),
        )

    @property
    def cards(self) -> int:
        """All cards there are."""
        return sum(partition.nodes * partition.cards for partition in self.partitions)
