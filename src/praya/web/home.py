"""The first page: for visitors what the site is, for people what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from praya.apps.people.queries import affiliations_of
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.queries import open_calls
from praya.core.actor import Actor
from praya.web.actors import actor
from praya.web.applications.waiting import cases_to_screen, cases_waiting_for_applicant
from praya.web.awards.waiting import (
    cases_waiting,
    conditions_to_meet,
    conditions_told,
    leads_to_answer,
    leads_to_decide,
    offers_waiting,
    releases_waiting,
)
from praya.web.billing.waiting import (
    claims_waiting,
    invoices_waiting,
    months_waiting,
    overdue_invoices,
)
from praya.web.changes.waiting import (
    appeals_to_answer,
    debts_waiting,
    early_ends_to_agree,
    requests_waiting,
)
from praya.web.life.waiting import cuts_ahead, reports_waiting
from praya.web.notices.waiting import warnings_waiting
from praya.web.people.waiting import join_requests_waiting, organisations_waiting
from praya.web.programmes.waiting import overdue_rounds
from praya.web.reports.waiting import books_broken, corrections_waiting, funding_waiting
from praya.web.reviews.waiting import (
    cases_without_reviewers_waiting,
    overdue_reviews_waiting,
    reviews_waiting,
)
from praya.web.usage.waiting import (
    failed_jobs,
    lost_jobs,
    quiet_worker,
    silent_clusters_held,
    silent_engines,
)
from praya.web.waiting import Kind, Waiting, waiting_of
from praya.words import clock
from praya.words.languages import in_readers_language

if TYPE_CHECKING:
    from praya.apps.people.models import Affiliation

# Each area adds its kinds here. All that have nothing cost one query together.
KINDS: tuple[Kind, ...] = (
    cases_waiting_for_applicant,
    cases_to_screen,
    join_requests_waiting,
    overdue_rounds,
    failed_jobs,
    lost_jobs,
    silent_engines,
    silent_clusters_held,
    cuts_ahead,
    reports_waiting,
    reviews_waiting,
    overdue_reviews_waiting,
    cases_without_reviewers_waiting,
    offers_waiting,
    conditions_to_meet,
    conditions_told,
    leads_to_answer,
    leads_to_decide,
    cases_waiting,
    releases_waiting,
    invoices_waiting,
    months_waiting,
    overdue_invoices,
    claims_waiting,
    warnings_waiting,
    requests_waiting,
    early_ends_to_agree,
    appeals_to_answer,
    debts_waiting,
    books_broken,
    funding_waiting,
    corrections_waiting,
    organisations_waiting,
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
    waiting = waiting_for(reader, now)
    has_a_desk = bool(reader.appointments)
    begins = None if waiting or has_a_desk else _beginning(reader, now)
    context = {"waiting": waiting, "begins": begins, "now": now}
    return TemplateResponse(request, "web/home.html", context)


@dataclass(frozen=True, slots=True)
class _OpenCall:
    """A call that takes applications, as visitors read it."""

    programme_code: str
    programme: str
    summary: str
    title: str
    closes_on: date


@dataclass(frozen=True, slots=True)
class _Beginning:
    """What somebody can begin for whom nothing waits: where they asked to join, and open calls."""

    is_nowhere: bool
    asked: list[Affiliation]
    calls: list[_OpenCall]


def _beginning(reader: Actor, now: datetime) -> _Beginning:
    assert reader.person_id is not None
    open_to = {AffiliationState.ASKED.value, AffiliationState.ACTIVE.value}
    found = list(affiliations_of(reader.person_id).filter(state__in=open_to))
    asked = [each for each in found if each.state == AffiliationState.ASKED]
    return _Beginning(is_nowhere=not found, asked=asked, calls=_open_calls(now))


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
