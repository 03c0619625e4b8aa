"""The machines that serve a programme as the simulator takes them.

A partition of the site is a pool of slots: a job takes any of them. So each slot is a node of one
card, and a job of eight cards takes eight nodes. Where a cluster tells that all its machines with a
device model have as many cards, and each lease of that model is of whole machines, those are the
nodes. The nodes of a partition are as many as its slots in service on the best day of the forecast.
On other days the first of them are closed; leases stand on the last.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.timezone import get_default_timezone

from praya.apps.awards.models import AwardLine
from praya.apps.clusters.queries import PartitionCapacity
from praya.apps.enforcement.models import Link
from praya.apps.usage.queries import days_of, zone_of
from praya.core.metering import instant_of
from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.simulator.cluster.leasing import room_for
from praya.core.simulator.cluster.model import Lease, Partition, Window

LONGEST_RUN = timedelta(days=60)
Step = tuple[int, int]  # since when how many
Leased = tuple[str, int]  # how many cards of which device model


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
    """Partitions with what is closed of them and leased on them; leases by the line's code.

    ``node_cards`` are the cards of each node by device model.
    """

    partitions: tuple[Partition, ...]
    windows: tuple[Window, ...]
    leases: tuple[Lease, ...]
    names: dict[int, str]  # of partitions, by their ids
    node_cards: Mapping[str, int]


def machines_in(
    found: Sequence[PartitionCapacity],
    leased: Sequence[AwardLine],
    span: Span,
    links: Sequence[Link] = (),
    to_come: Sequence[Leased] = (),
) -> Machines:
    """The partitions that have a slot in service on some day of the span.

    ``leased`` are lines in cards in the order of their awards. Each stands on the first partition
    of its device model, cut down to the cards that those before it leave. ``links`` tell the
    machines of clusters. Leases ``to_come`` stand nowhere yet; machines are taken so that they may.
    """
    partitions: list[Partition] = []
    windows: list[Window] = []
    names = {}
    known = [(each, list(_steps(each, span))) for each in found]
    known = [(each, steps) for each, steps in known if _most(steps)]
    leases_of = [*((line.device_model_code, line.cards) for line in leased), *to_come]
    node_cards = _node_cards(known, links, leases_of)
    for each, steps in known:
        name = f"{each.partition.cluster.code}/{each.partition.code}"
        model = each.partition.device_model.code
        # A machine that lacks a card is taken to be out of service.
        by_node = [(at, count // node_cards[model]) for at, count in steps]
        names[each.partition.pk] = name
        partitions.append(Partition(name, model, _most(by_node), node_cards[model]))
        windows += _closed(name, _most(by_node), by_node)
    leases = tuple(_leases(partitions, leased, span))
    return Machines(tuple(partitions), tuple(windows), leases, names, node_cards)


def _most(steps: Sequence[Step]) -> int:
    return max(count for _, count in steps)


def _node_cards(
    known: Sequence[tuple[PartitionCapacity, Sequence[Step]]],
    links: Sequence[Link],
    leased: Sequence[Leased],
) -> dict[str, int]:
    """How many cards each machine has, by device model; 1 where they differ or nobody tells.

    Jobs of one device model may run on any of its partitions, so they must be alike on all. It is 1
    as well where a lease is of a part of a machine. One of twelve cards on machines of eight would
    lie as eight and four, and its jobs of twelve, as six and six, would never start.
    """
    told = {
        (link.cluster.code, part["name"].lower(), link.kinds.get(kind, kind)): sizes
        for link in links
        for part in link.partitions
        for kind, sizes in part.get("sizes", {}).items()
    }
    found: dict[str, set[int]] = defaultdict(set)
    for each, steps in known:
        one = each.partition
        sizes = told.get((one.cluster.code, one.code, one.device_model.code), [1])
        fits = len(sizes) == 1 and _most(steps) % sizes[0] == 0
        found[one.device_model.code].add(sizes[0] if fits else 1)
    alike = {model: sizes.pop() if len(sizes) == 1 else 1 for model, sizes in found.items()}
    broken = {model for model, cards in leased if cards % alike.get(model, 1)}
    return {model: 1 if model in broken else each for model, each in alike.items()}


def _steps(each: PartitionCapacity, span: Span) -> Iterator[Step]:
    """Since when how many slots are in service, within the span."""
    zone = get_default_timezone()
    first = span.now.astimezone(zone).date()
    last = span.until.astimezone(zone).date()
    yield ALWAYS, each.on(first).in_service
    for step in each.steps:
        if first < step.first_on <= last:
            yield span.second(instant_of(step.first_on, zone)), step.in_service


def _closed(name: str, most: int, steps: Sequence[Step]) -> Iterator[Window]:
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
        cards = min(line.cards, room_for(home, placed, begins_at=begins_s, ends_at=ends_s))
        if cards > 0:
            placed.append(Lease(line.code, line.code, home.name, cards, begins_s, ends_s))
    return iter(placed)
