"""What waits for reviewers, and for officers who look after reviews."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.reviews.queries import cases_without_reviewers, overdue_reviews, reviews_to_do
from praya.apps.reviews.rules import ReviewState
from praya.core.actor import Role
from praya.web.waiting import Waiting, kind_at, kind_of, shown
from praya.words.languages import title_in_readers_language

_OF_CASE = ("application__code", "application__title", "application__title_zh")


@kind_of(reviews_to_do, Role.REVIEWER)
def reviews_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Reviews the actor was asked for: to declare, then to mark."""
    del now
    for review in shown(rows, "state", "assigned_at", "due_on", *_OF_CASE):
        application = review.application
        to_declare = review.state == ReviewState.TO_DECLARE.value
        yield Waiting(
            title=(_("Declare whether you have a conflict: %s") if to_declare else _("Review %s"))
            % application.code,
            detail=title_in_readers_language(application),
            url=reverse("web:review", args=[review.pk]),
            since=review.assigned_at,
            due=_at_midnight(review.due_on),
        )


@kind_at(lambda actor, now: overdue_reviews(actor, now.date()), Role.OFFICER)
def overdue_reviews_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Reviews past their day, for the officer who asked."""
    del now
    of_reviewer = ("reviewer__name", "reviewer__name_zh", "reviewer__email")
    for review in shown(rows, "assigned_at", "due_on", *_OF_CASE, *of_reviewer):
        yield Waiting(
            title=_("A review of %s is overdue") % review.application.code,
            detail=_("%s has not submitted it. Remind them, or ask somebody else.")
            % review.reviewer,
            url=reverse("web:application-reviews", args=[review.application.code]),
            since=review.assigned_at,
            due=_at_midnight(review.due_on),
        )


@kind_of(cases_without_reviewers, Role.OFFICER)
def cases_without_reviewers_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Cases in review that nobody is asked to mark."""
    del now
    for application in shown(rows, "code", "title", "title_zh", "turn_since", "target_on"):
        yield Waiting(
            title=_("%s needs reviewers") % application.code,
            detail=title_in_readers_language(application),
            url=reverse("web:application-reviews", args=[application.code]),
            since=application.turn_since,
            due=_at_midnight(application.target_on),
        )


def _at_midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
