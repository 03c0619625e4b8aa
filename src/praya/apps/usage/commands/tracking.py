"""The tracking round: what the engine says became of jobs on slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from praya.apps.each import each_by_itself
from praya.apps.usage.commands.finishing import End, finish_job
from praya.apps.usage.commands.scheduling import tell_engine
from praya.apps.usage.models import Job
from praya.apps.usage.queries import run_key
from praya.apps.usage.rules import ON_SLOTS, JobState
from praya.core.actor import Actor
from praya.core.execution.port import Engine, JobReport
from praya.core.execution.port import JobState as EngineState

PRAYA = Actor.praya("tracking")
SEEN_EVERY = timedelta(minutes=1)
_ON_SLOTS = [state.value for state in ON_SLOTS]


@dataclass(frozen=True, slots=True)
class Tracked:
    """What a tracking round saw: jobs that began, ended, or were told to the engine again."""

    began: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    told_again: tuple[str, ...] = ()


def track_jobs(*, engine: Engine, cluster_code: str, now: datetime) -> Tracked:
    """Ask the engine about every job on slots of a cluster; settle what is over.

    A starting job that the engine does not know is told again: Praya died before it could. A
    running one that it does not know is lost, and charged until it was last seen.

    Raises:
        EngineUnavailable: nothing is known; ask again next round.

    """
    jobs = _on_slots(cluster_code)
    if not jobs:
        return Tracked()
    reports = engine.poll([run_key(job) for job in jobs])
    began: list[str] = []
    ended: list[str] = []
    told_again: list[str] = []

    def track(job: Job) -> None:
        report = reports[run_key(job)]
        end = _end_of(job, report)
        if end is not None:
            if finish_job(job_id=job.pk, end=end, by=PRAYA, now=now):
                ended.append(job.code)
        elif report.state is EngineState.ABSENT:
            tell_engine(engine, job)
            told_again.append(job.code)
        else:
            if _note_running(job, report, now=now):
                began.append(job.code)
            if job.cancel_asked_at is not None:
                engine.cancel(run_key(job))

    for _ in each_by_itself(jobs, track, name_of=lambda job: job.code, what="job"):
        pass
    return Tracked(tuple(began), tuple(ended), tuple(told_again))


def _on_slots(cluster_code: str) -> list[Job]:
    related = ("award", "line", "partition__cluster")
    jobs = Job.objects.select_related(*related).filter(
        partition__cluster__code=cluster_code, state__in=_ON_SLOTS
    )
    return list(jobs.order_by("id"))


def _end_of(job: Job, report: JobReport) -> End | None:
    """How the job ended, if it has."""
    if report.state.is_final:
        is_ours = report.state is EngineState.CANCELLED
        return End.reported(report, reason=job.wait_reason.get("code", "") if is_ours else "")
    if report.state is not EngineState.ABSENT:
        return None
    if job.state == JobState.RUNNING.value:
        return End(JobState.LOST, job.started_at, job.seen_at or job.started_at)
    if job.cancel_asked_at is not None:
        return End(JobState.CANCELLED, reason=job.wait_reason.get("code", "asked"))
    return None


def _note_running(job: Job, report: JobReport, *, now: datetime) -> bool:
    """Write down that a job runs, and once a minute that it still does; whether it just began."""
    if report.state is not EngineState.RUNNING or report.started_at is None:
        return False
    has_begun = job.state == JobState.STARTING.value
    if not has_begun and job.seen_at is not None and now - job.seen_at < SEEN_EVERY:
        return False
    began_at = datetime.fromtimestamp(report.started_at, UTC)
    rows = Job.objects.filter(pk=job.pk, state__in=_ON_SLOTS)
    rows.update(
        state=JobState.RUNNING.value,
        started_at=min(max(began_at, job.submitted_at), now),
        seen_at=now,
    )
    return has_begun
