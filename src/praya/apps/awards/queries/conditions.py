"""What must hold before awards may be used, and for whom it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from praya.apps.awards import access
from praya.apps.awards.models import Award, Condition
from praya.apps.awards.queries.seen import award_of, codes_where
from praya.apps.awards.rules import AwardState
from praya.apps.programmes.queries import rules_of
from praya.core.actor import Actor, Role

_OPEN = (AwardState.OFFERED.value, AwardState.WAITING.value)
CONFIRMING = (Role.OFFICER, Role.FINANCE, Role.OPERATOR, Role.COMMITTEE)


@dataclass(frozen=True, slots=True)
class ConditionStanding:
    """A condition as a reader sees it, and what they can do about it now."""

    condition: Condition
    may_tell: bool
    may_confirm: bool
    may_reopen: bool
    may_waive: bool


@dataclass(frozen=True, slots=True)
class ConditionsStanding:
    """An award with all that must hold before its start."""

    award: Award
    conditions: list[ConditionStanding]
    meet_by: date | None
    may_move: bool
    may_take_up: bool

    @property
    def count_open(self) -> int:
        """How many are not met."""
        return sum(one.condition.met_at is None for one in self.conditions)


def conditions_of(code: str, actor: Actor) -> ConditionsStanding:
    """What must hold before an award may be used, for who may see the award. Two queries.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.

    """
    award = award_of(code, actor)
    is_open, is_lead = award.state in _OPEN, access.is_lead(actor, award)
    may_move = access.may_confirm(actor, award, meet_by_role(award))
    rows = award.before_start.select_related("met_by").order_by("number")
    return ConditionsStanding(
        award,
        [
            ConditionStanding(
                one,
                may_tell=is_open and is_lead and one.met_at is None,
                may_confirm=is_open
                and one.met_at is None
                and access.may_confirm(actor, award, one.confirmed_by),
                may_reopen=is_open
                and one.met_at is not None
                and access.may_confirm(actor, award, one.settled_by),
                may_waive=is_open
                and one.met_at is None
                and bool(one.waived_by)
                and access.may_confirm(actor, award, one.waived_by),
            )
            for one in rows
        ],
        award.meet_by,
        may_move=may_move and award.state == AwardState.WAITING.value,
        may_take_up=may_move and is_given_up(award),
    )


def meet_by_role(award: Award) -> str:
    """Who may set a later day by which conditions are to be met."""
    return rules_of(award.rule_version).agreement.meet_by_moved_by


def is_given_up(award: Award) -> bool:
    """Whether an award ended since its conditions were not met in time."""
    return (award.state, award.ended_from) == (AwardState.ENDED.value, AwardState.WAITING.value)


def open_conditions(award: Award) -> list[Condition]:
    """The conditions of an award that nobody has confirmed, in order."""
    return list(award.before_start.filter(met_at=None).order_by("number"))


def conditions_near(now: datetime, *, days: int) -> list[str]:
    """Codes of awards that wait, whose last day is near, and whose leads were not told of it."""
    span = timedelta(days=days)
    waiting = Q(state=AwardState.WAITING.value, reminded_at=None)
    return codes_where(
        now, lambda today: waiting & Q(meet_by__lte=today + span, last_on__gte=today)
    )


def conditions_over(now: datetime) -> list[str]:
    """Codes of awards that wait although the day, of which leads were told, or their last is past.

    One whose lead was not reminded yet is near, and never over.
    """
    waiting, reminded = Q(state=AwardState.WAITING.value), Q(reminded_at__isnull=False)
    return codes_where(
        now,
        lambda today: waiting & (reminded & Q(meet_by__lt=today) | Q(last_on__lt=today)),
    )


def awards_waiting_for(actor: Actor) -> QuerySet[Award]:
    """Awards that the actor leads and has signed, whose conditions are open."""
    led = Award.objects.filter(lead_id=actor.person_id, state=AwardState.WAITING.value)
    return led.order_by("meet_by", "id")


def conditions_to_confirm(actor: Actor) -> QuerySet[Condition]:
    """Conditions that leads say are met, and that the actor may confirm; the oldest first."""
    theirs = Q(pk__in=[])
    for role in CONFIRMING:
        codes = actor.programmes_as(role)
        if codes:
            theirs |= Q(confirmed_by=role.value, award__programme__code__in=codes)
    told = Condition.objects.filter(
        theirs, met_at=None, told_at__isnull=False, award__state__in=_OPEN
    )
    return told.exclude(award__lead_id=actor.person_id).order_by("told_at", "id")
