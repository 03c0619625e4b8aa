"""The states a case goes through, and whose turn it is in each."""

from __future__ import annotations

from enum import StrEnum

from praya.core.programme.document import StageKind


class CaseState(StrEnum):
    """Where a case stands, as everybody may know it. Who must act next follows from it."""

    DRAFT = "draft"  # the applicant writes
    SUBMITTED = "submitted"  # the desk screens: completeness, eligibility
    ASKED = "asked"  # the applicant answers a question; the clock stands still
    RETURNED = "returned"  # the applicant changes and submits again; the clock stands still
    IN_REVIEW = "in-review"  # reviewers mark
    TO_DECIDE = "to-decide"  # the committee, or an officer by delegation, decides
    DECIDED = "decided"  # decided and held until the round is released
    AWARDED = "awarded"
    WAIT_LISTED = "wait-listed"
    DEFERRED = "deferred"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class LineShape(StrEnum):
    """How compute is asked for: cards held from a day to a day, or accelerator-hours."""

    CARDS = "cards"
    CARD_HOURS = "card-hours"


class QuestionState(StrEnum):
    """A question to the applicant."""

    OPEN = "open"
    ANSWERED = "answered"
    LAPSED = "lapsed"


class StageOutcome(StrEnum):
    """How a case left a stage."""

    PASSED = "passed"
    FAILED = "failed"
    DECIDED = "decided"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"


class Turn(StrEnum):
    """Whose turn it is."""

    APPLICANT = "applicant"
    DESK = "desk"
    REVIEWERS = "reviewers"
    DECIDERS = "deciders"
    NOBODY = "nobody"


CLOSED_STATES = frozenset(
    {
        CaseState.AWARDED,
        CaseState.WAIT_LISTED,
        CaseState.DEFERRED,
        CaseState.REJECTED,
        CaseState.WITHDRAWN,
    }
)
APPLICANTS_TURN = frozenset({CaseState.DRAFT, CaseState.ASKED, CaseState.RETURNED})
EDITABLE = frozenset({CaseState.DRAFT, CaseState.RETURNED})
# What the desk works with: submitted at least once, and not yet at its end.
ON_THE_DESK = frozenset(CaseState) - CLOSED_STATES - {CaseState.DRAFT}
# The desk says what it would give.
PROPOSABLE = frozenset({CaseState.IN_REVIEW, CaseState.TO_DECIDE})
# A decision may be taken here; a case that waits or was put off can be taken up again.
DECIDABLE = frozenset({CaseState.TO_DECIDE, CaseState.WAIT_LISTED, CaseState.DEFERRED})
# An officer may have such a case decided again in the round that is open.
REOPENABLE = frozenset({CaseState.WAIT_LISTED, CaseState.DEFERRED})
# The committee sees a case from here on.
BEFORE_THE_COMMITTEE = frozenset(
    {
        CaseState.TO_DECIDE,
        CaseState.DECIDED,
        CaseState.AWARDED,
        CaseState.WAIT_LISTED,
        CaseState.DEFERRED,
        CaseState.REJECTED,
    }
)
WITHDRAWABLE = frozenset(CaseState) - CLOSED_STATES - {CaseState.DECIDED}

DESK_STAGES = frozenset({StageKind.COMPLETENESS, StageKind.ELIGIBILITY})
_STATE_IN = {
    StageKind.COMPLETENESS: CaseState.SUBMITTED,
    StageKind.ELIGIBILITY: CaseState.SUBMITTED,
    StageKind.REVIEW: CaseState.IN_REVIEW,
    StageKind.DECISION: CaseState.TO_DECIDE,
}
_TURN_IN = {
    CaseState.DRAFT: Turn.APPLICANT,
    CaseState.ASKED: Turn.APPLICANT,
    CaseState.RETURNED: Turn.APPLICANT,
    CaseState.SUBMITTED: Turn.DESK,
    CaseState.IN_REVIEW: Turn.REVIEWERS,
    CaseState.TO_DECIDE: Turn.DECIDERS,
    CaseState.DECIDED: Turn.DESK,
}


def state_in(stage: StageKind) -> CaseState:
    """The state of a case that stands in a stage before the decision, nobody being asked."""
    return _STATE_IN[stage]


def turn_of(state: CaseState) -> Turn:
    """Whose turn it is in a state."""
    return _TURN_IN.get(state, Turn.NOBODY)
