"""What changes decisions and awards, by who does it: committee, lead, desk, and Praya's rounds."""

from praya.apps.awards.commands.accepting import accept_award, decline_award, lapse_offers
from praya.apps.awards.commands.agreeing import acknowledge_agreement, amend_award
from praya.apps.awards.commands.deciding import decide, propose_amounts, recuse
from praya.apps.awards.commands.ending import (
    end_award,
    end_due_awards,
    resume_award,
    suspend_award,
)
from praya.apps.awards.commands.members import add_member, remove_member
from praya.apps.awards.commands.offering import offer_outside_rounds
from praya.apps.awards.commands.releasing import release_decision, release_round

__all__ = [
    "accept_award",
    "acknowledge_agreement",
    "add_member",
    "amend_award",
    "decide",
    "decline_award",
    "end_award",
    "end_due_awards",
    "lapse_offers",
    "offer_outside_rounds",
    "propose_amounts",
    "recuse",
    "release_decision",
    "release_round",
    "remove_member",
    "resume_award",
    "suspend_award",
]
