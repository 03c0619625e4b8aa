"""The first page: for visitors what the site is, for people what waits for them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from praya.core.actor import Actor
from praya.web.actors import actor
from praya.web.people.waiting import join_requests_waiting
from praya.web.waiting import Provider, Waiting
from praya.words import clock

# Each area adds a function here; each costs one query at most.
PROVIDERS: tuple[Provider, ...] = (join_requests_waiting,)


def waiting_for(actor: Actor, now: datetime) -> list[Waiting]:
    """What waits for the actor: what is due first stands first, then what waits longest."""
    found = [waiting for provider in PROVIDERS for waiting in provider(actor, now)]
    return sorted(found, key=lambda each: (each.due is None, each.due or each.since, each.since))


def home(request: HttpRequest) -> HttpResponse:
    """The first page."""
    now = clock.now()
    reader = actor(request)
    if not reader.is_known:
        return TemplateResponse(request, "web/welcome.html")
    context = {"waiting": waiting_for(reader, now), "now": now}
    return TemplateResponse(request, "web/home.html", context)
