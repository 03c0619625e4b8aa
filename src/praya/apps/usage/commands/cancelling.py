"""Asking for a job to end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.people.commands import record
from praya.apps.usage.access import check_may_cancel
from praya.apps.usage.commands.finishing import End, finish_job, locked_job
from praya.apps.usage.models import Job
from praya.apps.usage.queries import job_of
from praya.apps.usage.rules import ALIVE, JobState
from praya.core.actor import Actor


@transaction.atomic
def cancel_job(*, code: str, by: Actor, now: datetime) -> Job:
    """Ask for a job to end. One that waits ends at once; one on slots when the engine has ended it.

    Asking again changes nothing, nor does asking for a job that is over; its state says so.

    Raises, in this order:
        NotFound: the actor may not see the job.
        NotAllowed: the actor may see it and not stop it.

    """
    seen = job_of(code, by)
    check_may_cancel(by, seen)
    job = locked_job(seen.pk)
    if JobState(job.state) not in ALIVE or job.cancel_asked_at is not None:
        return job
    job.cancel_asked_at = now
    job.cancel_asked_by_id = by.person_id
    job.save(update_fields=["cancel_asked_at", "cancel_asked_by"])
    if job.state == JobState.WAITING.value:
        finish_job(job_id=job.pk, end=End(JobState.CANCELLED, reason="asked"), by=by, now=now)
        job.refresh_from_db()
    record(
        "job.cancelled",
        subject=("job", job.code),
        by=by,
        now=now,
        programme_code=job.award.programme.code,
        award=job.award.code,
    )
    return job
