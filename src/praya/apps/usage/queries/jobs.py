"""What can be asked about jobs, and under which awards they run."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from praya.apps.awards.models import Award, AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.models import Hold
from praya.apps.books.queries import hold_of, line_numbers
from praya.apps.clusters.models import Cluster
from praya.apps.life.queries import zone_of
from praya.apps.programmes.queries import rules_of
from praya.apps.usage.access import LEADING, SEE_JOBS, check_may_see_output
from praya.apps.usage.engines import engine_of
from praya.apps.usage.models import Charge, Job
from praya.apps.usage.queries.lines import award_days, is_lease
from praya.apps.usage.queries.there import There, lines_there
from praya.apps.usage.rules import ALIVE, JobState, key_taken_back
from praya.core.actor import Actor
from praya.core.execution.port import FollowsOutput, Output
from praya.core.ledger import FourNumbers
from praya.core.refusal import NotFound

# As many in a round, so that a site that was never tidied is tidied in pieces.
FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LineForJobs:
    """A line of an award as somebody who runs jobs sees it, with its four numbers."""

    line: AwardLine
    numbers: tuple[FourNumbers, ...]
    there: There | None = None  # where its jobs are submitted, if not through Praya

    @property
    def is_lease(self) -> bool:
        """Whether the line is cards held day and night; its jobs hold nothing."""
        return is_lease(self.line)


@dataclass(frozen=True, slots=True)
class AwardForJobs:
    """An award under which the actor may run jobs now."""

    award: Award
    lines: tuple[LineForJobs, ...]
    classes: Mapping[str, str]  # of service that a job may name, with the factor on its price


@dataclass(frozen=True, slots=True)
class BusyCluster:
    """A cluster whose engine has something to do, and the name of that engine."""

    code: str
    engine: str
    is_silent: bool = False


def award_to_run_under(code: str) -> Award:
    """An award locked until the transaction ends, with what a job needs; raises ``NotFound``.

    The lock keeps its state and orders admissions, so that one key admits one job.
    """
    awards = Award.objects.select_for_update(no_key=True, of=("self",))
    award = awards.select_related("programme", "rule_version", "lead").filter(code=code).first()
    if award is None:
        raise NotFound(kind="award", key=code)
    return award


def awards_for_jobs(actor: Actor, now: datetime) -> list[AwardForJobs]:
    """Awards in force in which the actor is a member, with lines and their four numbers."""
    if actor.person_id is None:
        return []
    mine = Award.objects.filter(
        state=AwardState.ACTIVE.value, members__person_id=actor.person_id, members__until=None
    )
    found = mine.select_related("programme", "rule_version").prefetch_related("lines")
    awards = [
        award
        for award in found.order_by("code")
        if now.astimezone(zone_of(award)).date() in award_days(award)
    ]
    numbers = line_numbers(line.code for award in awards for line in award.lines.all())
    there = lines_there(awards) if awards else {}
    return [
        AwardForJobs(
            award,
            tuple(
                LineForJobs(line, tuple(numbers[line.code]), there.get(line.pk))
                for line in award.lines.all()
            ),
            _classes_of(award, now.astimezone(zone_of(award)).date()),
        )
        for award in awards
    ]


def _classes_of(award: Award, day: date) -> dict[str, str]:
    # A lower price that is passed on has the award's own classes and factors, see ``passed_on``.
    on = rules_of(award.rule_version).price_on
    prices = (on(line.device_model_code, day) for line in award.lines.all() if not is_lease(line))
    return {name: factor for price in prices if price for name, factor in price.factors.items()}


def jobs_visible_to(actor: Actor) -> QuerySet[Job]:
    """The actor's own jobs, those of awards they lead, and of programmes they operate or audit."""
    jobs = Job.objects.select_related("award", "line", "member", "partition__cluster")
    if actor.is_praya:
        return jobs
    if actor.person_id is None:
        return jobs.none()
    return jobs.filter(Q(member_id=actor.person_id) | answered_for(actor, "award"))


def job_codes_seen(codes: Collection[str], actor: Actor) -> set[str]:
    """Those of the codes whose jobs the actor may see; one query, none without codes."""
    if not codes:
        return set()
    return set(jobs_visible_to(actor).filter(code__in=codes).values_list("code", flat=True))


def answered_for(actor: Actor, award: str) -> Q:
    """Rows of awards that the actor leads, or of programmes they operate or audit."""
    led = Award.objects.filter(
        Q(lead_id=actor.person_id)
        | Q(members__person_id=actor.person_id, members__until=None, members__role__in=LEADING)
    )
    programmes = actor.programmes_as(*SEE_JOBS)
    return Q(**{f"{award}__in": led.values("pk")}) | Q(
        **{f"{award}__programme__code__in": programmes}
    )


