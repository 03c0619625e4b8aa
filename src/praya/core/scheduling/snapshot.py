"""What a scheduling policy looks at: machines, promises, running jobs and waiting jobs.

Instants are whole seconds since 1970 (UTC), as engines report them. A *slot* is one card of a
partition, known by its number. A *lease* is a number of a partition's cards set aside for one award
between two instants: its jobs use these cards and no others, and other jobs never use them.

A partition may be made of *nodes*; without any it is one node. A job asks for the same of each of
its nodes: cards, CPU cores and memory.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """``cards`` of a partition set aside from ``begins_at`` until just before ``ends_at``."""

    key: str
    cards: int
    begins_at: int
    ends_at: int


@dataclass(frozen=True, slots=True)
class Closing:
    """What a node lacks from ``begins_at`` until just before ``ends_at``, known beforehand."""

    cards: int
    begins_at: int
    ends_at: int
    cpus: int = 0
    memory: int = 0


@dataclass(frozen=True, slots=True)
class Node:
    """One machine: its slots in service, its CPU cores and its memory."""

    slots: tuple[int, ...]
    cpus: int = 0
    memory: int = 0
    closings: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True)
class Partition:
    """Cards of one device model. ``slots`` are in service; ``installed`` counts the others too."""

    name: str
    device_model: str
    slots: tuple[int, ...]
    installed: int
    leases: tuple[Lease, ...] = ()
    nodes: tuple[Node, ...] = ()

    @property
    def machines(self) -> tuple[Node, ...]:
        """The nodes; where none are named, one with all the slots."""
        return self.nodes or (Node(self.slots),)


@dataclass(frozen=True, slots=True)
class Running:
    """A job that holds slots, until ``ends_at`` at the latest: its start and its time limit.

    Jobs that may be stopped for others have a ``rank``; a later ``started_at`` is stopped first.
    """

    job: str
    award: str
    partition: str
    slots: tuple[int, ...]
    ends_at: int
    lease: str | None = None
    cpus: int = 0
    memory: int = 0
    rank: int | None = None
    started_at: int = 0


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound that a job shares with others under the same key, such as its award's grant."""

    key: str
    most: int
    in_use: int
    needs: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits. ``award_cards_max`` bounds the cards its award holds at once, if set.

    It takes ``cards / nodes`` cards, ``cpus`` and ``memory`` of each of so many nodes. It may stop
    running jobs of a rank below ``stops_below``. ``instead`` is what it would take in place of all
    this, in the order of its wishes.
    """

    job: str
    award: str
    partition: str
    cards: int
    limit_s: int
    lease: str | None = None
    award_cards_max: int | None = None
    nodes: int = 1
    cpus: int = 0
    memory: int = 0
    limits: tuple[Limit, ...] = ()
    stops_below: int | None = None
    instead: tuple[Waiting, ...] = ()

    @property
    def cards_per_node(self) -> int:
        """The cards it takes of each of its nodes."""
        return self.cards // self.nodes

    @property
    def wishes(self) -> tuple[Waiting, ...]:
        """What it would take, the dearest first."""
        return (self, *self.instead)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything a decision rests on. ``waiting`` stands in order of priority, first first."""

    now: int
    partitions: tuple[Partition, ...]
    running: tuple[Running, ...] = ()
    waiting: tuple[Waiting, ...] = ()

    def validate(self) -> None:
        """Assert all that must hold of a state, whoever made it."""
        names = [partition.name for partition in self.partitions]
        assert len(set(names)) == len(names), names
        jobs = [job.job for job in self.running] + [job.job for job in self.waiting]
        assert len(set(jobs)) == len(jobs), jobs
        for partition in self.partitions:
            _validate_partition(partition)
        held = Counter((job.partition, slot) for job in self.running for slot in job.slots)
        assert all(times == 1 for times in held.values()), "two jobs on one slot"
        for name, slot in held:
            assert name in names, name
            assert slot >= 0, slot
        for waiting in self.waiting:
            for wish in waiting.wishes:
                assert wish.job == waiting.job, waiting
                assert wish.partition in names, wish
                assert wish.cards >= wish.nodes >= 1, wish
                assert wish.cards % wish.nodes == 0, wish
                assert wish.limit_s >= 1, wish
                assert wish.award_cards_max is None or wish.award_cards_max >= 0, wish


def _validate_partition(partition: Partition) -> None:
    assert len(set(partition.slots)) == len(partition.slots) <= partition.installed, partition
    assert all(slot >= 0 for slot in partition.slots), partition
    if partition.nodes:
        assert not partition.leases, "cards of nodes are set aside node by node"
        slots = sorted(slot for node in partition.nodes for slot in node.slots)
        assert slots == sorted(partition.slots), partition
    keys = [lease.key for lease in partition.leases]
    assert len(set(keys)) == len(keys), partition
    for lease in partition.leases:
        assert lease.cards >= 1, lease
        assert lease.begins_at < lease.ends_at, lease
        there = [
            other.cards
            for other in partition.leases
            if other.begins_at <= lease.begins_at < other.ends_at
        ]
        assert sum(there) <= partition.installed, "more cards set aside than there are"
