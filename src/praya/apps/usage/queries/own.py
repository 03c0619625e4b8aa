"""Which of a cluster's jobs Praya began itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Protocol

from praya.apps.usage.engines import engine_of
from praya.apps.usage.models import Job
from praya.core.execution.port import NumbersJobs

LATE_S = 600  # by which a job may be settled before its cluster has told of its end


class ToldJob(Protocol):
    """A job or a run as a cluster tells of it."""

    @property
    def run_key(self) -> str:
        """What its name claims to be of Praya's own keys."""

    @property
    def job_id(self) -> str:
        """Its number there."""

    @property
    def member(self) -> str:
        """Whose it is there."""

    @property
    def submitted_at(self) -> int:
        """When it was submitted there."""


def own_jobs(
    cluster_code: str, told: Iterable[ToldJob], *, user: str
) -> dict[tuple[str, str], int]:
    """The ids of the jobs behind those that Praya began as ``user``, by key and number there.

    A name proves nothing, nor does the user, since jobs may run as Praya's own: anybody may name a
    job so, and would be neither held nor charged. So the number has to be the one that the cluster
    gave to Praya. Where that is forgotten with the job's folder, what ended by when the job was
    settled is taken for it; what is alive, or ended later, is anybody's.

    Raises:
        EngineUnavailable: what is kept of the numbers cannot be read.

    """
    claims = [one for one in told if one.run_key and one.member == user]
    codes = {one.run_key.rpartition(".")[0] for one in claims}
    if not codes:
        return {}
    rows = Job.objects.select_related("partition__cluster")
    rows = rows.filter(code__in=codes, partition__cluster__code=cluster_code).order_by()
    jobs = {job.code: job for job in rows}
    numbers = _numbers(cluster_code, jobs, {one.run_key for one in claims})
    found = {}
    for one in claims:
        job = jobs.get(one.run_key.rpartition(".")[0])
        if job is not None and _is_own(one, job, numbers.get(one.run_key)):
            found[one.run_key, one.job_id] = job.pk
    return found


def _numbers(cluster_code: str, jobs: dict[str, Job], keys: set[str]) -> dict[str, str]:
    by_engine: dict[str, set[str]] = defaultdict(set)
    for key in keys:
        if job := jobs.get(key.rpartition(".")[0]):
            by_engine[job.partition.cluster.engine].add(key)
    found: dict[str, str] = {}
    for name, some in by_engine.items():
        engine = engine_of(cluster_code, name)
        if isinstance(engine, NumbersJobs):
            found |= engine.numbers(some)
    return found


def _is_own(told: ToldJob, job: Job, number: str | None) -> bool:
    if number is not None:
        return told.job_id == number
    ended_at = getattr(told, "ended_at", None)  # what is alive has none
    attempts = {str(number) for number in range(1, job.attempt + 1)}
    was_tried = told.run_key.rpartition(".")[2] in attempts
    if ended_at is None or job.settled_at is None or not was_tried:
        return False
    return bool(ended_at <= job.settled_at.timestamp() + LATE_S)
