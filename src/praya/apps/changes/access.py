"""Who may ask for, see, grant and refuse changes of awards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from praya.apps.changes.rules import ASKED_BY_LEADS, ChangeKind
from praya.core.actor import Actor, Role

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.core.programme.changes import Changes
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
    rule = dict(changes.granted()).get(kind.value)
    if kind is ChangeKind.EXCLUSION:
        is_committees = changes.exclusion is None or changes.exclusion.granted_by == "committee"
        return (Role.COMMITTEE,) if is_committees else (Role.OFFICER, Role.COMMITTEE)
    if rule is not None and rule.granted_by == "committee":
        return (Role.COMMITTEE,)
    return (Role.OFFICER, Role.COMMITTEE)


def may_see_debts(actor: Actor, programme_code: str) -> bool:
    """Officer, finance and auditor."""
    return actor.holds(programme_code, *SEES_DEBTS)


def may_keep_debts(actor: Actor, programme_code: str) -> bool:
    """Finance records what is paid, and who owns a debt."""
    return actor.holds(programme_code, Role.FINANCE)


def may_see_waiting(actor: Actor, programme_code: str) -> bool:
    """Officer, committee and auditor."""
    return actor.holds(programme_code, *SEES_WAITING)
