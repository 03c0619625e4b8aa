"""What waits for officers: rounds whose day for the decision has passed with cases in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.applications.queries import applications_visible_to
from praya.apps.applications.rules import CLOSED_STATES
from praya.apps.programmes.queries import rounds_overdue
from praya.core.actor import Actor, Role
from praya.web.waiting import Waiting
from praya.words.languages import in_readers_language


def overdue_rounds(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """Rounds of the officer's programmes that should have been decided, and hold open cases."""
    codes = actor.programmes_as(Role.OFFICER)
    if not codes:
        return
    overdue = rounds_overdue(codes, now)
    closed = [state.value for state in CLOSED_STATES]
    cases = applications_visible_to(actor).filter(round__in=overdue).exclude(state__in=closed)
    waited_for = set(cases.values_list("round_id", flat=True)) if overdue else set()
    for each in overdue:
        if each.pk not in waited_for:
            continue
        assert each.decide_by is not None, each.pk
        due = datetime.combine(each.decide_by, time(), ZoneInfo(each.programme.time_zone))
        name = in_readers_language(each.programme.name)
        yield Waiting(
            title=_("Round %s is not released") % each.code,
            detail=_("%(programme)s promised its decisions by %(day)s.")
            % {"programme": name, "day": date_format(each.decide_by, "DATE_FORMAT")},
            url=reverse("web:programme", args=[each.programme.code]),
            since=due,
            due=due,
        )
