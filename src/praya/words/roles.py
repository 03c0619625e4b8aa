"""Roles and relations as words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from praya.core.actor import Role

ROLES: dict[Role, Promise] = {
    Role.OFFICER: _("officer"),
    Role.REVIEWER: _("reviewer"),
    Role.COMMITTEE: _("committee member"),
    Role.OPERATOR: _("operator"),
    Role.FINANCE: _("finance officer"),
    Role.AUDITOR: _("auditor"),
    Role.ADMIN: _("site administrator"),
}

# What else a refusal may say is needed: how somebody stands to one thing.
RELATIONS: dict[str, Promise] = {
    "signed-in": _("somebody who has signed in"),
    "self": _("the person it belongs to"),
    "manager": _("a manager of the organisation"),
    "lead": _("the lead"),
    "member": _("a member"),
    "applicant": _("the applicant"),
    "organisation-member": _("somebody who belongs to the organisation"),
}


def needed(what: str) -> str:
    """The word for a role or a relation that would be needed."""
    known = {**RELATIONS, **{role.value: word for role, word in ROLES.items()}}
    return str(known.get(what, what))
