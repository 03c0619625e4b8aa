"""Who may see and change programmes. Their rules are public."""

from __future__ import annotations

from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed


def may_make_programme(actor: Actor) -> bool:
    """Site admins."""
    return actor.is_admin


def may_apply_rules(actor: Actor, programme_code: str) -> bool:
    """Officers of the programme."""
    return actor.holds(programme_code, Role.OFFICER)


def may_see_appointments(actor: Actor, programme_code: str) -> bool:
    """Officers and auditors of the programme, and site admins."""
    return actor.is_admin or actor.holds(programme_code, Role.OFFICER, Role.AUDITOR)


def may_appoint(actor: Actor) -> bool:
    """Site admins."""
    return actor.is_admin


def may_open_rounds(actor: Actor, programme_code: str) -> bool:
    """Praya's own rounds, officers of the programme, and site admins."""
    return actor.is_praya or actor.is_admin or actor.holds(programme_code, Role.OFFICER)


def check_may_make_programme(actor: Actor) -> None:
    """Refuse a new programme from others."""
    if not may_make_programme(actor):
        raise NotAllowed(action="programme.make", needs="admin")


def check_may_apply_rules(actor: Actor, programme_code: str) -> None:
    """Refuse rules from others."""
    if not may_apply_rules(actor, programme_code):
        raise NotAllowed(action="programme.apply", needs="officer")


def check_may_see_appointments(actor: Actor, programme_code: str) -> None:
    """Refuse to show appointments to others."""
    if not may_see_appointments(actor, programme_code):
        raise NotAllowed(action="appointment.see", needs="officer")


def check_may_appoint(actor: Actor) -> None:
    """Refuse appointments by others."""
    if not may_appoint(actor):
        raise NotAllowed(action="appointment.change", needs="admin")


def check_may_open_rounds(actor: Actor, programme_code: str) -> None:
    """Refuse rounds opened by others."""
    if not may_open_rounds(actor, programme_code):
        raise NotAllowed(action="round.open", needs="officer")
