"""What can be asked about jobs that came in on clusters: alive, charged, or set aside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import AwardState
from praya.apps.books.queries import line_numbers
from praya.apps.enforcement.models import ClusterJob, Drift
from praya.apps.enforcement.queries.links import is_in_force
from praya.apps.enforcement.rules import NOT_CHARGED, RUNNING, WAITING, AwardThere, JobThere
from praya.apps.people.queries import NamesOf
from praya.apps.usage.models import Job, SetAside, UsageRecord
from praya.apps.usage.queries import days_of, run_there, seen_on_clusters, zone_of
from praya.core.actor import Actor
from praya.core.execution.limits import StepKind
from praya.core.execution.waiting import Holds
from praya.core.quantity import device_model_of
from praya.core.refusal import NotFound

_MENDED_BY = {
    Holds.CLOSED: StepKind.OPEN.value,
    Holds.ALLOWANCE: StepKind.SET_LIMIT.value,
    Holds.CARDS_AT_ONCE: StepKind.SET_CARDS.value,
    Holds.TOO_LONG: StepKind.SET_LONGEST.value,
}


def cluster_jobs_visible_to(actor: Actor, *, names: NamesOf | None = None) -> QuerySet[ClusterJob]:
    """Jobs alive that came in on clusters themselves, as far as the actor may see them."""
    jobs = ClusterJob.objects.select_related("award", "link__cluster").filter(job=None)
    where = {"award": "award", "cluster": "link__cluster__code"}
    return jobs.filter(seen_on_clusters(actor, **where, names=names))


def cluster_job_of(code: str, number: str, actor: Actor, *, now: datetime) -> JobThere:
    """A job that came in on a cluster: alive, charged, or set aside; the latest of its number.

    The number of an array stands for what of it waits or runs, or else for what ended last.

    Raises:
        NotFound: there is no such job, or the actor may not know of it.

    """
    jobs = cluster_jobs_visible_to(actor).filter(link__cluster__code=code)
    alive = (
        jobs.filter(number=number).first() or jobs.filter(number__startswith=f"{number}_").first()
    )
    if alive is not None:
        return alive_there(alive, awards_there([alive], now=now)[alive.pk])
    ended = run_there(code, number, actor)
    if ended is None:
        raise NotFound(kind="job", key=f"{code}/{number}")
    return run_of(ended) if isinstance(ended, UsageRecord) else aside_of(ended)


def alive_behind(job: Job, *, now: datetime) -> JobThere | None:
    """What a cluster tells of a job that Praya submitted there, while it waits or runs."""
    found = ClusterJob.objects.select_related("award", "link__cluster").filter(job=job).first()
    if found is None:
        return None
    return alive_there(found, awards_there([found], now=now)[found.pk])


def alive_there(row: ClusterJob, award: AwardThere | None = None) -> JobThere:
    """A job that waits or runs; with what its award may still use where that is asked."""
    return JobThere(
        cluster=row.link.cluster.code,
        number=row.number,
        award=row.award.code,
        member=row.member,
        partition=row.partition,
        device_model=row.device_model_code,
        cards=row.cards,
        state=WAITING if row.began_at is None else RUNNING,
        submitted_at=row.submitted_at,
        began_at=row.began_at,
        time_limit_s=row.time_limit_s,
        expected_at=row.expected_at,
        reason=row.reason,
        holds=Holds(row.holds),
        whose=row.whose,
        ahead=row.ahead,
        seen_at=row.link.jobs_at,
        silent_since=row.link.jobs_silent_since,
        unheld_s=row.unheld_s,
        cards_asked=row.cards_asked,
        standing=award,
    )


def run_of(row: UsageRecord) -> JobThere:
    """A run that was charged."""
    return JobThere(
        cluster=row.cluster_code,
        number=row.number,
        award=row.line.award.code,
        member=row.member,
        device_model=row.device_model_code,
        cards=row.cards,
        state=row.end,
        submitted_at=row.submitted_at,
        began_at=row.began_at,
        ended_at=row.ended_at,
        time_limit_s=row.time_limit_s or 0,
        card_seconds=row.card_seconds,
        usage_key=row.key,
    )


def aside_of(row: SetAside) -> JobThere:
    """A run that was not charged."""
    return JobThere(
        cluster=row.cluster_code,
        number=row.job_id,
        award=row.award.code,
        member=row.member,
        device_model=row.device_model_code,
        cards=0,
        state=NOT_CHARGED,
        ended_at=row.ended_at,
        card_seconds=row.card_seconds,
        why_not=row.why,
        is_refund=row.is_refund,
    )


_USED_OF_LINES = (
    *("code", "shape", "device_model_code", "cards", "first_on", "last_on"),
    *("award__state", "award__programme__code", "award__programme__time_zone"),
    "award__rule_version__sha256",
)


def awards_there(jobs: Sequence[ClusterJob], *, now: datetime) -> dict[int, AwardThere]:
    """What the awards of jobs may still use, by the job's id; a fixed number of queries."""
    award_ids = {job.award_id for job in jobs}
    lines = list(
        AwardLine.objects.filter(award_id__in=award_ids, shape=LineShape.CARD_HOURS.value)
        .select_related("award__programme", "award__rule_version")
        .only(*_USED_OF_LINES)
    )
    in_force = [
        line for line in lines if is_in_force(line, now.astimezone(zone_of(line.award)).date())
    ]
    numbers = line_numbers([line.code for line in in_force])
    running = ClusterJob.objects.filter(award_id__in=award_ids, began_at__isnull=False).order_by()
    held = list(
        running.values_list("award_id", "link_id", "device_model_code").annotate(Sum("cards"))
    )
    hindered = _accounts_hindered(
        jobs, {line.award_id: line.award.programme.code for line in lines}
    )
    found = {}
    for job in jobs:
        own = [line for line in in_force if line.award_id == job.award_id]
        fitting = [line for line in own if line.device_model_code == job.device_model_code]
        each = [each for line in fitting for each in numbers[line.code]]
        found[job.pk] = AwardThere(
            free_s=max(0, sum(one.free for one in each if device_model_of(one.commodity))),
            cards_held=sum(
                cards
                for award_id, link_id, model, cards in held
                if (award_id, link_id) == (job.award_id, job.link_id)
                and (not fitting or model == job.device_model_code)
            ),
            cards_most=sum(line.cards for line in fitting or own),
            is_in_force=bool(fitting),
            is_active=job.award.state == AwardState.ACTIVE.value,
            hindered_at=hindered.get(job.pk, ""),
            ends_at=max((days_of(one).end_in(zone_of(one.award)) for one in fitting), default=None),
        )
    return found


def _accounts_hindered(jobs: Sequence[ClusterJob], programmes: Mapping[int, str]) -> dict[int, str]:
    """By the job's id, the account on which others set what holds it, as far as that stands."""
    drifts = Drift.objects.filter(
        Q(mended_at=None) | Q(ignored_at__isnull=False), link_id__in={job.link_id for job in jobs}
    )
    told = set(drifts.order_by().values_list("link_id", "account", "kind"))
    found = {}
    for job in jobs:
        for account in (programmes.get(job.award_id, ""), job.account):
            if (job.link_id, account, _MENDED_BY.get(Holds(job.holds))) in told:
                found[job.pk] = account
    return found
