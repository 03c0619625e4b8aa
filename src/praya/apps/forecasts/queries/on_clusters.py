"""Jobs that came in on clusters themselves, as a forecast looks at them: over, and alive."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Left, StrIndex, Substr

from praya.apps.awards.models import AwardLine
from praya.apps.clusters.models import Partition
from praya.apps.enforcement.models import ClusterJob
from praya.apps.forecasts.queries.job_rows import JobRow
from praya.apps.programmes.queries import HEAVY
from praya.apps.usage.models import UsageRecord
from praya.apps.usage.queries import account_of_lease, days_of, is_lease, zone_of
from praya.apps.usage.rules import JobState, UsageKind, line_for, run_key_of
from praya.core.execution.waiting import Holds

Held = tuple[str, int, datetime, datetime | None]  # line, cards, from, until
TASKS_MAX = 1_000  # of one array that waits
# What waits for these waits for a person or another job, and not for its turn.
LATER = (
    *(Holds.HELD, Holds.NEVER, Holds.NOT_YET, Holds.CLOSED),
    *(Holds.TOO_LONG, Holds.TOO_LARGE, Holds.NOT_ALLOWED),
)
_TASKS = re.compile(r"(\d+)(?:-(\d+))?(?::(\d+))?")
_RUN = (
    *("number", "cluster_code", "device_model_code", "member"),
    *("line__award__programme__code", "line__code", "line__shape", "cards", "nodes"),
    *("time_limit_s", "submitted_at", "began_at", "ended_at"),
)


class Places:
    """Which partition a job of a cluster is on, as far as a forecast looks at it."""

    def __init__(self, partitions: Sequence[Partition]) -> None:
        self.by_cluster: dict[tuple[str, str], list[Partition]] = defaultdict(list)
        for one in partitions:
            self.by_cluster[one.cluster.code, one.device_model.code].append(one)
        self.clusters = {cluster for cluster, _ in self.by_cluster}

    def of(self, cluster: str, model: str, programme: str, name: str = "") -> int | None:
        """The partition of that name (Slurm tells several of what waits), else the first."""
        known = [
            one
            for one in self.by_cluster.get((cluster, model), ())
            if one.programme_code in ("", programme)
        ]
        names = name.lower().split(",")
        found = next((one for one in known if one.code in names), next(iter(known), None))
        return found.pk if found else None


def runs_on(places: Places, since: datetime, most: int) -> list[JobRow]:
    """The latest runs that ended since then; of one that was corrected what it is told now."""
    rows = _runs(places).filter(
        Q(submitted_at__isnull=False) | Q(card_seconds__lt=0), ended_at__gte=since
    )
    found = []
    for number, cluster, model, member, programme, *rest in _as_told_last(rows, _RUN, most):
        line, shape, cards, nodes, limit_s, submitted_at, began_at, ended_at = rest
        partition = places.of(cluster, model, programme)
        if partition is None:
            continue
        ran_s = max(1, int((ended_at - began_at).total_seconds()))
        found.append(
            JobRow(
                code=f"{cluster}/{number}",
                programme=programme,
                line=line,
                shape=shape,
                partition=partition,
                member=member,
                cards=cards,
                nodes=nodes or 0,
                limit_s=limit_s or 2 * ran_s,
                state=JobState.COMPLETED.value,
                submitted_at=submitted_at,
                started_at=began_at,
                ended_at=ended_at,
            )
        )
    return found


def held_on(places: Places, since: datetime, until: datetime, now: datetime) -> list[Held]:
    """What runs held between two instants, as known now. Three queries."""
    rows = _runs(places).filter(ended_at__gt=since, began_at__lt=until)
    fields = ("line__code", "cards", "began_at", "ended_at")
    over: list[Held] = [
        (line, cards, began, ended) for line, cards, began, ended in _as_told_last(rows, fields)
    ]
    running: list[Held] = [
        (row.line, row.cards, row.started_at, None)
        for row in alive_on(places, now)
        if row.started_at is not None
    ]
    return [*over, *running]


def _runs(places: Places) -> QuerySet[UsageRecord]:
    """Runs by their end, the latest first, with the records that undo others."""
    kinds = [UsageKind.JOB.value, UsageKind.LEASE_JOB.value]
    rows = UsageRecord.objects.filter(job=None, kind__in=kinds, cluster_code__in=places.clusters)
    return rows.exclude(number="").exclude(card_seconds=0).order_by("-ended_at", "id")


def _as_told_last(
    rows: QuerySet[UsageRecord], fields: Sequence[str], most: int | None = None
) -> list[tuple[Any, ...]]:
    """Each run as its last record has it, whichever ended first; not those that are undone."""
    found: dict[str, tuple[int, int, tuple[Any, ...]]] = {}
    for pk, key, card_s, *rest in rows.values_list("id", "key", "card_seconds", *fields)[:most]:
        run = run_key_of(key)
        if run not in found or found[run][0] < pk:
            found[run] = (pk, card_s, tuple(rest))
    return [rest for _, card_s, rest in found.values() if card_s > 0]


def began_there(asked: Collection[tuple[str, datetime]]) -> dict[tuple[str, datetime], datetime]:
    """When jobs began, each named as ``harbour/27`` and waiting at an instant. Two queries."""
    if not asked:
        return {}
    jobs = {subject: subject.partition("/")[::2] for subject, _ in asked}
    clusters, numbers = ({job[half] for job in jobs.values()} for half in (0, 1))
    begun: dict[tuple[str, str], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    runs = UsageRecord.objects.filter(cluster_code__in=clusters, number__in=numbers)
    fields = ("cluster_code", "number", "began_at", "ended_at")
    for cluster, number, began, ended in runs.exclude(number="").values_list(*fields):
        begun[cluster, number].append((began, ended))
    alive = ClusterJob.objects.filter(link__cluster__code__in=clusters, number__in=numbers)
    rows = alive.values_list("link__cluster__code", "number", "began_at")
    for cluster, number, at in rows:
        if at is not None:
            begun[cluster, number].append((at, None))
    found = {}
    for subject, since in asked:
        spans = begun[jobs[subject]]
        # A number comes again, as after a requeue: what had ended by then was another run.
        later = [began for began, ended in spans if ended is None or ended >= since]
        if later:
            found[subject, since] = min(later)
    return found


def known_there(now: datetime) -> tuple[dict[str, Func], Q]:
    """What an expectation of a job's start is annotated by, and whether its truth is known.

    It is once the job has begun, or is gone a day after it was told of: every run of it has been
    received by then.
    """
    slash = StrIndex("subject", Value("/"))
    parts = {"cluster": Left("subject", slash - 1), "number": Substr("subject", slash + 1)}
    named = {"number": OuterRef("number")}
    alive = ClusterJob.objects.filter(link__cluster__code=OuterRef("cluster"), **named)
    runs = UsageRecord.objects.filter(
        ~Q(number=""),
        cluster_code=OuterRef("cluster"),
        ended_at__gte=OuterRef("forecast__asked_at"),
        **named,
    )
    is_gone = Q(forecast__asked_at__lte=now - timedelta(days=1)) & ~Exists(alive)
    has_begun = Exists(alive.filter(began_at__isnull=False)) | Exists(runs)
    return parts, Q(subject__contains="/") & (is_gone | has_begun)


def alive_on(places: Places, now: datetime) -> Iterator[JobRow]:
    """What runs or waits for its turn; an array that waits is as many jobs. Two queries."""
    jobs = list(
        ClusterJob.objects.filter(job=None, cards__gt=0, link__cluster__code__in=places.clusters)
        .exclude(began_at=None, holds__in=[one.value for one in LATER])
        .select_related("link__cluster")
        .order_by("submitted_at", "id")
    )
    lines = _lines({job.award_id for job in jobs})
    for job in jobs:
        line = _line_of(job, lines.get(job.award_id, ()))
        if line is None:
            continue
        cluster, programme = job.link.cluster.code, line.award.programme.code
        partition = places.of(cluster, line.device_model_code, programme, job.partition)
        if partition is None:
            continue
        row = JobRow(
            code=f"{cluster}/{job.number}",
            programme=programme,
            line=line.code,
            shape=line.shape,
            partition=partition,
            member=job.member,
            cards=job.cards,
            nodes=job.nodes,
            limit_s=_limit_s(job, now),
            state=(JobState.WAITING if job.began_at is None else JobState.RUNNING).value,
            submitted_at=job.submitted_at,
            started_at=job.began_at,
            ended_at=None,
        )
        tasks = tasks_of(job.number)
        yield from (
            [row]
            if tasks == 1
            else (row._replace(code=f"{row.code} ({task})") for task in range(1, tasks + 1))
        )


def tasks_of(number: str) -> int:
    """How many jobs a number stands for.

    >>> [tasks_of(one) for one in ("7", "9_3", "9_[1-4]", "9_[0-8:2,11%3]")]
    [1, 1, 4, 6]
    """
    _, bracket, inside = number.partition("[")
    if not bracket:
        return 1
    spans = _TASKS.findall(inside.partition("%")[0])
    counted = (
        (int(last or first) - int(first)) // int(step or 1) + 1 for first, last, step in spans
    )
    return max(1, min(sum(counted), TASKS_MAX))


def _limit_s(job: ClusterJob, now: datetime) -> int:
    """Its time limit; of one without any, or past it, as much again as it has run, and an hour."""
    ran_s = int((now - job.began_at).total_seconds()) if job.began_at else 0
    return job.time_limit_s if job.time_limit_s > ran_s else 2 * max(ran_s, 0) + 3_600


def _lines(award_ids: Collection[int]) -> Mapping[int, list[AwardLine]]:
    rows = (
        AwardLine.objects.filter(award_id__in=award_ids)
        .select_related("award__programme", "award__rule_version")
        .defer(*(f"award__rule_version__{one}" for one in HEAVY))
        .order_by("award_id", "number")
    )
    found: dict[int, list[AwardLine]] = defaultdict(list)
    for line in rows:
        found[line.award_id].append(line)
    return found


def _line_of(job: ClusterJob, lines: Sequence[AwardLine]) -> AwardLine | None:
    """The line it counts to: the lease whose account it has, else by its cards and its day."""
    fitting = [one for one in lines if one.device_model_code == job.device_model_code]
    for one in fitting:
        if is_lease(one) and account_of_lease(one.code) == job.account:
            return one
    by_pk = {one.pk: one for one in fitting if not is_lease(one)}
    if not by_pk:
        return None
    day = job.submitted_at.astimezone(zone_of(next(iter(by_pk.values())).award)).date()
    days = [(pk, days_of(one).first_on, days_of(one).last_on) for pk, one in by_pk.items()]
    chosen = line_for(day, days)
    return None if chosen is None else by_pk[chosen]
