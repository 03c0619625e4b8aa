"""What holds for decisions and awards on paper: states, refusals, checks of a decision."""

from praya.apps.awards.rules.states import (
    ACCEPTED,
    GRANTING,
    AwardState,
    MemberRole,
    Outcome,
)

__all__ = ["ACCEPTED", "GRANTING", "AwardState", "MemberRole", "Outcome"]
