"""Reviewed cases, made by the commands; for the tests of this app and of those above it.

application = screened(now, lines=[LARGE])
review = opened(application, "wan@review.example", now)      # assigned, conflict denied
reviewed(now, marks={"wan@review.example": (4, 3, 12), "bo@review.example": (5, 4, 16)})
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from tests.apps.applications.cases import LARGE, LEAD, desk_officer, reread, screened
from tests.factories import appointed, make_person

from praya.apps.applications.models import Application
from praya.apps.programmes.queries import actor_for
from praya.apps.reviews.commands import (
    assign_reviewer,
    close_review_stage,
    declare_conflict,
    save_review,
    submit_review,
)
from praya.apps.reviews.models import Review
from praya.apps.reviews.rules import ConflictKind, MarkGiven
from praya.core.actor import Actor, Role
from praya.core.review.amount import LineAmount

WAN = "wan@review.example"
BO = "bo@review.example"
AGREED = {WAN: (4, 3, 16), BO: (5, 4, 12)}  # merit, plan, cards on line 1


def reviewer(now: datetime, email: str = WAN, programme_code: str = "pier") -> Actor:
    """A reviewer of the programme, appointed on first use."""
    actor = actor_for(make_person(email), now)
    if actor.holds(programme_code, Role.REVIEWER):
        return actor
    return appointed(programme_code, Role.REVIEWER, now, email)


def assigned(application: Application, email: str, now: datetime) -> Review:
    """A review that its reviewer has not declared for."""
    by = reviewer(now, email, application.programme.code)
    assert by.person_id is not None
    return assign_reviewer(
        application_code=application.code,
        person_id=by.person_id,
        due_on=None,
        by=desk_officer(now, application.programme.code),
        now=now,
    )


def opened(application: Application, email: str, now: datetime) -> Review:
    """A review whose reviewer has denied a conflict."""
    review = assigned(application, email, now)
    return declare_conflict(
        review_id=review.pk, kind=ConflictKind.NONE, note="", by=reviewer(now, email), now=now
    )


def marked(
    application: Application,
    email: str,
    now: datetime,
    *,
    merit: int,
    plan: int,
    cards: int = 0,
    amounts: Sequence[LineAmount] = (),
) -> Review:
    """A submitted review."""
    review = opened(application, email, now)
    by = reviewer(now, email)
    review = save_review(
        review_id=review.pk,
        marks=[MarkGiven("merit", merit, "clear"), MarkGiven("plan", plan)],
        recommended=amounts or [LineAmount(1, cards)],
        comment="Worth doing.",
        comment_to_desk="Ask them for a milestone.",
        revision=review.revision,
        by=by,
        now=now,
    )
    return submit_review(review_id=review.pk, revision=review.revision, by=by, now=now)


def reviewed(
    now: datetime,
    *,
    email: str = LEAD,
    lines: list[dict[str, str]] | None = None,
    marks: Mapping[str, tuple[int, int, int]] = AGREED,
) -> Application:
    """A case that two people marked and that is to be decided by the committee."""
    application = screened(now, email=email, lines=lines or [LARGE])
    for person, (merit, plan, cards) in marks.items():
        marked(application, person, now, merit=merit, plan=plan, cards=cards)
    by = desk_officer(now, application.programme.code)
    close_review_stage(application_code=application.code, note="as it is", by=by, now=now)
    return reread(application)
