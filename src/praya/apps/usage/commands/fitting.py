"""Where a job can run: the partitions of its line's device model, and those that take no jobs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from praya.apps.clusters.queries import devices_on, partitions_for
from praya.apps.clusters.rules import CapacityKind
from praya.apps.usage.engines import takes_jobs
from praya.apps.usage.queries import is_lease
from praya.apps.usage.queries.there import places_there
from praya.apps.usage.rules import NoPartition, SubmittedThere
from praya.apps.usage.snapshot import site_day

if TYPE_CHECKING:
    from datetime import datetime

    from praya.apps.awards.models import AwardLine
    from praya.apps.clusters.models import Partition


def fitting_partition(
    line: AwardLine, *, cards: int, time_limit_s: int, now: datetime
) -> Partition:
    """The first partition in service with enough cards; a lease stands on the first of all.

    Raises:
        NoPartition: none that takes jobs has so many.
        SubmittedThere: the same, and clusters have such cards that take jobs by themselves alone.

    """
    partitions = partitions_for(line.device_model_code, line.award.programme.code)
    partitions = partitions[:1] if is_lease(line) else partitions
    ours = [one for one in partitions if takes_jobs(one.cluster.engine)]
    most = 0
    for partition in ours:
        in_service = devices_on(partition, CapacityKind.IN_SERVICE, site_day(now))
        if in_service >= cards:
            return partition
        most = max(most, in_service)
    if there := places_there(line):
        raise SubmittedThere(
            places=tuple(asdict(one) for one in there), cards=cards, time_limit_s=time_limit_s
        )
    raise NoPartition(device_model=line.device_model_code, cards=cards, most=most)
