"""What waits for leads, the committee, and who releases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from praya.apps.awards.queries import (
    cases_to_decide,
    held_by_round,
    held_decisions_to_release,
    offers_to,
)
from praya.core.actor import Role
from praya.web.waiting import Waiting, kind_of, shown
from praya.words.languages import in_readers_language, title_in_readers_language
from praya.words.quantities import number


@kind_of(lambda actor, _now: offers_to(actor))
def offers_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Offers to accept, with their last day."""
    del now
    for award in shown(rows, "code", "title", "title_zh", "offered_at", "accept_by"):
        yield Waiting(
            title=_("Accept the award %s") % award.code,
            detail=title_in_readers_language(award),
            url=reverse("web:award-accept", args=[award.code]),
            since=award.offered_at,
            due=_at_midnight(award.accept_by),
        )


@kind_of(lambda actor, _now: cases_to_decide(actor), Role.COMMITTEE)
def cases_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Cases for a committee member to decide."""
    del now
    for application in shown(rows, "code", "title", "title_zh", "turn_since", "target_on"):
        yield Waiting(
            title=_("Decide %s") % application.code,
            detail=title_in_readers_language(application),
            url=reverse("web:decide", args=[application.code]),
            since=application.turn_since,
            due=_at_midnight(application.target_on),
        )


@kind_of(lambda actor, _now: held_decisions_to_release(actor), Role.OFFICER)
def releases_waiting(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Rounds with held decisions that the actor, an officer who did not take them, may release."""
    del now
    for held in held_by_round(rows):
        yield Waiting(
            title=_("Release decisions of round %s") % held.code,
            detail=ngettext(
                "%(count)s decision of %(programme)s is held.",
                "%(count)s decisions of %(programme)s are held.",
                held.count,
            )
            % {
                "count": number(held.count),
                "programme": in_readers_language(held.programme_name),
            },
            url=reverse("web:committee-round", args=[held.programme_code, held.round_id]),
            since=held.oldest_since,
            due=_at_midnight(held.decide_by),
        )


def _at_midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None
