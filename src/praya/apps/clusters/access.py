"""Who may see and change machines."""

from __future__ import annotations

from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed


def may_see_machines(actor: Actor) -> bool:
    """Operators, officers and auditors of any programme, and site admins."""
    roles = (Role.OPERATOR, Role.OFFICER, Role.AUDITOR)
    return actor.is_admin or bool(actor.programmes_as(*roles))


def may_change_machines(actor: Actor, programme_code: str = "") -> bool:
    """Site admins; operators of the programme, or of any where the machines serve all."""
    if actor.is_admin:
        return True
    if programme_code:
        return actor.holds(programme_code, Role.OPERATOR)
    return bool(actor.programmes_as(Role.OPERATOR))


def check_may_see(actor: Actor) -> None:
    """Refuse to show machines to others."""
    if not may_see_machines(actor):
        raise NotAllowed(action="clusters.see", needs="operator")


def check_may_change(actor: Actor, programme_code: str = "") -> None:
    """Refuse changes of machines by others."""
    if not may_change_machines(actor, programme_code):
        raise NotAllowed(action="clusters.change", needs="operator")
