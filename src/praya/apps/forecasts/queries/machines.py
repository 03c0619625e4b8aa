"""The machines that serve a programme as the simulator takes them.

A partition of the site is a pool of slots: a job takes any of them. So each slot is a node of one
card, and a job of eight cards takes eight nodes. The nodes of a partition are as many as its slots
in service on the best day of the forecast. On other days the first of them are closed; leases stand
on the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from praya.apps.awards.models import AwardLine
from praya.apps.clusters.queries import PartitionCapacity
from praya.apps.usage.queries import days_of, zone_of
from praya.core.metering import instant_of
from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.simulator.cluster.model import Lease, Partition, Window

LONGEST_RUN = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Span:
    """What a forecast looks at: seconds count from midnight UTC of ``zero_on``."""

    zero_on: date
    now: datetime
    until: datetime

    @classmethod
    def of(cls, now: datetime, *, days: int) -> Span:
        """So many days from now on, on a scale that begins early enough for jobs that run now."""
        zero_on = (now - LONGEST_RUN).astimezone(UTC).date()
        return cls(zero_on, now, now + timedelta(days=days))

    def second(self, at: datetime) -> int:
        """An instant on the forecast's scale; what lies before its beginning is its beginning."""
        return max(self.unbounded(at), 0)

    def unbounded(self, at: datetime) -> int:
        """An instant on the forecast's scale, below zero before its first midnight."""
        zero = datetime.combine(self.zero_on, time(), UTC)
        return int((at - zero).total_seconds())

    @property
    def now_s(self) -> int:
        """Now."""
        return self.second(self.now)

    @property
    def until_s(self) -> int:
        """The end of the forecast."""
        return self.second(self.until)


@dataclass(frozen=True, slots=True)
class Machines:
    """Partitions with what is closed of them and leased on them; leases by the line's code."""

    partitions: tuple[Partition, ...]
    windows: tuple[Window, ...]
    leases: tuple[Lease, ...]
    names: dict[int, str]  # of partitions, by their ids


def machines_in(
    found: Sequence[PartitionCapacity], leased: Sequence[AwardLine], span: Span
) -> Machines:
    """The partitions that have a slot in service on some day of the span.

    ``leased`` are lines in cards in the order of their awards. Each stands on the first partition
    of its device model, cut down to the cards that those before it leave.
    """
    partitions: list[Partition] = []
    windows: list[Window] = []
    names = {}
    for each in found:
        steps = list(_steps(each, span))
        most = max(count for _, count in steps)
        if not most:
            continue
        name = f"{each.partition.cluster.code}/{each.partition.code}"
        names[each.partition.pk] = name
        partitions.append(Partition(name, each.partition.device_model.code, most, 1))
        windows += _closed(name, most, steps)
    return Machines(
        tuple(partitions), tuple(windows), tuple(_leases(partitions, leased, span)), names
    )


def _steps(each: PartitionCapacity, span: Span) -> Iterator[tuple[int, int]]:
    """Since when how many slots are in service, within the span."""
    zone = ZoneInfo(settings.TIME_ZONE)
    first = span.now.astimezone(zone).date()
    last = span.until.astimezone(zone).date()
    yield ALWAYS, each.on(first).in_service
    for step in each.steps:
        if first < step.first_on <= last:
            yield span.second(instant_of(step.first_on, zone)), step.in_service


def _closed(name: str, most: int, steps: list[tuple[int, int]]) -> Iterator[Window]:
    """The first nodes closed where fewer are in service than on the best day.

    Each node is closed for one stretch at a time, so a node that stays closed over several steps
    has a single window.
    """
    ends = [at for at, _ in steps[1:]] + [NEVER]
    for level in sorted({most - count for _, count in steps} - {0}):
        below = max((most - count for _, count in steps if most - count < level), default=0)
        begun: int | None = None
        for (at, count), end in zip(steps, ends, strict=True):
            is_closed = most - count >= level
            if is_closed and begun is None:
                begun = at
            if begun is not None and (not is_closed or end == NEVER):
                yield Window(name, below, level - below, begun, at if not is_closed else NEVER)
                begun = None


def _leases(
    partitions: Sequence[Partition], leased: Sequence[AwardLine], span: Span
) -> Iterator[Lease]:
    placed: list[Lease] = []
    for line in leased:
        home = next((one for one in partitions if one.device_model == line.device_model_code), None)
        if home is None:
            continue
        zone = zone_of(line.award)
        begins_s = span.second(instant_of(line.first_on, zone))
        ends_s = span.second(days_of(line).end_in(zone))
        if ends_s <= span.now_s or begins_s >= ends_s:
            continue
        cards = min(line.cards, free_for_lease(home, placed, begins_s, ends_s))
        if cards > 0:
            placed.append(Lease(line.code, line.code, home.name, cards, begins_s, ends_s))
    return iter(placed)


def free_for_lease(home: Partition, placed: Iterable[Lease], begins_s: int, ends_s: int) -> int:
    """Cards of a partition on which no lease stands at any time of a span."""
    return home.nodes * home.cards - sum(
        one.cards
        for one in placed
        if one.partition == home.name and one.begins_at < ends_s and begins_s < one.ends_at
    )
