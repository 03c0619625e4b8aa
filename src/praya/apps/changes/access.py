"""Who may ask for, see, grant and refuse changes of awards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from praya.apps.applications.access import is_recused
from praya.apps.awards.access import SEES_DECISIONS, is_lead
from praya.apps.changes.models import Appeal
from praya.apps.changes.rules import ASKED_BY_LEADS, ChangeKind
from praya.core.actor import Actor, Role

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.core.programme.changes import Borne, Changes
    from praya.core.quantity import Money

SEES_CHANGES = (Role.OFFICER, Role.COMMITTEE, Role.FINANCE, Role.AUDITOR)
SEES_DEBTS = (Role.OFFICER, Role.FINANCE, Role.AUDITOR)
SEES_WAITING = (Role.OFFICER, Role.COMMITTEE, Role.AUDITOR)


def visible_to(actor: Actor) -> Q:
    """Requests the actor may see: of awards they lead; of a programme, for its staff."""
    if not actor.is_known:
        return Q(pk__in=[])
    return Q(award__lead_id=actor.person_id) | Q(
        award__programme__code__in=actor.programmes_as(*SEES_CHANGES)
    )


def appeals_visible_to(actor: Actor) -> Q:
    """Appeals the actor may see: of cases they lead; of a programme, for its staff.

    Of a case, not finance; nobody who takes no part in it.
    """
    if not actor.is_known:
        return Q(pk__in=[])
    of_staff = Q(application__programme__code__in=actor.programmes_as(*SEES_DECISIONS)) | Q(
        application__programme__code__in=actor.programmes_as(Role.FINANCE), change__isnull=False
    )
    of_leads = Q(made_by_id=actor.person_id) | Q(application__lead_id=actor.person_id)
    return of_leads | (of_staff & takes_part(actor))


def takes_part(actor: Actor) -> Q:
    """Appeals about cases that the actor is not kept out of."""
    # By the names of its foreign keys: recusals belong to the app below.
    mine = {"application__recusals__person_id": actor.person_id or 0}
    return ~Q(Exists(Appeal.objects.filter(pk=OuterRef("pk"), **mine)))


def may_ask(actor: Actor, award: Award, kind: ChangeKind) -> bool:
    """The lead asks for what they gain by, an officer takes back, finance gives a debt up."""
    if kind in ASKED_BY_LEADS:
        return actor.is_known and award.lead_id == actor.person_id
    role = Role.FINANCE if kind is ChangeKind.WRITE_OFF else Role.OFFICER
    return actor.holds(award.programme.code, role) and award.lead_id != actor.person_id


def needed_to_ask(kind: ChangeKind) -> str:
    """Who may ask, by name."""
    if kind in ASKED_BY_LEADS:
        return "lead"
    return Role.FINANCE.value if kind is ChangeKind.WRITE_OFF else Role.OFFICER.value


def granting_roles(kind: ChangeKind, changes: Changes, amount: Money | None) -> tuple[Role, ...]:
    """Who may grant a change; the committee may grant what an officer may."""
    if kind is ChangeKind.RECOVERY:
        return (Role.FINANCE,)
    if kind is ChangeKind.WRITE_OFF:
        recovery = changes.recovery
        is_small = amount is not None and amount.major <= recovery.finance_up_to
        if recovery.written_off_by == "finance" or is_small:
            return (Role.FINANCE, Role.COMMITTEE)
        return (Role.COMMITTEE,)
    if kind in {ChangeKind.EXCLUSION, ChangeKind.END}:
        by_two = changes.exclusion if kind is ChangeKind.EXCLUSION else changes.end_at_once
        is_committees = by_two is None or by_two.granted_by == "committee"
        return (Role.COMMITTEE,) if is_committees else (Role.OFFICER, Role.COMMITTEE)
    rule = dict(changes.granted()).get(kind.value)
    if rule is not None and rule.granted_by == "committee":
        return (Role.COMMITTEE,)
    return (Role.OFFICER, Role.COMMITTEE)


def may_agree_to_end(actor: Actor, award: Award, changes: Changes) -> bool:
    """Who agrees to a notice of an early end: as the rules say, but not the lead."""
    by_officer = (Role.OFFICER,) if changes.notice_granted_by == "officer" else ()
    is_lead = award.lead_id == actor.person_id
    return actor.holds(award.programme.code, Role.COMMITTEE, *by_officer) and not is_lead


def may_see_debts(actor: Actor, programme_code: str) -> bool:
    """Officer, finance and auditor."""
    return actor.holds(programme_code, *SEES_DEBTS)


def may_keep_debts(actor: Actor, programme_code: str) -> bool:
    """Finance records what is paid, and who owns a debt."""
    return actor.holds(programme_code, Role.FINANCE)


def may_see_waiting(actor: Actor, programme_code: str) -> bool:
    """Officer, committee and auditor."""
    return actor.holds(programme_code, *SEES_WAITING)


def may_see_bearings(actor: Actor, award: Award) -> bool:
    """The lead, and those who see changes of the programme's awards."""
    return is_lead(actor, award) or actor.holds(award.programme.code, *SEES_CHANGES)


def may_spare(actor: Actor, award: Award, rule: Borne) -> bool:
    """Who may waive what a line is to bear: the role of the rule; not for an award of their own."""
    return could_spare(actor, award, rule) and not is_recused(actor, award.application_id)


def could_spare(actor: Actor, award: Award, rule: Borne) -> bool:
    """As ``may_spare``, for who takes part in the case."""
    return (
        rule.waived_by is not None
        and actor.holds(award.programme.code, Role(rule.waived_by))
        and not is_lead(actor, award)
    )
