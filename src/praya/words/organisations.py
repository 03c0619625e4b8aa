"""The kinds of organisation in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.core.programme.parts import OrganisationKind

KINDS: dict[OrganisationKind, Promise] = {
    OrganisationKind.UNIVERSITY: _("University"),
    OrganisationKind.RESEARCH_INSTITUTE: _("Research institute"),
    OrganisationKind.START_UP: _("Start-up"),
    OrganisationKind.ENTERPRISE: _("Enterprise"),
    OrganisationKind.PUBLIC_BODY: _("Public body"),
    OrganisationKind.CHARITY: _("Charity"),
    OrganisationKind.OTHER: _("Other"),
}
