"""What changes decisions and awards, by who does it: committee, lead, desk, and Praya's rounds."""

from praya.apps.awards.commands.accepting import accept_award, decline_award, lapse_offers
from praya.apps.awards.commands.agreeing import acknowledge_agreement, amend_award
from praya.apps.awards.commands.deciding import decide, propose_amounts, recuse
from praya.apps.awards.commands.ending import (
    end_award,
    end_due_awards,
    resume_award,
    revive_award,
    suspend_award,
    suspend_by_notice,
)
from praya.apps.awards.commands.leading import (
    answer_lead,
    ask_lead,
    decide_lead,
    undo_lead,
    withdraw_lead,
)
from praya.apps.awards.commands.members import add_member, remove_member
from praya.apps.awards.commands.offering import offer_outside_rounds, withdraw_offer
from praya.apps.awards.commands.releasing import release_decision, release_round
from praya.apps.awards.commands.starting import (
    check_meet_by,
    confirm_condition,
    follow_conditions,
    move_meet_by,
    reminded_by_then,
    reopen_condition,
    tell_condition,
    waive_condition,
)

__all__ = [
    "accept_award",
    "acknowledge_agreement",
    "add_member",
    "amend_award",
    "answer_lead",
    "ask_lead",
    "check_meet_by",
    "confirm_condition",
    "decide",
    "decide_lead",
    "decline_award",
    "end_award",
    "end_due_awards",
    "follow_conditions",
    "lapse_offers",
    "move_meet_by",
    "offer_outside_rounds",
    "propose_amounts",
    "recuse",
    "release_decision",
    "release_round",
    "reminded_by_then",
    "remove_member",
    "reopen_condition",
    "resume_award",
    "revive_award",
    "suspend_award",
    "suspend_by_notice",
    "tell_condition",
    "undo_lead",
    "waive_condition",
    "withdraw_lead",
    "withdraw_offer",
]
