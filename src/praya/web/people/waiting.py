"""What of organisations waits: for a manager who asks to join, for an officer what to check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.people.queries import managed_join_requests, organisations_to_verify
from praya.core.actor import Actor
from praya.web.waiting import Waiting, kind_of, shown
from praya.words.languages import name_in_readers_language


def _join_requests(actor: Actor) -> QuerySet[Any]:
    assert actor.person_id is not None  # asked only of those who signed in
    return managed_join_requests(actor.person_id)


@kind_of(_join_requests)
def join_requests_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each person who waits to be let in."""
    del now
    of_organisation = ("organisation__name", "organisation__name_zh")
    of_person = ("person__name", "person__name_zh", "person__email")
    for request in shown(rows, "asked_at", *of_organisation, *of_person):
        yield Waiting(
            title=_("%(person)s asks to join %(organisation)s")
            % {
                "person": request.person,
                "organisation": name_in_readers_language(request.organisation),
            },
            detail=_("Let them in, or not, on the organisation's page."),
            url=reverse("web:organisation", args=[request.organisation_id]),
            since=request.asked_at,
        )


@kind_of(organisations_to_verify)
def organisations_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each organisation that nobody has checked against its register."""
    del now
    fields = ("name", "name_zh", "place", "registry", "registry_number", "registered_at")
    for entered in shown(rows, *fields):
        names_one = entered.registry or entered.registry_number
        yield Waiting(
            title=_("%s is to be checked") % name_in_readers_language(entered),
            detail=_("It says that it is registered: %s") % entered.registration
            if names_one
            else _("It names no register."),
            url=reverse("web:organisation", args=[entered.pk]),
            since=entered.registered_at,
        )
