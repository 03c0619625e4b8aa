"""Requests to join an organisation that wait for one of its managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.people.queries import managed_join_requests
from praya.core.actor import Actor
from praya.web.waiting import Waiting


def join_requests_waiting(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """One entry for each person who waits to be let in."""
    del now
    if actor.person_id is None:
        return
    for request in managed_join_requests(actor.person_id):
        yield Waiting(
            title=_("%(person)s asks to join %(organisation)s")
            % {"person": request.person, "organisation": request.organisation},
            detail=_("Let them in, or not, on the organisation's page."),
            url=reverse("web:organisation", args=[request.organisation_id]),
            since=request.asked_at,
        )
