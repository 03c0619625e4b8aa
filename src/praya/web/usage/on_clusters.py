"""Jobs that came in on clusters themselves: what waits and runs, what ended, and one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.enforcement.queries import (
    alive_there,
    awards_there,
    cluster_job_of,
    cluster_jobs_visible_to,
    run_of,
    stale,
)
from praya.apps.enforcement.rules import NOT_CHARGED, RUNNING, WAITING, Asked, JobThere
from praya.apps.forecasts.queries import start_expected
from praya.apps.people.queries import names_of
from praya.apps.usage.queries import runs_visible_to
from praya.core.execution.accounting import RunEnd
from praya.core.quantity import CardTime
from praya.web.actors import actor
from praya.web.badges import Badge, Link, Tone
from praya.web.guards import signed_in
from praya.web.tables import Column, Filter, Table
from praya.words import clock
from praya.words.cluster_jobs import STATES, there_sentence, there_word
from praya.words.devices import device_names
from praya.words.enforcement import stale_sentence
from praya.words.quantities import duration

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from praya.apps.enforcement.models import ClusterJob
    from praya.apps.usage.models import UsageRecord

_ALIVE_FIELDS = (
    *("number", "member", "partition", "device_model_code", "cards", "time_limit_s", "unheld_s"),
    *("submitted_at", "began_at", "expected_at", "reason", "holds", "whose", "ahead", "account"),
    "cards_asked",
    *("link__cluster__code", "link__jobs_at", "link__jobs_silent_since"),
    *("award__code", "award__state"),
)
_RUN_FIELDS = (
    *("key", "number", "cluster_code", "member", "end", "device_model_code", "cards"),
    *("submitted_at", "began_at", "ended_at", "time_limit_s", "card_seconds"),
    "line__award__code",
)
ENDED_PREFIX = "ended-"
_TONES = {
    WAITING: Tone.ACTIVE,
    RUNNING: Tone.ACTIVE,
    RunEnd.COMPLETED.value: Tone.GOOD,
    RunEnd.FAILED.value: Tone.BAD,
    RunEnd.OUT_OF_MEMORY.value: Tone.BAD,
    RunEnd.TIMED_OUT.value: Tone.WARN,
    NOT_CHARGED: Tone.WARN,
}


@signed_in
def cluster_jobs(request: HttpRequest) -> HttpResponse:
    """What came in on clusters and is alive, and below it what ended and was charged."""
    reader, devices = actor(request), device_names()
    names = names_of(reader.person_id) if reader.person_id is not None else None
    alive = _alive_table(request, cluster_jobs_visible_to(reader, names=names), devices)
    ended = _ended_table(request, runs_visible_to(reader, names=names), devices)
    template = "web/usage/on_clusters.html"
    if ended.is_asked_alone:
        return ended.answer(template)
    told = [(stale_sentence(one), "") for one in stale(Asked.JOBS, Asked.ACCOUNTS)]
    return alive.answer(template, {"ended": ended, "stale": told})


@signed_in
def cluster_job(request: HttpRequest, code: str, number: str) -> HttpResponse:
    """One job: where it stands, why, and what would change that."""
    devices, now = device_names(), clock.now()
    found = cluster_job_of(code, number, actor(request), now=now)
    context = {
        "job": found,
        "badge": _badge(found.state),
        "sentence": there_sentence(found, devices),
        "facts": _facts(found, devices),
        "expected": start_expected(found.code, now) if found.state == WAITING else None,
    }
    return TemplateResponse(request, "web/usage/cluster_job.html", context)


def _alive_table(
    request: HttpRequest, rows: QuerySet[ClusterJob], devices: Mapping[str, str]
) -> Table:
    there: dict[int, JobThere] = {}

    def fetch(rows: Sequence[ClusterJob]) -> None:
        awards = awards_there(rows, now=clock.now())
        there.update({row.pk: alive_there(row, awards.get(row.pk)) for row in rows})

    return Table(
        request,
        name="alive",
        caption=_("Waiting and running on clusters"),
        rows=rows,
        fields=_ALIVE_FIELDS,
        columns=(
            Column("code", _("Job"), lambda row: _link(there[row.pk]), sort="number"),
            Column("award", _("Award"), lambda row: _award(row.award.code), sort="award__code"),
            Column("member", _("User on the cluster"), sort="member"),
            Column("state", _("State"), lambda row: _badge(there[row.pk].state), sort="began_at"),
            Column("cards", _("Cards"), sort="cards", align="end"),
            Column("submitted_at", _("Submitted"), sort="submitted_at"),
            Column("why", _("Where it stands"), lambda row: there_sentence(there[row.pk], devices)),
        ),
        search=("number__startswith", "award__code__icontains", "member__icontains"),
        sort="-submitted_at",
        empty=_("Nothing waits or runs that came in on a cluster itself."),
        prepare=fetch,
    )


def _ended_table(
    request: HttpRequest, rows: QuerySet[UsageRecord], devices: Mapping[str, str]
) -> Table:
    return Table(
        request,
        name="ended",
        prefix=ENDED_PREFIX,
        caption=_("Ended on clusters, and charged"),
        rows=rows,
        fields=_RUN_FIELDS,
        columns=(
            Column("code", _("Job"), lambda row: _link(run_of(row)), sort="number"),
            Column("award", _("Award"), lambda row: _award(row.line.award.code)),
            Column("member", _("User on the cluster"), sort="member"),
            Column("end", _("State"), lambda row: _badge(row.end), sort="end"),
            Column("device", _("Device model"), lambda row: _device(row, devices)),
            Column("cards", _("Cards"), sort="cards", align="end"),
            Column("ended_at", _("Ended"), sort="ended_at"),
            Column("used", _("Charged"), _used, sort="card_seconds", align="end"),
        ),
        search=("number__startswith", "line__award__code__icontains", "member__icontains"),
        filters=(
            Filter(
                "end",
                _("State"),
                [(end.value, str(STATES[end.value])) for end in RunEnd],
                lookup="end",
            ),
        ),
        sort="-ended_at",
        empty=_("No job that came in on a cluster itself has been charged yet."),
    )


def _link(job: JobThere) -> Link:
    # What of an array still waits is many tasks in one row, and found by the array's number.
    number = job.number.partition("_[")[0]
    return Link(job.code, _address(job.cluster, number))


# The same rows are looked at again and again, and an address takes as long as a cell or two.
@lru_cache(maxsize=1_000)
def _address(cluster: str, number: str) -> str:
    return reverse("web:cluster-job", args=[cluster, number])


@lru_cache(maxsize=1_000)
def _award(code: str) -> Link:
    return Link(code, reverse("web:award", args=[code]))


def _badge(state: str) -> Badge:
    return Badge(there_word(state), _TONES.get(state, Tone.PLAIN))


def _device(row: object, devices: Mapping[str, str]) -> str:
    code = str(getattr(row, "device_model_code", ""))
    return devices.get(code, code)


def _used(row: object) -> CardTime:
    return CardTime(getattr(row, "card_seconds", 0), str(getattr(row, "device_model_code", "")))


def _facts(job: JobThere, devices: Mapping[str, str]) -> list[tuple[str, object]]:
    device = devices.get(job.device_model, job.device_model)
    place = f"{job.cluster}/{job.partition}" if job.partition else job.cluster
    facts: list[tuple[str, object]] = [
        (_("Award"), _award(job.award)),
        (_("User on the cluster"), job.member),
        (_("Cards"), f"{job.cards} × {device}" if job.cards else ""),
        (_("Place"), place),
        (_("Time limit"), duration(job.time_limit_s) if job.time_limit_s else ""),
        (_("Submitted"), job.submitted_at),
        (_("Began"), job.began_at),
        (_("Ended"), job.ended_at),
        (_("As the cluster said at"), job.seen_at),
    ]
    if job.usage_key:
        why = Link(_("How it was charged"), reverse("web:why-charge", args=[job.usage_key]))
        facts += [(_("Charged"), CardTime(job.card_seconds, job.device_model)), (_("Why"), why)]
    return [(label, value) for label, value in facts if value]
