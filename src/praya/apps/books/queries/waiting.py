"""What waits for somebody of finance: what others asked for, oldest first."""

from __future__ import annotations

from django.db.models import QuerySet

from praya.apps.books.models import Correction, FundingRequest
from praya.apps.books.rules import CorrectionState, FundingState
from praya.core.actor import Actor, Role


def funding_to_decide(actor: Actor) -> QuerySet[FundingRequest]:
    """Requests for funding that the actor may approve."""
    return (
        FundingRequest.objects.filter(
            state=FundingState.ASKED.value, programme_code__in=actor.programmes_as(Role.FINANCE)
        )
        .exclude(asked_by=actor.person_id)
        .order_by("asked_at", "id")
    )


def corrections_to_decide(actor: Actor) -> QuerySet[Correction]:
    """Corrections of a book that the actor may approve."""
    return (
        Correction.objects.filter(
            state=CorrectionState.ASKED.value, programme_code__in=actor.programmes_as(Role.FINANCE)
        )
        .exclude(asked_by=actor.person_id)
        .order_by("asked_at", "id")
    )
