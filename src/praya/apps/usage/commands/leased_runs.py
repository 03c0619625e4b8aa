"""Runs on leased cards that a cluster tells of: measured, and never charged: the lease pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import lock_book
from praya.apps.usage.commands.charging import add_to_days
from praya.apps.usage.models import UsageRecord
from praya.apps.usage.queries.among import among
from praya.apps.usage.rules import UsageKind
from praya.core.metering import Rating
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.core.execution.accounting import Used


def measure_leased_runs(
    *, cluster_code: str, runs: Sequence[Used], lines: Mapping[str, AwardLine], now: datetime
) -> int:
    """Measure the runs of accounts that are leases', each once; others are not looked at.

    ``lines`` are the leases by account. A run is known by its key, so reading it again changes
    nothing. Answers how many were new.
    """
    ours = {f"{cluster_code}:{run.key}": run for run in runs if run.account in lines}
    ours = {key: run for key, run in ours.items() if run.card_seconds}
    known = set(UsageRecord.objects.filter(key__in=among(ours)).values_list("key", flat=True))
    new = [key for key in ours if key not in known]
    return sum(
        _measure(cluster_code, key, ours[key], lines[ours[key].account], now=now) for key in new
    )


@transaction.atomic
def _measure(cluster_code: str, key: str, run: Used, line: AwardLine, *, now: datetime) -> bool:
    """The record and the daily sums together; nothing of money, as for a job on a lease here.

    Answers whether it was new: under the book's lock, so that of two who read it at once one is.
    """
    lock_book(line.award.programme.code)
    if UsageRecord.objects.filter(key=key).exists():
        return False
    ended_at = datetime.fromtimestamp(run.ended_at, UTC)
    began_at = min(datetime.fromtimestamp(run.began_at or run.ended_at, UTC), ended_at)
    usage = UsageRecord.objects.create(
        key=key,
        kind=UsageKind.LEASE_JOB.value,
        line=line,
        cluster_code=cluster_code,
        device_model_code=line.device_model_code,
        cards=run.cards,
        began_at=began_at,
        ended_at=ended_at,
        card_seconds=run.charged_s,
        received_at=now,
        number=run.job_id[:60],
        member=run.member[:40],
        end=run.end.value,
        submitted_at=datetime.fromtimestamp(run.submitted_at, UTC),
        time_limit_s=run.time_limit_s,
        nodes=run.nodes or None,
    )
    nothing = Money(0, line.award.programme.currency)
    rating = Rating(CardTime(run.charged_s, line.device_model_code), nothing, nothing)
    add_to_days([(line, usage, rating)])
    return True