def job_of(code: str, actor: Actor) -> Job:
    """A job with award, line and partition; raises ``NotFound`` also where it is not to be seen."""
    jobs = jobs_visible_to(actor).select_related(
        "award__programme", "award__rule_version", "award__lead", "partition__device_model"
    )
    job = jobs.filter(code=code).first()
    if job is None:
        raise NotFound(kind="job", key=code)
    return job


def hold_behind(job: Job) -> Hold | None:
    """The hold of a job with its entries; ``None`` on a lease."""
    return hold_of(job.award.programme.code, job.code)


def charge_behind(job: Job) -> Charge | None:
    """What a job was charged; ``None`` before it ended, for nothing held, and on a lease."""
    return Charge.objects.select_related("rule_version", "usage").filter(usage__job=job).first()


def taken_back(charge: Charge) -> Charge | None:
    """What took a charge back, if two people of finance did."""
    return Charge.objects.filter(usage__key=key_taken_back(charge.usage.key)).first()


def job_output(code: str, actor: Actor, *, offset: int, limit: int) -> Output:
    """A piece of what a job prints; nothing once its output was removed.

    Raises:
        NotFound, NotAllowed: the job, or what it prints, is not the actor's to see.
        EngineUnavailable: ask again.

    """
    job = job_of(code, actor)
    check_may_see_output(actor, job)
    if job.forgotten_at is not None:
        return Output(b"", offset, 0, ended=True)
    cluster = job.partition.cluster
    engine = engine_of(cluster.code, cluster.engine)
    if not isinstance(engine, FollowsOutput):
        return Output(b"", offset, 0, ended=job.state not in ALIVE)
    piece = engine.output(run_key(job), offset=offset, limit=limit)
    is_over = job.state not in ALIVE and piece.next_offset >= piece.size
    return Output(piece.content, piece.next_offset, piece.size, ended=piece.ended or is_over)


def run_key(job: Job) -> str:
    """The engine's key for the present attempt."""
    return f"{job.code}.{job.attempt}"


def busy_clusters() -> list[BusyCluster]:
    """Clusters with jobs that are not over, and those that did not answer when last asked."""
    jobs = Job.objects.filter(state__in=[state.value for state in ALIVE]).order_by()
    busy = Q(pk__in=jobs.values("partition__cluster")) | Q(silent_since__isnull=False)
    return [
        BusyCluster(cluster.code, cluster.engine, is_silent=cluster.silent_since is not None)
        for cluster in Cluster.objects.filter(busy).order_by("code")
    ]


def jobs_alive(*, cluster_code: str = "") -> list[str]:
    """Codes of the jobs that are not over, in order; of one cluster, if it is named."""
    jobs = Job.objects.filter(state__in=[state.value for state in ALIVE])
    if cluster_code:
        jobs = jobs.filter(partition__cluster__code=cluster_code)
    return list(jobs.order_by("id").values_list("code", flat=True))


def jobs_to_forget(now: datetime, *, cluster_code: str) -> list[Job]:
    """Jobs of a cluster that ended more than ``PRAYA_JOB_KEEP_DAYS`` ago; the first so many."""
    jobs = _old_jobs(now).filter(partition__cluster__code=cluster_code)
    return list(jobs.order_by("id")[:FORGOTTEN_AT_ONCE])


def clusters_to_tidy(now: datetime) -> list[BusyCluster]:
    """Clusters that keep folders of jobs which ended more than ``PRAYA_JOB_KEEP_DAYS`` ago."""
    clusters = _old_jobs(now).values_list("partition__cluster__code", "partition__cluster__engine")
    return [BusyCluster(code, engine) for code, engine in sorted(clusters.distinct())]


def failed_since(actor: Actor, since: datetime) -> QuerySet[Job]:
    """The actor's own jobs that failed or were lost since an instant, the latest first."""
    bad = (JobState.FAILED.value, JobState.LOST.value)
    mine = Job.objects.filter(member_id=actor.person_id, state__in=bad, ended_at__gte=since)
    return mine.order_by("-ended_at", "-id")


def lost_since(actor: Actor, since: datetime) -> QuerySet[Job]:
    """Jobs lost since an instant in programmes that the actor operates, the latest first."""
    lost = Job.objects.filter(state=JobState.LOST.value, ended_at__gte=since)
    run = actor.programmes_as(*SEE_JOBS)
    return lost.filter(award__programme__code__in=run).order_by("-ended_at", "-id")


def _old_jobs(now: datetime) -> QuerySet[Job]:
    """Jobs whose folders are kept no longer, and still are; none where they are kept for ever."""
    days: int = settings.PRAYA_JOB_KEEP_DAYS
    jobs = Job.objects.filter(forgotten_at=None, settled_at__isnull=False).order_by()
    return jobs.filter(ended_at__lt=now - timedelta(days=days)) if days else jobs.none()
