"""Who may see and change what about the life of an award."""

from __future__ import annotations

from typing import TYPE_CHECKING

from praya.apps.applications.access import is_recused
from praya.apps.awards.access import is_lead, may_keep_members, may_run_desk
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.core.programme.life import CutRule, Tranches

SEES_PREVIEW = (Role.OFFICER, Role.COMMITTEE, Role.FINANCE, Role.AUDITOR)


def may_see_preview(actor: Actor, programme_code: str) -> bool:
    """Officer, committee, finance and auditor see whom the rules would cut."""
    return actor.holds(programme_code, *SEES_PREVIEW)


def may_waive(actor: Actor, award: Award, rule: CutRule | Tranches) -> bool:
    """The role that the rule names; not for one's own award, nor who takes no part in its case."""
    return (
        rule.waived_by is not None
        and actor.holds(award.programme.code, Role(rule.waived_by))
        and not is_lead(actor, award)
        and not is_recused(actor, award.application_id)
    )


def may_open_tranche(actor: Actor, award: Award) -> bool:
    """An officer, not for an award of their own."""
    return may_run_desk(actor, award)


def may_hand_in(actor: Actor, award: Award) -> bool:
    """The lead and the managers, but for whoever could accept the report."""
    return not may_open_tranche(actor, award) and may_keep_members(actor, award)


def may_plan(actor: Actor, award: Award) -> bool:
    """The lead and the managers; later an officer."""
    return may_run_desk(actor, award) or may_keep_members(actor, award)


def may_reverse(actor: Actor, award: Award) -> bool:
    """Finance, as any reversal in the book; not for an award of one's own."""
    return actor.holds(award.programme.code, Role.FINANCE) and not is_lead(actor, award)


def person_of(actor: Actor) -> int:
    """The person who acts; none of this is Praya's own to decide."""
    assert actor.person_id is not None, actor
    return actor.person_id


def check_allowed(allowed: bool, *, action: str, needs: str) -> None:  # noqa: FBT001 -- an answer
    """Refuse what was answered with no.

    Raises:
        NotAllowed: ``needs`` says which role it takes.

    """
    if not allowed:
        raise NotAllowed(action=action, needs=needs)
