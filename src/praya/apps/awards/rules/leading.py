"""Another person leads an award: asked for, agreed to by them, and granted by the programme."""

from __future__ import annotations

from enum import StrEnum

from praya.core.refusal import Refusal


class LeadState(StrEnum):
    """Where a change of lead stands."""

    ASKED = "asked"  # the person has not answered
    AGREED = "agreed"  # the person would; the programme has not decided
    GRANTED = "granted"
    DECLINED = "declined"  # by the person
    REFUSED = "refused"  # by the programme
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


OPEN_LEAD = frozenset({LeadState.ASKED, LeadState.AGREED})


class LeadStaysByRule(Refusal):
    """The rules of the programme in force know no other lead."""

    code = "lead.not_allowed"


class LeadAlready(Refusal):
    """``email`` leads the award ``award`` now."""

    code = "lead.already"


class LeadOfOtherHouse(Refusal):
    """Who is to lead does not belong to the award's ``organisation``."""

    code = "lead.of_other_house"


class LeadChangeOpen(Refusal):
    """Another change of lead of ``award`` is open, the number ``change``."""

    code = "lead.open"


class LeadNotOpen(Refusal):
    """The change of lead stands at ``state``, so this cannot be done with it."""

    code = "lead.not_open"


class LeadOwnMatter(Refusal):
    """Who asked for a change of lead, or is named in it, does not decide it."""

    code = "lead.own_matter"


class LeadMovedOn(Refusal):
    """The award ``award`` has another lead by now than the change was about."""

    code = "lead.moved_on"
