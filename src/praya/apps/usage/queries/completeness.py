"""What is asked of records when a cluster's own sums are compared with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from praya.apps.usage.models import RunCorrection, SetAside, UsageRecord
from praya.apps.usage.queries.among import among
from praya.apps.usage.queries.on_clusters import told_of_clusters
from praya.apps.usage.rules import UsageKind, run_key_of
from praya.core.actor import Actor


def records_now(cluster_code: str, *, since: datetime, until: datetime) -> dict[str, UsageRecord]:
    """The records of runs of a cluster that held anything in a span, by the runs' keys.

    Of a run that was put right, the record that charges it now; none if nothing does. One query.
    """
    rows = (
        UsageRecord.objects.filter(
            cluster_code=cluster_code, ended_at__gte=since, began_at__lt=until
        )
        .exclude(kind=UsageKind.LEASE.value)
        .select_related("line__award", "job")
        .defer("job__argv", "job__script", "job__environment")
        .order_by("id")
    )
    found: dict[str, UsageRecord] = {}
    for row in rows.iterator(chunk_size=2000):
        # What is undone comes after what it undoes, and before what is charged anew.
        if row.card_seconds < 0:
            found.pop(run_key_of(row.key), None)
        else:
            found[run_key_of(row.key)] = row
    return found


def aside_by_key(keys: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Why runs were set aside, and whether they are given back."""
    rows = SetAside.objects.filter(key__in=among(keys)).values_list("key", "why", "is_refund")
    return {key: (why, is_refund) for key, why, is_refund in rows}


def corrections_on(cluster_code: str, actor: Actor, most: int) -> list[RunCorrection]:
    """Runs of a cluster that were put right and the actor is told of, the latest first."""
    rows = RunCorrection.objects.filter(cluster_code=cluster_code).select_related("award")
    return list(rows.filter(told_of_clusters(actor, programme="award__programme"))[:most])
