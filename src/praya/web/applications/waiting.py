"""What waits on the first page: for applicants their cases, for officers the cases to screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.applications.queries import (
    cases_on_desk,
    desk_work,
    waits_for_applicant,
    with_due_day,
)
from praya.apps.applications.rules import CaseState
from praya.core.actor import Role
from praya.web.waiting import Waiting, kind_of, shown
from praya.words.cases import title_of
from praya.words.languages import in_readers_language
from praya.words.quantities import number


@kind_of(waits_for_applicant)
def cases_waiting_for_applicant(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Drafts to finish, questions to answer, returned applications to change."""
    del now
    titles = {
        CaseState.DRAFT: _("Finish your application %(code)s"),
        CaseState.ASKED: _("Answer a question about %(code)s"),
        CaseState.RETURNED: _("Change your application %(code)s and submit it again"),
    }
    fields = ("code", "state", "title", "title_zh", "turn_since", "programme__time_zone")
    for application in shown(with_due_day(rows), *fields):
        due = None
        if application.due_on is not None:
            zone = ZoneInfo(application.programme.time_zone)
            due = datetime.combine(application.due_on, time.max, zone)
        yield Waiting(
            title=titles[CaseState(application.state)] % {"code": application.code},
            detail=title_of(application) or _("It has no title yet."),
            url=reverse("web:case", args=[application.code]),
            since=application.turn_since,
            due=due,
        )


@kind_of(cases_on_desk, Role.OFFICER)
def cases_to_screen(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """One entry for each programme in which the actor is an officer and something is to screen."""
    del now
    for work in desk_work(rows):
        words = ngettext(
            "%(count)s case waits for the desk", "%(count)s cases wait for the desk", work.count
        )
        yield Waiting(
            title=words % {"count": number(work.count)},
            detail=in_readers_language(work.programme_name),
            url=reverse("web:desk", args=[work.programme_code]) + "?turn=desk",
            since=work.oldest_since,
        )
