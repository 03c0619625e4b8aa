"""What a scheduling policy looks at: machines, promises, running jobs and waiting jobs.

Instants are whole seconds since 1970 (UTC), as engines report them. A *slot* is one card of a
partition, known by its number. A *lease* is a number of a partition's cards set aside for one award
between two instants: its jobs use these cards and no others, and other jobs never use them.
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
class Partition:
    """Cards of one device model. ``slots`` are in service; ``installed`` counts the others too."""

    name: str
    device_model: str
    slots: tuple[int, ...]
    installed: int
    leases: tuple[Lease, ...] = ()


@dataclass(frozen=True, slots=True)
class Running:
    """A job that holds slots, until ``ends_at`` at the latest: its start and its time limit."""

    job: str
    award: str
    partition: str
    slots: tuple[int, ...]
    ends_at: int
    lease: str | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job that waits. ``award_cards_max`` bounds the cards its award holds at once, if set."""

    job: str
    award: str
    partition: str
    cards: int
    limit_s: int
    lease: str | None = None
    award_cards_max: int | None = None


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
            assert waiting.partition in names, waiting
            assert waiting.cards >= 1, waiting
            assert waiting.limit_s >= 1, waiting
            assert waiting.award_cards_max is None or waiting.award_cards_max >= 0, waiting


def _validate_partition(partition: Partition) -> None:
    assert len(set(partition.slots)) == len(partition.slots) <= partition.installed, partition
    assert all(slot >= 0 for slot in partition.slots), partition
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
