"""Changes of lead: whose they are, and what a reader may do about one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet

from praya.apps.awards import access
from praya.apps.awards.models import Award, LeadChange
from praya.apps.awards.rules import AwardState
from praya.apps.awards.rules.leading import OPEN_LEAD, LeadState
from praya.apps.people.models import Affiliation, Organisation, Person
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.queries import rules_of, today_in, version_in_force
from praya.core.actor import Actor, Role
from praya.core.refusal import NotFound

LEADABLE = (AwardState.WAITING.value, AwardState.ACTIVE.value, AwardState.SUSPENDED.value)
_OPEN = [state.value for state in OPEN_LEAD]
_SEES = (Role.OFFICER, Role.COMMITTEE, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class LeadChangeStanding:
    """A change of lead as a reader sees it, and what they can do about it now."""

    change: LeadChange
    may_answer: bool
    may_decide: bool
    may_withdraw: bool
    may_undo: bool
    may_read_agreement: bool  # who was asked once reads no later one


@dataclass(frozen=True, slots=True)
class LeadStanding:
    """Who leads an award, the changes the reader may see, and whether they may ask for one."""

    award: Award
    changes: list[LeadChange]
    may_ask: bool
    is_allowed: bool


def lead_standing(code: str, actor: Actor, now: datetime) -> LeadStanding:
    """Who leads an award, for those who may see it or may ask for another lead.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.

    """
    award = _awards().filter(code=code).first()
    may_ask = award is not None and access.may_ask_lead(actor, award)
    if award is None or not (
        may_ask or Award.objects.filter(access.visible_to(actor), pk=award.pk).exists()
    ):
        raise NotFound(kind="award", key=code)
    changes = list(_changes().filter(award=award).order_by("-id"))
    is_open = any(one.state in _OPEN for one in changes)
    return LeadStanding(
        award,
        [one for one in changes if may_ask or _is_named(actor, one) or _sees_all(actor, award)],
        may_ask=may_ask and not is_open and award.state in LEADABLE,
        is_allowed=lead_rule(award, now) is not None,
    )


def lead_change_of(change_id: int, actor: Actor, now: datetime) -> LeadChangeStanding:
    """A change of lead, for those it names, who may ask, and the programme's deciders.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    change = _changes().filter(pk=change_id).first()
    if change is None or not _may_see(actor, change):
        raise NotFound(kind="lead-change", key=str(change_id))
    is_open = change.state in _OPEN
    decides = access.may_decide_lead(actor, change, lead_rule(change.award, now))
    return LeadChangeStanding(
        change,
        may_answer=change.state == LeadState.ASKED.value and actor.person_id == change.person_id,
        may_decide=change.state == LeadState.AGREED.value and decides,
        may_withdraw=is_open and access.may_ask_lead(actor, change.award),
        may_undo=change.state == LeadState.GRANTED.value
        and decides
        and change.award.lead_id == change.person_id,
        may_read_agreement=is_open
        or Award.objects.filter(access.visible_to(actor), pk=change.award_id).exists(),
    )


def lead_change_for_update(change_id: int, actor: Actor) -> LeadChange:
    """A change of lead, locked with its award until the transaction ends.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    code = LeadChange.objects.filter(pk=change_id).values_list("award__code", flat=True).first()
    award = _awards().select_for_update(of=("self",)).filter(code=code).first()
    change = _changes().filter(pk=change_id).first()
    if award is None or change is None or not _may_see(actor, change):
        raise NotFound(kind="lead-change", key=str(change_id))
    change.award = award
    return change


def award_to_lead(code: str, actor: Actor) -> Award:
    """An award for who may see it or ask for another lead, locked until the transaction ends.

    Raises:
        NotFound: there is none, or the actor may not know of it.

    """
    award = _awards().select_for_update(of=("self",)).filter(code=code).first()
    if award is None or not (
        access.may_ask_lead(actor, award)
        or Award.objects.filter(access.visible_to(actor), pk=award.pk).exists()
    ):
        raise NotFound(kind="award", key=code)
    return award


def open_lead_change(award: Award) -> LeadChange | None:
    """The change of lead that is open, if one is."""
    return _changes().filter(award=award, state__in=_OPEN).first()


def lead_rule(award: Award, now: datetime) -> Literal["officer", "committee"] | None:
    """Who grants another lead by the rules in force; nobody where they know none."""
    programme = award.programme
    rules = rules_of(version_in_force(programme.code, today_in(programme, now)))
    return rules.changes.lead.granted_by if rules.changes.lead else None


def belongs(person: Person, organisation: Organisation) -> bool:
    """Whether somebody who may sign in belongs to an organisation now."""
    found = Affiliation.objects.filter(
        person=person, organisation=organisation, state=AffiliationState.ACTIVE.value
    )
    return person.is_active and found.exists()


def lead_changes_to_answer(actor: Actor) -> QuerySet[LeadChange]:
    """Changes in which the actor is asked to lead, the oldest first."""
    return LeadChange.objects.filter(
        person_id=access.person_of(actor), state=LeadState.ASKED.value
    ).order_by("asked_at", "id")


def lead_changes_to_decide(actor: Actor) -> QuerySet[LeadChange]:
    """Changes that their person has agreed to, of programmes that the actor decides for."""
    codes = actor.programmes_as(Role.OFFICER, Role.COMMITTEE)
    agreed = LeadChange.objects.filter(
        award__programme__code__in=codes, state=LeadState.AGREED.value
    )
    named = Q(person_id=actor.person_id) | Q(former_id=actor.person_id)
    return agreed.exclude(named | Q(asked_by_id=actor.person_id)).order_by("agreed_at", "id")


def awards_led_for(organisation_id: int) -> QuerySet[Award]:
    """The running awards of an organisation, for its managers: they may ask for another lead."""
    return _awards().filter(organisation=organisation_id, state__in=LEADABLE).order_by("-id")


def _may_see(actor: Actor, change: LeadChange) -> bool:
    return (
        _is_named(actor, change)
        or _sees_all(actor, change.award)
        or access.may_ask_lead(actor, change.award)
    )


def _is_named(actor: Actor, change: LeadChange) -> bool:
    named = {change.person_id, change.former_id, change.asked_by_id, change.award.lead_id}
    return actor.is_known and actor.person_id in named


def _sees_all(actor: Actor, award: Award) -> bool:
    return actor.holds(award.programme.code, *_SEES)


def _awards() -> QuerySet[Award]:
    return Award.objects.select_related("programme", "organisation", "lead", "application")


def _changes() -> QuerySet[LeadChange]:
    people = ("person", "former", "asked_by", "decided_by", "undone_by")
    beside = ("programme", "organisation", "lead")
    return LeadChange.objects.select_related(*people, "award", *(f"award__{one}" for one in beside))
