"""A cluster is closed once no job is alive on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.clusters.access import check_may_change
from praya.apps.clusters.commands import mark_closed
from praya.apps.clusters.rules import ClusterBusy
from praya.apps.people.commands import record
from praya.apps.usage.queries import jobs_alive
from praya.apps.usage.queries.receiving import jobs_held_on
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.clusters.models import Cluster


@transaction.atomic
def close_cluster(*, code: str, by: Actor, now: datetime) -> Cluster:
    """Close a cluster for good: nothing is added to it and no job goes there. Twice is once.

    Its devices count until the day on which it closes. A job admitted in the very same instant is
    followed there like any other, and waits in vain if it has not begun by the end of that day.

    What came in on the cluster itself is no longer read then. So while awards are held there, what
    runs keeps it open too.

    Raises, in this order:
        NotAllowed, NotFound
        ClusterBusy: jobs on it are not over.

    """
    check_may_change(by)
    cluster, is_new = mark_closed(code=code, now=now)
    if not is_new:
        return cluster
    alive = jobs_alive(cluster_code=code)
    if cluster.engine_settings.get("is_held"):
        alive += jobs_held_on(code)
    if alive:
        raise ClusterBusy(cluster_code=code, jobs=len(alive), first=alive[0])
    record("cluster.closed", subject=("cluster", code), by=by, now=now)
    return cluster
