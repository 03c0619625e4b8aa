"""The machines of a cluster as a scheduling policy sees them: slots in service, and leases."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils.timezone import get_default_timezone

from praya.apps.clusters.queries import devices_on, partitions_for, partitions_of_cluster
from praya.apps.clusters.rules import CapacityKind
from praya.apps.usage.queries import days_of, leased_lines, zone_of
from praya.core.metering import instant_of
from praya.core.scheduling.snapshot import Lease, Partition

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.clusters import models


def site_day(now: datetime) -> date:
    """The day it is on the site, by which capacity is dated."""
    return now.astimezone(get_default_timezone()).date()


def machines_of(cluster_code: str, now: datetime) -> tuple[Partition, ...]:
    """The partitions of a cluster now, with the leases that stand on them or will."""
    rows = partitions_of_cluster(cluster_code)
    leases = _leases_by_partition(rows, now)
    return tuple(_partition(row, leases[row.pk], site_day(now)) for row in rows)


def _partition(row: models.Partition, lines: list[AwardLine], day: date) -> Partition:
    in_service = devices_on(row, CapacityKind.IN_SERVICE, day)
    installed = max(devices_on(row, CapacityKind.INSTALLED, day), in_service)
    return Partition(
        name=row.code,
        device_model=row.device_model.code,
        slots=tuple(range(in_service)),
        installed=installed,
        leases=_fitting(lines, installed),
    )


def _leases_by_partition(rows: list[models.Partition], now: datetime) -> dict[int, list[AwardLine]]:
    """Lines in cards by the partition they stand on: the first that serves their programme."""
    first: dict[tuple[str, str], int | None] = {}
    found: dict[int, list[AwardLine]] = defaultdict(list)
    models_here = {row.device_model.code for row in rows}
    for line in leased_lines(models_here, site_day(now)):
        key = line.device_model_code, line.award.programme.code
        if key not in first:
            partitions = partitions_for(*key)
            first[key] = partitions[0].pk if partitions else None
        partition_id = first[key]
        if partition_id is not None:
            found[partition_id].append(line)
    return found


def _fitting(lines: list[AwardLine], installed: int) -> tuple[Lease, ...]:
    """The leases in order of award, each cut down to the cards that those before it leave."""
    placed: list[Lease] = []
    for line in lines:
        zone = zone_of(line.award)
        begins_at = int(instant_of(line.first_on, zone).timestamp())
        ends_at = int(days_of(line).end_in(zone).timestamp())
        cards = min(line.cards, installed - _most_at_once(placed, begins_at, ends_at))
        if cards > 0:
            placed.append(Lease(line.code, cards, begins_at, ends_at))
    return tuple(placed)


def _most_at_once(placed: list[Lease], begins_at: int, ends_at: int) -> int:
    """The most cards set aside at any instant of a span; it is reached where some lease begins."""
    instants = [begins_at, *(each.begins_at for each in placed)]
    return max(
        sum(lease.cards for lease in placed if lease.begins_at <= instant < lease.ends_at)
        for instant in instants
        if begins_at <= instant < ends_at
    )
