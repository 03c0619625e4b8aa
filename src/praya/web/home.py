"""The first page: for visitors what the site is, for people what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from praya.apps.programmes.queries import open_calls
from praya.core.actor import Actor
from praya.web.actors import actor
from praya.web.applications.waiting import cases_to_screen, cases_waiting_for_applicant
from praya.web.awards.waiting import cases_waiting, offers_waiting, releases_waiting
from praya.web.billing.waiting import claims_waiting, invoices_waiting
from praya.web.changes.waiting import debts_waiting, requests_waiting
from praya.web.life.waiting import cuts_ahead, reports_waiting
from praya.web.notices.waiting import warnings_waiting
from praya.web.people.waiting import join_requests_waiting
from praya.web.programmes.waiting import overdue_rounds
from praya.web.reviews.waiting import (
    cases_without_reviewers_waiting,
    overdue_reviews_waiting,
    reviews_waiting,
)
from praya.web.usage.waiting import failed_jobs, lost_jobs, quiet_worker, silent_engines
from praya.web.waiting import Kind, Waiting, waiting_of
from praya.words import clock
from praya.words.languages import in_readers_language

# Each area adds its kinds here. All that have nothing cost one query together.
KINDS: tuple[Kind, ...] = (
    cases_waiting_for_applicant,
    cases_to_screen,
    join_requests_waiting,
    overdue_rounds,
    failed_jobs,
    lost_jobs,
    silent_engines,
    cuts_ahead,
    reports_waiting,
    reviews_waiting,
    overdue_reviews_waiting,
    cases_without_reviewers_waiting,
    offers_waiting,
    cases_waiting,
    releases_waiting,
    invoices_waiting,
    claims_waiting,
    warnings_waiting,
    requests_waiting,
    debts_waiting,
)


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """What waits for the actor: what is due first stands first, then what waits longest."""
    found = [*waiting_of(KINDS, actor, now), *quiet_worker(actor, now)]
    return sorted(found, key=lambda each: (each.due is None, each.due or each.since, each.since))


def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    now = clock.now()
    reader = actor(request)
    if not reader.is_known:
        return TemplateResponse(request, "web/welcome.html", {"calls": _open_calls(now)})
    context = {"waiting": waiting_for(reader, now), "now": now}
    return TemplateResponse(request, "web/home.html", context)


@dataclass(frozen=True, slots=True)
class _OpenCall:
    """A call that takes applications, as visitors read it."""

    programme_code: str
    programme: str
    summary: str
    title: str
    closes_on: date


def _open_calls(now: datetime) -> list[_OpenCall]:
    return [
        _OpenCall(
            programme_code=each.programme.code,
            programme=in_readers_language(each.programme.name),
            summary=in_readers_language(each.programme.summary),
            title=in_readers_language(each.call.title),
            closes_on=each.window.closes,
        )
        for each in open_calls(now)
    ]
