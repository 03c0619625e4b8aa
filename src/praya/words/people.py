"""Standings of people and scopes of tokens as words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.apps.people.rules import AffiliationState, TokenScope

STANDINGS: dict[AffiliationState, Promise] = {
    AffiliationState.ASKED: _("Waits for a manager"),
    AffiliationState.ACTIVE: _("Member"),
    AffiliationState.REFUSED: _("Not let in"),
    AffiliationState.ENDED: _("Has left"),
}

SCOPES: dict[TokenScope, Promise] = {
    TokenScope.READ: _("Read only"),
    TokenScope.WRITE: _("Read and change"),
}
