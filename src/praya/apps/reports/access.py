"""Who may take balances of others out of the site."""

from __future__ import annotations

from praya.apps.awards.access import SEES_AWARDS
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed


def check_may_export_balances(by: Actor, programme_code: str) -> None:
    """Staff of the programme who see its awards anyway."""
    if not by.holds(programme_code, *SEES_AWARDS):
        raise NotAllowed(action="balances.export", needs=tuple(role.value for role in SEES_AWARDS))
