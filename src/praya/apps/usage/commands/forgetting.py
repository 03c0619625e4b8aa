"""What an engine keeps of jobs that ended long ago is removed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.people.commands import record
from praya.apps.usage.models import Job
from praya.apps.usage.queries import jobs_to_forget
from praya.core.actor import Actor
from praya.core.execution.port import Engine, NotEnded

PRAYA = Actor.praya("housekeeping")


def forget_jobs(*, engine: Engine, cluster_code: str, now: datetime) -> list[str]:
    """Have the engine forget jobs that ended more than ``PRAYA_JOB_KEEP_DAYS`` ago; their codes.

    The rows stay: what was run, held and charged is kept for ever; only folders and output go.
    A job that the engine says has not ended is left to a later round. Repeatable: a folder that is
    gone is gone, and a job is written down as forgotten once.

    Raises:
        EngineUnavailable: what was forgotten before stays so; ask again next round.

    """
    forgotten: list[Job] = []
    old = jobs_to_forget(now, cluster_code=cluster_code)
    try:
        forgotten.extend(job for job in old if _forgets(engine, job))
    finally:  # what was forgotten before an outage is written down, too
        if forgotten:
            _note(forgotten, cluster_code, now=now)
    return [job.code for job in forgotten]


def _forgets(engine: Engine, job: Job) -> bool:
    try:
        for attempt in range(1, job.attempt + 1):
            engine.forget(f"{job.code}.{attempt}")
    except NotEnded:
        return False
    return True


@transaction.atomic
def _note(jobs: list[Job], cluster_code: str, *, now: datetime) -> None:
    unnoted = Job.objects.filter(pk__in=[job.pk for job in jobs], forgotten_at=None)
    unnoted.update(forgotten_at=now)
    record(
        "jobs.forgotten",
        subject=("cluster", cluster_code),
        by=PRAYA,
        now=now,
        jobs=[job.code for job in jobs],
    )
