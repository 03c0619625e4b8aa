"""What waits on the first page: for applicants their cases, for officers the cases to screen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.applications.queries import desk_work, waits_for_applicant
from praya.apps.applications.rules import CaseState
from praya.core.actor import Actor
from praya.web.waiting import Waiting
from praya.words.cases import title_of
from praya.words.languages import in_readers_language
from praya.words.quantities import number


def cases_waiting_for_applicant(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """Drafts to finish, questions to answer, returned applications to change."""
    del now
    if not actor.is_known:
        return
    titles = {
        CaseState.DRAFT: _("Finish your application %(code)s"),
        CaseState.ASKED: _("Answer a question about %(code)s"),
        CaseState.RETURNED: _("Change your application %(code)s and submit it again"),
    }
    for work in waits_for_applicant(actor):
        application, due = work.application, None
        if work.due_on is not None:
            zone = ZoneInfo(application.programme.time_zone)
            due = datetime.combine(work.due_on, time.max, zone)
        yield Waiting(
            title=titles[CaseState(application.state)] % {"code": application.code},
            detail=title_of(application) or _("It has no title yet."),
            url=reverse("web:case", args=[application.code]),
            since=application.turn_since,
            due=due,
        )


def cases_to_screen(actor: Actor, now: datetime) -> Iterator[Waiting]:
    """One entry for each programme in which the actor is an officer and something is to screen."""
    del now
    if not actor.is_known:
        return
    for work in desk_work(actor):
        words = ngettext(
            "%(count)s case waits for the desk", "%(count)s cases wait for the desk", work.count
        )
        yield Waiting(
            title=words % {"count": number(work.count)},
            detail=in_readers_language(work.programme_name),
            url=reverse("web:desk", args=[work.programme_code]) + "?turn=desk",
            since=work.oldest_since,
        )
