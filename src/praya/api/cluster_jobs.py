"""Jobs that came in on clusters themselves, by API: alive, ended, and why each stands there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Schema

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath
from praya.api.forecasts import ExpectationOut, expectation_of
from praya.api.paging import Page, Paging, page_of
from praya.apps.enforcement import queries
from praya.apps.enforcement.rules import RUNNING, WAITING, JobThere
from praya.apps.forecasts.queries import start_expected
from praya.apps.usage.queries import runs_visible_to
from praya.words import clock, quantities
from praya.words.cluster_jobs import there_sentence, there_word
from praya.words.devices import device_names

router = Router(tags=["jobs"])
NumberThere = Annotated[str, Path(pattern=r"^\d{1,10}([_+]\d{1,10})?$")]


class Standing(StrEnum):
    """Which of them to list."""

    ALIVE = "alive"
    WAITING = WAITING
    RUNNING = RUNNING
    ENDED = "ended"


class ClusterJobOut(Schema):
    """A job that came in on a cluster itself, as ``harbour/27_3``, and where it stands.

    ``seen_at`` is when the cluster was last asked about what is alive there; ``usage`` is the key
    of what was charged, for ``GET /charges/{usage}/why``. What a state does not have is empty.
    """

    code: str
    cluster: str
    number: str
    award: str
    member: str
    partition: str
    device_model: str
    cards: int
    time_limit_s: int
    state: str
    state_word: str
    sentence: str
    submitted_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    expected_at: datetime | None
    reason: str
    seen_at: datetime | None
    card_seconds: int
    usage: str


class WholeClusterJobOut(ClusterJobOut):
    """The same with ``shown``: label and value, for reading.

    ``forecast`` is when it is expected to start, while it waits and where a forecast knew of it.
    """

    shown: list[list[str]]
    forecast: ExpectationOut | None


class WhichClusterJobs(Schema):
    """Which jobs to list."""

    award: CodeGiven | None = None
    cluster: CodeGiven | None = None
    state: Standing = Standing.ALIVE


@router.get(
    "/cluster-jobs",
    response=Page[ClusterJobOut],
    summary="Jobs that came in on clusters themselves",
    description=(
        "By sbatch, srun or salloc. Members see their own, who leads an award all of its, "
        "operators and auditors those of their programmes. Ended ones are those that were charged."
    ),
)
def cluster_jobs(
    request: HttpRequest, paging: Query[Paging], which: Query[WhichClusterJobs]
) -> dict[str, Any]:
    by, now, devices = caller(request), clock.now(), device_names()
    if which.state is Standing.ENDED:
        runs = _of(runs_visible_to(by), which, award="line__award__code", cluster="cluster_code")
        return page_of(
            runs, paging, lambda found: [_out(queries.run_of(row), devices) for row in found]
        )
    jobs = queries.cluster_jobs_visible_to(by)
    jobs = _of(jobs, which, award="award__code", cluster="link__cluster__code")
    if which.state is not Standing.ALIVE:
        jobs = jobs.filter(began_at__isnull=which.state is Standing.WAITING)

    def shown(found: list[Any]) -> list[dict[str, Any]]:
        awards = queries.awards_there(found, now=now)
        return [_out(queries.alive_there(row, awards[row.pk]), devices) for row in found]

    return page_of(jobs, paging, shown)


def _of(rows: QuerySet[Any], which: WhichClusterJobs, *, award: str, cluster: str) -> QuerySet[Any]:
    wanted = {award: which.award, cluster: which.cluster}
    return rows.filter(**{name: value for name, value in wanted.items() if value is not None})


@router.get(
    "/clusters/{code}/jobs/{number}",
    response=WholeClusterJobOut,
    summary="A job that came in on a cluster, and why it stands where it stands",
)
def cluster_job(request: HttpRequest, code: CodeInPath, number: NumberThere) -> dict[str, Any]:
    now, devices = clock.now(), device_names()
    found = queries.cluster_job_of(code, number, caller(request), now=now)
    told = start_expected(found.code, now) if found.state == WAITING else None
    return _out(found, devices) | {
        "shown": _shown(found, devices),
        "forecast": told and expectation_of(told),
    }


def _out(job: JobThere, devices: dict[str, str]) -> dict[str, Any]:
    told = {"state_word", "sentence", "usage"}
    facts = {name: getattr(job, name) for name in ClusterJobOut.model_fields if name not in told}
    return facts | {
        "state_word": there_word(job.state),
        "sentence": there_sentence(job, devices),
        "usage": job.usage_key,
    }


def _shown(job: JobThere, devices: dict[str, str]) -> list[list[str]]:
    device = devices.get(job.device_model, job.device_model)
    pairs = [
        (_("Job"), job.code),
        (_("State"), f"{there_word(job.state)}. {there_sentence(job, devices)}"),
        (_("Award"), job.award),
        (_("User on the cluster"), job.member),
        (_("Cards"), f"{job.cards} × {device}" if job.cards else ""),
        (_("Place"), f"{job.cluster}/{job.partition}" if job.partition else job.cluster),
        (_("Time limit"), quantities.duration(job.time_limit_s) if job.time_limit_s else ""),
        (_("Submitted"), _instant(job.submitted_at)),
        (_("Began"), _instant(job.began_at)),
        (_("Ended"), _instant(job.ended_at)),
        (_("As the cluster said at"), _instant(job.seen_at)),
    ]
    return [[label, value] for label, value in pairs if value]


def _instant(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT") if at else ""
