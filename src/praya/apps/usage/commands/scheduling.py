"""The scheduling round: a snapshot to the policy, its decisions to the rows and the engine.

Slots are given in the database first and the engine is told after; if Praya dies in between, the
tracking round finds a starting job that the engine does not know and tells it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from praya.apps.awards.rules import AwardState
from praya.apps.usage.models import Job
from praya.apps.usage.queries import is_lease, run_key
from praya.apps.usage.rules import JobState, WaitCode
from praya.apps.usage.snapshot import machines_of
from praya.core.execution.port import AnotherOrder, Engine, JobOrder
from praya.core.scheduling.decision import Start, Wait
from praya.core.scheduling.policy import easy
from praya.core.scheduling.snapshot import Partition, Running, Snapshot, Waiting


@dataclass(frozen=True, slots=True)
class Scheduled:
    """What a scheduling round did: jobs started, and jobs that still wait."""

    started: tuple[str, ...]
    waiting: int


def run_schedule(*, engine: Engine, cluster_code: str, now: datetime) -> Scheduled:
    """Start what fits on a cluster now, and write down why the rest waits.

    Raises:
        EngineUnavailable: the engine could not be told; what has slots is told again later.

    """
    waiting = _alive(cluster_code, [JobState.WAITING])
    if not waiting:
        return Scheduled((), 0)
    running = _alive(cluster_code, [JobState.STARTING, JobState.RUNNING])
    partitions = machines_of(cluster_code, now)
    leases = {lease.key for partition in partitions for lease in partition.leases}
    reasons: dict[str, dict[str, Any]] = {}
    ready = []
    for job in waiting:
        reason = _not_for_the_policy(job, leases)
        if reason is None:
            ready.append(job)
        else:
            reasons[job.code] = {"code": reason.value}
    snapshot = _snapshot(partitions, running, ready, now)
    decisions = easy(snapshot)
    starts = [decision for decision in decisions if isinstance(decision, Start)]
    for decision in decisions:
        if isinstance(decision, Wait):
            reasons[decision.job] = _reason_of(decision, snapshot)
    _keep_reasons(waiting, reasons)
    started = [start.job for start in starts if _give_slots(start)]
    for job in _alive(cluster_code, [JobState.STARTING]):
        if job.code in started:
            tell_engine(engine, job)
    return Scheduled(tuple(started), len(waiting) - len(started))


def tell_engine(engine: Engine, job: Job) -> None:
    """Tell the engine to start a job that has slots; telling it again does nothing.

    A key taken by another order (the job's grace was configured anew in between) is given up: what
    it names is stopped, and the job goes on under its next attempt.
    """
    try:
        engine.start(order_of(job))
    except AnotherOrder:
        engine.cancel(run_key(job))
        Job.objects.filter(pk=job.pk, attempt=job.attempt).update(attempt=job.attempt + 1)


def order_of(job: Job) -> JobOrder:
    """A job as its engine is told about it; the same as often as it is asked."""
    return JobOrder(
        key=run_key(job),
        argv=tuple(job.argv),
        device_model=job.line.device_model_code,
        slots=tuple(job.slots),
        time_limit_s=job.time_limit_s,
        grace_s=settings.PRAYA_JOB_GRACE_S,
        script=job.script or None,
        directory=job.directory or None,
        environment={
            **job.environment,
            "PRAYA_JOB": job.code,
            "PRAYA_AWARD": job.award.code,
        },
    )


def _alive(cluster_code: str, states: Iterable[JobState]) -> list[Job]:
    jobs = Job.objects.select_related("award", "line", "partition").filter(
        partition__cluster__code=cluster_code, state__in=[state.value for state in states]
    )
    return list(jobs.order_by("id"))


def _not_for_the_policy(job: Job, leases: set[str]) -> WaitCode | None:
    if job.award.state != AwardState.ACTIVE.value:
        return WaitCode.AWARD_SUSPENDED
    if is_lease(job.line) and job.line.code not in leases:
        return WaitCode.LEASE_NOT_PLACED
    return None


def _snapshot(
    partitions: tuple[Partition, ...], running: list[Job], waiting: list[Job], now: datetime
) -> Snapshot:
    """The cluster as the policy sees it; the cap of a line in card-hours is its award's cap."""
    return Snapshot(
        now=int(now.timestamp()),
        partitions=partitions,
        running=tuple(
            Running(
                job=job.code,
                award=job.line.code,
                partition=job.partition.code,
                slots=tuple(job.slots),
                ends_at=_latest_end(job, now),
                lease=job.line.code if is_lease(job.line) else None,
            )
            for job in running
        ),
        waiting=tuple(
            Waiting(
                job=job.code,
                award=job.line.code,
                partition=job.partition.code,
                cards=job.cards,
                limit_s=job.time_limit_s,
                lease=job.line.code if is_lease(job.line) else None,
                award_cards_max=None if is_lease(job.line) else job.line.cards,
            )
            for job in waiting
        ),
    )


def _latest_end(job: Job, now: datetime) -> int:
    begun = job.started_at or now
    return int((begun + timedelta(seconds=job.time_limit_s)).timestamp())


def _reason_of(wait: Wait, snapshot: Snapshot) -> dict[str, Any]:
    """The reason with its facts, and the running job whose end is waited for."""
    reason: dict[str, Any] = {"code": wait.reason.value, **wait.facts}
    if "expected_at" in wait.facts:
        last = [job.job for job in snapshot.running if job.ends_at == wait.facts["expected_at"]]
        if last:
            reason["after"] = last[-1]
        reason["expected_at"] = datetime.fromtimestamp(wait.facts["expected_at"], UTC).isoformat()
    return reason


def _keep_reasons(waiting: list[Job], reasons: dict[str, dict[str, Any]]) -> None:
    """Write the reasons that changed; a page read meanwhile shows the old ones."""
    changed = [job for job in waiting if reasons.get(job.code, job.wait_reason) != job.wait_reason]
    for job in changed:
        rows = Job.objects.filter(pk=job.pk, state=JobState.WAITING.value)
        rows.update(wait_reason=reasons[job.code])


@transaction.atomic
def _give_slots(start: Start) -> bool:
    """Give a waiting job its slots; false where it was cancelled in the meantime."""
    rows = Job.objects.filter(code=start.job, state=JobState.WAITING.value, cancel_asked_at=None)
    return bool(rows.update(state=JobState.STARTING.value, slots=list(start.slots), wait_reason={}))
