"""Jobs that can no longer run, and holds that outlived their job."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from praya.apps.awards.rules import AwardState
from praya.apps.books.commands import release_hold
from praya.apps.books.queries import expired_holds
from praya.apps.each import each_by_itself
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.models import Job
from praya.apps.usage.queries import days_of, is_lease, zone_of
from praya.apps.usage.rules import ALIVE, ON_SLOTS, JobState
from praya.core.actor import Actor
from praya.core.ledger import HoldEnded

if TYPE_CHECKING:
    from praya.apps.books.models import Hold

PRAYA = Actor.praya("expiry")
ONE_DAY = timedelta(days=1)
_IN_FORCE = (AwardState.ACTIVE, AwardState.SUSPENDED)
_OVER = [state.value for state in AwardState if state not in _IN_FORCE]


def expire_jobs(*, now: datetime) -> list[str]:
    """End waiting jobs that could not run to their limit within their line, or whose award is over.

    Jobs on slots of an award that is over are asked to end. Answers the codes of those it touched.
    """
    running = Job.objects.filter(
        award__state__in=_OVER, state__in=[s.value for s in ON_SLOTS], cancel_asked_at=None
    )
    touched = list(running.values_list("code", flat=True))
    Job.objects.filter(code__in=touched).update(cancel_asked_at=now)
    longest = timedelta(seconds=settings.PRAYA_JOB_LIMIT_S_MAX) + 2 * ONE_DAY
    near = Job.objects.filter(
        Q(award__state__in=_OVER) | Q(line__last_on__lte=(now + longest).date()),
        state=JobState.WAITING.value,
    ).select_related("award__programme", "line")

    def expire(job: Job) -> bool:
        reason = _why_over(job, now)
        end = End(JobState.CANCELLED, reason=reason)
        return bool(reason) and finish_job(job_id=job.pk, end=end, by=PRAYA, now=now)

    each = each_by_itself(
        near.order_by("id"), expire, name_of=lambda job: job.code, what="job to end"
    )
    return touched + [job.code for job, is_over in each if is_over]


def sweep_holds(*, now: datetime) -> list[str]:
    """Release expired holds whose job is over or unknown; the rest end with their job.

    Answers the keys of what it released.
    """
    each = each_by_itself(
        expired_holds(now),
        partial(_sweep, now=now),
        name_of=lambda hold: hold.key,
        what="hold to sweep",
    )
    return [hold.key for hold, is_released in each if is_released]


@transaction.atomic
def _sweep(hold: Hold, *, now: datetime) -> bool:
    job = Job.objects.select_for_update().filter(code=hold.key).first()
    if job is not None and JobState(job.state) in ALIVE:
        return False
    try:
        release_hold(
            programme_code=hold.programme_code,
            hold_key=hold.key,
            key=f"release:{hold.key}",
            now=now,
            reason="expired",
        )
    except HoldEnded:
        return False  # a cluster's run that was settled since it was asked for
    return True


def _why_over(job: Job, now: datetime) -> str:
    if job.award.state in _OVER:
        return "award_ended"
    job.line.award = job.award
    would_end_at = now + timedelta(seconds=job.time_limit_s)
    is_past = would_end_at > days_of(job.line).end_in(zone_of(job.award))
    return ("lease_ended" if is_lease(job.line) else "past_line_end") if is_past else ""
