"""What waits for officers: rounds whose day for the decision has passed with cases in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.apps.applications.queries import rounds_waited_for
from praya.apps.programmes.queries import overdue
from praya.core.actor import Role
from praya.web.waiting import Waiting, kind_at
from praya.words.languages import in_readers_language


@kind_at(rounds_waited_for, Role.OFFICER)
def overdue_rounds(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Rounds of the officer's programmes that should have been decided, and hold open cases."""
    for each in overdue(rows, now):
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
