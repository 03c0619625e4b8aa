"""Who may see and do what with letters and hooks."""

from __future__ import annotations

from django.db.models import Q

from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed


def letters_visible_to(actor: Actor) -> Q:
    """An officer sees their programme's letters; who keeps the site, those of no programme."""
    programmes = actor.programmes_as(Role.OFFICER)
    seen = Q(programme_code__in=programmes)
    return seen | Q(programme_code="") if actor.is_admin else seen


def check_may_see_outbox(actor: Actor, programme_code: str) -> None:
    """Officers."""
    if not actor.holds(programme_code, Role.OFFICER):
        raise NotAllowed(action="outbox.see", needs=Role.OFFICER.value)


def check_known(actor: Actor, action: str) -> int:
    """Whoever has signed in; their id."""
    if actor.person_id is None:
        raise NotAllowed(action=action, needs="signed-in")
    return actor.person_id


def may_see_hooks(actor: Actor, programme_code: str) -> bool:
    """Finance and auditors."""
    return actor.holds(programme_code, Role.FINANCE, Role.AUDITOR)


def check_may_see_hooks(actor: Actor, programme_code: str) -> None:
    """Refuse others."""
    if not may_see_hooks(actor, programme_code):
        raise NotAllowed(action="hook.see", needs=(Role.FINANCE.value, Role.AUDITOR.value))


def may_keep_hooks(actor: Actor, programme_code: str) -> bool:
    """Finance sends the book elsewhere."""
    return actor.holds(programme_code, Role.FINANCE)


def check_may_keep_hooks(actor: Actor, programme_code: str) -> None:
    """Refuse others."""
    if not may_keep_hooks(actor, programme_code):
        raise NotAllowed(action="hook.keep", needs=Role.FINANCE.value)
