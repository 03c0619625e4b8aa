"""The scheduling round: a snapshot to the policy, its decisions to the rows and the engine.

Slots are given in the database first and the engine is told after; if Praya dies in between, the
tracking round finds a starting job that the engine does not know and tells it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from django.conf import settings
from django.db import transaction

from praya.apps.awards.rules import AwardState
from praya.apps.people.commands import record
from praya.apps.usage.engines import may_begin_on
from praya.apps.usage.models import Job
from praya.apps.usage.queries import account_of, account_of_lease, is_lease, run_key
from praya.apps.usage.rules import YIELDED, JobState, WaitCode
from praya.apps.usage.snapshot import machines_of
from praya.core.actor import Actor
from praya.core.execution.port import AnotherOrder, Engine, JobOrder
from praya.core.programme.money import WHOLE
from praya.core.scheduling.decision import Start, Wait, WaitReason
from praya.core.scheduling.policy import easy
from praya.core.scheduling.snapshot import Partition, Running, Snapshot, Waiting

PRAYA = Actor.praya("scheduling")
FREE_USE = 0  # the rank of what may be stopped


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
    if not may_begin_on(engine):
        there = {"code": WaitCode.SUBMITTED_THERE.value}
        _keep_reasons(waiting, {job.code: there for job in waiting})
        return Scheduled((), len(waiting))
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
    held = {(job.partition.code, slot) for job in running for slot in job.slots}
    by_code = {job.code: job for job in ready}
    starts = []
    for decision in decisions:
        if isinstance(decision, Wait):
            reasons[decision.job] = _reason_of(decision, snapshot)
        elif held.isdisjoint((by_code[decision.job].partition.code, n) for n in decision.slots):
            starts.append(decision)
        else:
            # Its slots are still those of free use that is being stopped for it, or for another.
            reasons[decision.job] = {"code": WaitCode.YIELDING.value}
    _stop_free_use(_that_yield(decisions, snapshot), now=now)
    _keep_reasons(waiting, reasons)
    started = [start.job for start in starts if _give_slots(start)]
    for job in _alive(cluster_code, [JobState.STARTING]):
        if job.code in started:
            tell_engine(engine, job)
    return Scheduled(tuple(started), len(waiting) - len(started))


def _that_yield(decisions: Iterable[Start | Wait], snapshot: Snapshot) -> list[str]:
    """Free use that has to end: for the cards of a job that is paid for, or for its line's cap."""
    yielding = [
        code for decision in decisions if isinstance(decision, Start) for code in decision.stops
    ]
    paid = {job.job: job for job in snapshot.waiting if job.stops_below is not None}
    for decision in decisions:
        job = paid.get(decision.job)
        if job is None or not isinstance(decision, Wait):
            continue
        if decision.reason is not WaitReason.AWARD_CAP:
            continue
        over = decision.facts["in_use"] + decision.facts["needs"] - decision.facts["cap"]
        own = [run for run in snapshot.running if run.award == job.award and run.rank == FREE_USE]
        for run in sorted(own, key=lambda run: run.started_at, reverse=True):
            if over > 0:
                yielding.append(run.job)
                over -= len(run.slots)
    return yielding


def tell_engine(engine: Engine, job: Job) -> None:
    """Tell the engine to start a job that has slots; telling it again does nothing.

    A key taken by another order (the job's grace was configured anew in between) is given up: what
    it names is stopped, and the job goes on under its next attempt. Where Praya may not begin jobs
    any more, it waits again.
    """
    if not may_begin_on(engine):
        begun = Job.objects.filter(pk=job.pk, state=JobState.STARTING.value, cancel_asked_at=None)
        begun.update(state=JobState.WAITING.value, slots=[])
        return
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
        account=(
            account_of_lease(job.line.code) if is_lease(job.line) else account_of(job.award.code)
        ),
        partition=job.partition.code,
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
    """The cluster as the policy sees it; the cap of a line in card-hours is its award's cap.

    A dearer class of service goes first. Free use waits behind all that is paid for, which may
    stop it.
    """
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
                rank=FREE_USE if job.is_free_use else None,
                started_at=int((job.started_at or now).timestamp()),
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
                stops_below=None if job.is_free_use or is_lease(job.line) else FREE_USE + 1,
            )
            for job in sorted(waiting, key=_precedence)
        ),
    )


def _precedence(job: Job) -> tuple[bool, Fraction]:
    """What goes first among those that wait; equals go in the order of their submission."""
    return job.is_free_use, -Fraction(job.factor or WHOLE)


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
def _stop_free_use(codes: Iterable[str], *, now: datetime) -> None:
    """Ask free use to end, once; the tracking round tells the engine."""
    jobs = Job.objects.select_for_update(of=("self",)).select_related("award__programme")
    for job in jobs.filter(code__in=list(codes), cancel_asked_at=None).order_by("id"):
        job.cancel_asked_at, job.wait_reason = now, {"code": YIELDED}
        job.save(update_fields=["cancel_asked_at", "wait_reason"])
        record(
            "job.yielded",
            subject=("job", job.code),
            by=PRAYA,
            now=now,
            programme_code=job.award.programme.code,
            award=job.award.code,
        )


@transaction.atomic
def _give_slots(start: Start) -> bool:
    """Give a waiting job its slots; false where it was cancelled in the meantime."""
    rows = Job.objects.filter(code=start.job, state=JobState.WAITING.value, cancel_asked_at=None)
    return bool(rows.update(state=JobState.STARTING.value, slots=list(start.slots), wait_reason={}))
