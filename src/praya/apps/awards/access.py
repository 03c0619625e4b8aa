"""Who may see and do what with decisions and awards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.awards.models import Award, Member, Recusal
from praya.apps.awards.rules import MemberRole
from praya.apps.people.access import manages
from praya.core.actor import Actor, Role

if TYPE_CHECKING:
    from praya.apps.applications.models import Application
    from praya.apps.awards.models import LeadChange

SEES_AWARDS = (Role.OFFICER, Role.COMMITTEE, Role.FINANCE, Role.OPERATOR, Role.AUDITOR)
SEES_DECISIONS = (Role.OFFICER, Role.COMMITTEE, Role.AUDITOR)
KEEPS_MEMBERS = (MemberRole.LEAD, MemberRole.MANAGER)


def visible_to(actor: Actor) -> Q:
    """Which awards the actor may see: their own as lead or member; of a programme, for staff."""
    if not actor.is_known:
        return Q(pk__in=[])
    in_it = Member.objects.filter(award=OuterRef("pk"), person_id=person_of(actor), until=None)
    return (
        Q(lead_id=actor.person_id)
        | Q(Exists(in_it))
        | Q(programme__code__in=actor.programmes_as(*SEES_AWARDS))
    )


def is_lead(actor: Actor, award: Award) -> bool:
    """Who accepts or declines."""
    return actor.is_known and award.lead_id == actor.person_id


def may_keep_members(actor: Actor, award: Award) -> bool:
    """The lead and the managers."""
    if is_lead(actor, award):
        return True
    roles = [role.value for role in KEEPS_MEMBERS]
    return _memberships(actor, award).filter(role__in=roles).exists()


def may_remove(actor: Actor, award: Award, member: Member) -> bool:
    """Who keeps the members; and the member themselves, who may leave."""
    is_their_own = actor.is_known and member.person_id == actor.person_id
    return is_their_own or may_keep_members(actor, award)


def is_member(actor: Actor, award: Award) -> bool:
    """Who may run jobs under the award, the lead among them."""
    return _memberships(actor, award).exists()


def may_run_desk(actor: Actor, award: Award) -> bool:
    """An officer suspends, resumes and ends; not an award of their own."""
    return actor.holds(award.programme.code, Role.OFFICER) and not is_lead(actor, award)


def may_confirm(actor: Actor, award: Award, role: str) -> bool:
    """Who confirms a condition of an award: its role, but not the lead."""
    return actor.holds(award.programme.code, Role(role)) and not is_lead(actor, award)


def may_ask_lead(actor: Actor, award: Award) -> bool:
    """Who asks for another lead: the lead, and the managers of the organisation."""
    return is_lead(actor, award) or manages(actor, award.organisation_id)


def holds_lead_rule(
    actor: Actor, award: Award, granted_by: Literal["officer", "committee"] | None
) -> bool:
    """Who grants another lead by the rules; the committee also what an officer may."""
    roles = (Role.COMMITTEE, Role.OFFICER) if granted_by == "officer" else (Role.COMMITTEE,)
    return actor.holds(award.programme.code, *roles)


def may_decide_lead(
    actor: Actor, change: LeadChange, granted_by: Literal["officer", "committee"] | None
) -> bool:
    """Who grants it, unless they asked for it or are named in it."""
    named = {change.asked_by_id, change.person_id, change.former_id}
    return holds_lead_rule(actor, change.award, granted_by) and actor.person_id not in named


def may_see_decisions(actor: Actor, programme_code: str) -> bool:
    """Officer, committee and auditor; what a recused member does not see is asked case by case."""
    return actor.holds(programme_code, *SEES_DECISIONS)


def sees_decisions(actor: Actor) -> bool:
    """Whether the actor sees the decisions of any programme."""
    return bool(actor.programmes_as(*SEES_DECISIONS))


def deciding_hand(
    actor: Actor, programme_code: str, decided_by: Literal["officer", "committee"]
) -> Literal["officer", "committee"] | None:
    """As what the actor may decide a case that falls to ``decided_by``; ``None`` if not at all.

    The committee may always. An officer may what the programme delegates.
    """
    if actor.holds(programme_code, Role.COMMITTEE):
        return "committee"
    if decided_by == "officer" and actor.holds(programme_code, Role.OFFICER):
        return "officer"
    return None


def may_propose(actor: Actor, application: Application) -> bool:
    """An officer, unless the application is their own."""
    return (
        actor.holds(application.programme.code, Role.OFFICER)
        and application.lead_id != actor.person_id
    )


def may_recuse(actor: Actor, programme_code: str) -> bool:
    """Whoever could decide."""
    return actor.holds(programme_code, Role.COMMITTEE, Role.OFFICER)


def may_release(actor: Actor, programme_code: str) -> bool:
    """Officer or committee; that it is not who decided is checked case by case."""
    return actor.holds(programme_code, Role.OFFICER, Role.COMMITTEE)


def recused_from(actor: Actor, application_ids: Iterable[int]) -> set[int]:
    """Those of the cases in which the actor takes no part; one query."""
    found = Recusal.objects.filter(application_id__in=application_ids, person_id=person_of(actor))
    return set(found.values_list("application_id", flat=True))


def person_of(actor: Actor) -> int:
    """The actor's id to look for; nobody has the id 0."""
    return actor.person_id or 0


def _memberships(actor: Actor, award: Award) -> QuerySet[Member]:
    return award.members.filter(person_id=person_of(actor), until=None)
