"""Lists of cases: the applicant's own, the desk's queue, and what waits for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from praya.apps.applications.access import applicants, check_may_see_desk
from praya.apps.applications.models import Application
from praya.apps.applications.rules import (
    APPLICANTS_TURN,
    ON_THE_DESK,
    CaseState,
    QuestionState,
    Turn,
    turn_of,
)
from praya.apps.programmes.models import Round
from praya.apps.programmes.queries import rounds_behind
from praya.core.actor import Actor, Role


@dataclass(frozen=True, slots=True)
class DeskWork:
    """What waits for the desk of one programme: how many cases, since when the oldest."""

    programme_code: str
    programme_name: dict[str, str]
    count: int
    oldest_since: datetime


def my_applications(actor: Actor) -> QuerySet[Application]:
    """Applications that the actor leads, newest first."""
    return (
        Application.objects.filter(lead_id=actor.person_id)
        .select_related("programme", "organisation")
        .defer("draft")
    )


def led_or_managed(actor: Actor) -> QuerySet[Application]:
    """Applications that the actor leads, or whose organisation they manage."""
    rows = Application.objects.filter(applicants(actor))
    return rows.select_related("programme", "organisation").defer("draft")


def desk_queue(programme_code: str, actor: Actor, *, today: date) -> QuerySet[Application]:
    """Every case that was submitted in a programme, in one query, with the clock of its stage.

    Each row carries ``stay_entered_at``, ``stay_target_days``, ``stay_paused_since`` and
    ``stay_paused_s`` (``None`` outside a stage); ``turn``, and ``standing``: open or closed;
    ``pace``: overdue, where the target day is before the programme's ``today``, else in-time;
    ``target_order``, by which those without a target day come last.

    Raises:
        NotAllowed: the actor is neither officer nor auditor of the programme.

    """
    check_may_see_desk(actor, programme_code)
    return (
        Application.objects.filter(programme__code=programme_code, submitted_at__isnull=False)
        .annotate(stay=FilteredRelation("stays", condition=Q(stays__left_at=None)))
        .annotate(
            stay_entered_at=F("stay__entered_at"),
            stay_target_days=F("stay__target_days"),
            stay_paused_since=F("stay__paused_since"),
            stay_paused_s=F("stay__paused_s"),
            turn=_turns(),
            standing=_standings(),
            pace=_paces(today),
            target_order=Coalesce("target_on", Value(date.max)),
        )
        .select_related("organisation", "programme")
        .defer("draft")
    )


def cases_on_desk(actor: Actor) -> QuerySet[Application]:
    """Cases to screen, in the programmes where the actor is an officer."""
    return Application.objects.filter(
        programme__code__in=actor.programmes_as(Role.OFFICER), state=CaseState.SUBMITTED.value
    )


def desk_work(cases: QuerySet[Application]) -> list[DeskWork]:
    """Cases to screen, summed up for each programme; one query."""
    rows = (
        cases.values("programme__code", "programme__name")
        .annotate(count=Count("pk"), oldest_since=Min("turn_since"))
        .order_by("programme__code")
    )
    return [
        DeskWork(
            programme_code=row["programme__code"],
            programme_name=row["programme__name"],
            count=row["count"],
            oldest_since=row["oldest_since"],
        )
        for row in rows
    ]


def waits_for_applicant(actor: Actor) -> QuerySet[Application]:
    """Cases that the actor leads and in which it is their turn, the longest waiting first."""
    theirs = my_applications(actor).filter(state__in=[state.value for state in APPLICANTS_TURN])
    return theirs.order_by("turn_since", "id")


def with_due_day(cases: QuerySet[Application]) -> QuerySet[Application]:
    """Cases, each with ``due_on``, the first day by which an answer is wanted."""
    is_open = Q(questions__state=QuestionState.OPEN.value)
    return cases.annotate(due_on=Min("questions__due_on", filter=is_open))


def rounds_waited_for(actor: Actor, now: datetime) -> QuerySet[Round]:
    """Rounds behind time in which a case is open, where the actor is an officer."""
    at_work = [state.value for state in ON_THE_DESK]
    cases = Application.objects.filter(round=OuterRef("pk"), state__in=at_work)
    behind = rounds_behind(actor.programmes_as(Role.OFFICER), now)
    return behind.filter(Exists(cases))


def _turns() -> Case:
    """Whose turn it is, for the database."""
    by_turn = [
        When(state__in=[s.value for s in CaseState if turn_of(s) is turn], then=Value(turn.value))
        for turn in Turn
    ]
    return Case(*by_turn, output_field=CharField())


def _paces(today: date) -> Case:
    overdue = When(target_on__lt=today, then=Value("overdue"))
    return Case(overdue, default=Value("in-time"), output_field=CharField())


def _standings() -> Case:
    is_open = When(state__in=[state.value for state in ON_THE_DESK], then=Value("open"))
    return Case(is_open, default=Value("closed"), output_field=CharField())
