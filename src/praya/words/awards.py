"""States of awards, outcomes of decisions and roles of members in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from praya.apps.awards.rules import AwardState, MemberRole, Outcome
from praya.apps.awards.rules.leading import LeadState

STATES: dict[AwardState, Promise] = {
    AwardState.OFFERED: _("Offered"),
    AwardState.WAITING: pgettext_lazy("state of an award", "Signed, conditions open"),
    AwardState.ACTIVE: _("Active"),
    AwardState.DECLINED: _("Declined"),
    AwardState.LAPSED: _("Lapsed"),
    AwardState.WITHDRAWN: pgettext_lazy("state of an award", "Taken back"),
    AwardState.SUSPENDED: _("Suspended"),
    AwardState.ENDED: pgettext_lazy("state of an award", "Ended"),
}
OUTCOMES: dict[Outcome, Promise] = {
    Outcome.AWARD: _("Award, all that was asked"),
    Outcome.PART_AWARD: _("Part award, less than was asked"),
    Outcome.CONDITIONAL: _("Award with conditions"),
    Outcome.DEFER: _("Defer to a later round"),
    Outcome.WAIT_LIST: _("Waiting list"),
    Outcome.REJECT: _("Reject"),
}
OUTCOMES_IN_SHORT: dict[Outcome, Promise] = {
    Outcome.AWARD: pgettext_lazy("outcome of a decision", "Award"),
    Outcome.PART_AWARD: _("Part award"),
    Outcome.CONDITIONAL: _("With conditions"),
    Outcome.DEFER: _("Deferred"),
    Outcome.WAIT_LIST: _("Waiting list"),
    Outcome.REJECT: _("Rejected"),
}
ROLES: dict[MemberRole, Promise] = {
    MemberRole.LEAD: _("Lead"),
    MemberRole.MANAGER: _("Manager"),
    MemberRole.MEMBER: _("Member"),
}
LEAD_STATES: dict[LeadState, Promise] = {
    LeadState.ASKED: _("Waits for the person"),
    LeadState.AGREED: _("Waits for the programme"),
    LeadState.GRANTED: _("Granted"),
    LeadState.DECLINED: _("Declined by the person"),
    LeadState.REFUSED: _("Refused"),
    LeadState.WITHDRAWN: _("Withdrawn"),
    LeadState.UNDONE: _("Undone"),
}
