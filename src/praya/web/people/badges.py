"""Standings of people and organisations as badges."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from praya.apps.people.rules import AffiliationState
from praya.web.badges import Badge, Tone
from praya.words.people import STANDINGS

_TONES = {
    AffiliationState.ASKED: Tone.ACTIVE,
    AffiliationState.ACTIVE: Tone.GOOD,
    AffiliationState.REFUSED: Tone.BAD,
    AffiliationState.ENDED: Tone.PLAIN,
}


def standing_badge(state: AffiliationState, *, is_manager: bool) -> Badge:
    """How a person stands to an organisation."""
    if state == AffiliationState.ACTIVE and is_manager:
        return Badge(_("Manager"), Tone.GOOD, "key")
    return Badge(str(STANDINGS[state]), _TONES[state])


def verified_badge(verified_at: datetime | None) -> Badge:
    """Whether somebody has checked an organisation's entry."""
    if verified_at is None:
        return Badge(_("Not checked yet"), Tone.PLAIN)
    return Badge(_("Verified"), Tone.GOOD, "shield-check")
