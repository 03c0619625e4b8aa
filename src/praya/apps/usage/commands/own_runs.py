"""Runs that a cluster tells of and that are Praya's own jobs: charged as jobs, counted there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from praya.apps.applications.rules import LineShape
from praya.apps.usage.models import ClusterUse, Job
from praya.apps.usage.queries.own import own_jobs
from praya.apps.usage.queries.receiving import awards_by_code

if TYPE_CHECKING:
    from praya.core.execution.accounting import InFlight, Used


def own_runs(cluster_code: str, runs: Iterable[Used | InFlight], *, user: str) -> dict[str, int]:
    """The jobs behind those runs that Praya submitted itself as ``user``, by the run's key.

    See ``own_jobs``: the number tells them, not the name.
    """
    runs = list(runs)
    jobs = own_jobs(cluster_code, runs, user=user)
    ours = {run.key: jobs.get((run.run_key, run.job_id)) for run in runs}
    return {key: job for key, job in ours.items() if job is not None}


@transaction.atomic
def count_own_runs(*, cluster_code: str, runs: Sequence[Used], own: dict[str, int]) -> None:
    """Count what the cluster's own counter shows of Praya's jobs, each once. Safe to repeat.

    Those on leases are left out: they run under an account of the lease's, with another counter.
    """
    for run in runs:
        if run.key not in own or not run.card_seconds:
            continue
        job = Job.objects.filter(pk=own[run.key], counted_s=None)
        job = job.exclude(line__shape=LineShape.CARDS.value)
        if not job.update(counted_s=run.card_seconds):
            continue
        award_id = Job.objects.values_list("award_id", flat=True).get(pk=own[run.key])
        _add_use(award_id, cluster_code, run.device_model, run.card_seconds)


@transaction.atomic
def count_before(*, cluster_code: str, award_code: str, card_seconds: Mapping[str, int]) -> None:
    """Count what a cluster's counter shows by device model of before an account was an award's.

    It is not charged. Not to be repeated: each call adds.
    """
    award_id = awards_by_code([award_code])[award_code].pk
    for model, seconds in sorted(card_seconds.items()):
        if seconds:
            _add_use(award_id, cluster_code, model, seconds)


def _add_use(award_id: int, cluster_code: str, model: str, card_seconds: int) -> None:
    row, _ = ClusterUse.objects.get_or_create(
        award_id=award_id, cluster_code=cluster_code, device_model_code=model
    )
    ClusterUse.objects.filter(pk=row.pk).update(card_seconds=F("card_seconds") + card_seconds)
