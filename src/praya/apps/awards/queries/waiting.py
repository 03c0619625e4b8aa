"""What waits for those who decide and release."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet

from praya.apps.applications.models import Application
from praya.apps.applications.rules import CaseState
from praya.apps.awards import access
from praya.apps.awards.models import Decision
from praya.apps.awards.queries.cases import applications
from praya.apps.awards.queries.money import is_latest
from praya.apps.programmes.models import Round
from praya.core.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class HeldRound:
    """A round with held decisions: how many, and since when the oldest."""

    round_id: int
    code: str
    decide_by: date | None
    programme_code: str
    programme_name: dict[str, str]
    count: int
    oldest_since: datetime


def cases_to_decide(actor: Actor) -> QuerySet[Application]:
    """What waits for the actor's decision as a committee member, the most urgent first."""
    return (
        applications()
        .filter(
            programme__code__in=actor.programmes_as(Role.COMMITTEE),
            state=CaseState.TO_DECIDE.value,
        )
        .exclude(recusals__person_id=access.person_of(actor))
        .order_by("target_on", "id")
    )


def held_decisions_to_release(actor: Actor) -> QuerySet[Decision]:
    """Held decisions in the programmes where the actor is an officer, but those of their own."""
    programmes = Q(application__programme__code__in=actor.programmes_as(Role.OFFICER))
    held = Q(application__state=CaseState.DECIDED.value, released_at=None)
    return (
        Decision.objects.filter(programmes & held & is_latest())
        .exclude(decided_by_id=actor.person_id)
        .select_related("round__programme", "application")
        .defer("application__draft")
        .order_by("application_id")
    )


def held_by_round(decisions: QuerySet[Decision]) -> list[HeldRound]:
    """Held decisions, summed up for each round; one query."""
    rows = (
        decisions.values_list(
            "round_id",
            "round__code",
            "round__decide_by",
            "round__programme__code",
            "round__programme__name",
        )
        .annotate(Count("pk"), Min("decided_at"))
        .order_by("round_id")
    )
    return [HeldRound(*row) for row in rows]


def rounds_to_decide(actor: Actor) -> QuerySet[Round]:
    """Rounds of the programmes whose decisions the actor sees, with what waits in each."""
    to_decide = Q(applications__state=CaseState.TO_DECIDE.value)
    held = Q(applications__state=CaseState.DECIDED.value)
    return (
        Round.objects.filter(programme__code__in=actor.programmes_as(*access.SEES_DECISIONS))
        .select_related("programme")
        .annotate(
            to_decide=Count("applications", filter=to_decide),
            held=Count("applications", filter=held),
        )
    )
