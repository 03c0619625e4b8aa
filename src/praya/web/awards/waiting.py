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
    CONFIRMING,
    awards_waiting_for,
    cases_to_decide,
    conditions_to_confirm,
    held_by_round,
    held_decisions_to_release,
    lead_changes_to_answer,
    lead_changes_to_decide,
    offers_to,
)
from praya.core.actor import Role
from praya.web.waiting import Waiting, kind_of, shown
from praya.words.languages import in_readers_language, title_in_readers_language
from praya.words.quantities import number

_OF_LEAD = ("award__code", "award__title", "award__title_zh")


@kind_of(offers_to)
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


@kind_of(awards_waiting_for)
def conditions_to_meet(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Awards that are signed and wait for conditions, with the last day to meet them."""
    del now
    for award in shown(rows, "code", "title", "title_zh", "accepted_at", "meet_by"):
        yield Waiting(
            title=_("Meet what must hold before %s starts") % award.code,
            detail=title_in_readers_language(award),
            url=reverse("web:award-conditions", args=[award.code]),
            since=award.accepted_at,
            due=_at_midnight(award.meet_by),
        )


@kind_of(conditions_to_confirm, *CONFIRMING)
def conditions_told(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Conditions that leads say are met, for who confirms them."""
    del now
    for condition in shown(rows, "text", "told_at", "award__code", "award__meet_by"):
        yield Waiting(
            title=_("Confirm a condition of %s") % condition.award.code,
            detail=in_readers_language(condition.text),
            url=reverse("web:award-conditions", args=[condition.award.code]),
            since=condition.told_at,
            due=_at_midnight(condition.award.meet_by),
        )


@kind_of(lead_changes_to_answer)
def leads_to_answer(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Awards that the reader is asked to lead."""
    del now
    for change in shown(rows, "asked_at", *_OF_LEAD):
        yield Waiting(
            title=_("Say whether you would lead %s") % change.award.code,
            detail=title_in_readers_language(change.award),
            url=reverse("web:lead-change", args=[change.pk]),
            since=change.asked_at,
        )


@kind_of(lead_changes_to_decide, Role.OFFICER, Role.COMMITTEE)
def leads_to_decide(rows: QuerySet[Any], now: datetime) -> Iterator[Waiting]:
    """Other leads to grant or refuse."""
    del now
    for change in shown(rows, "agreed_at", *_OF_LEAD):
        yield Waiting(
            title=_("Decide who leads %s") % change.award.code,
            detail=title_in_readers_language(change.award),
            url=reverse("web:lead-change", args=[change.pk]),
            since=change.agreed_at,
        )


@kind_of(cases_to_decide, Role.COMMITTEE)
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


@kind_of(held_decisions_to_release, Role.OFFICER)
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
