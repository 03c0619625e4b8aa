"""What holds for applications on paper: the states a case goes through."""

from __future__ import annotations

from enum import StrEnum


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
