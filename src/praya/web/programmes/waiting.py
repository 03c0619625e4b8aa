"""What waits for officers: rounds whose day for the decision has passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.programmes.queries import rounds_overdue
from praya.core.actor import Actor, Role
from praya.web.waiting import Waiting
from praya.words.languages import in_readers_language


def overdue_rounds(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """Rounds of the officer's programmes that should have been decided."""
    codes = actor.programmes_as(Role.OFFICER)
    if not codes:
        return
    for each in rounds_overdue(codes, now.date()):
        assert each.decide_by is not None, each.pk
        due = datetime.combine(each.decide_by, time(), UTC)
        name = in_readers_language(each.programme.name)
        yield Waiting(
            title=_("Round %s is not released") % each.code,
            detail=_("%(programme)s promised its decisions by %(day)s.")
            % {"programme": name, "day": date_format(each.decide_by, "DATE_FORMAT")},
            url=reverse("web:programme", args=[each.programme.code]),
            since=due,
            due=due,
        )
