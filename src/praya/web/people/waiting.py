"""Requests to join an organisation that wait for one of its managers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.people.queries import managed_join_requests
from praya.core.actor import Actor
from praya.web.waiting import Waiting, kind_of, shown


def _join_requests(actor: Actor, now: datetime) -> QuerySet[Any]:
    del now
    assert actor.person_id is not None  # asked only of those who signed in
    return managed_join_requests(actor.person_id)


@kind_of(_join_requests)
def join_requests_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each person who waits to be let in."""
    del now
    of_person = ("person__name", "person__name_zh", "person__email")
    for request in shown(rows, "asked_at", "organisation__name", *of_person):
        yield Waiting(
            title=_("%(person)s asks to join %(organisation)s")
            % {"person": request.person, "organisation": request.organisation},
            detail=_("Let them in, or not, on the organisation's page."),
            url=reverse("web:organisation", args=[request.organisation_id]),
            since=request.asked_at,
        )
