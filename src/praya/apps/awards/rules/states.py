"""What holds for decisions and awards on paper."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a decision may say."""

    AWARD = "award"
    PART_AWARD = "part-award"
    CONDITIONAL = "conditional"  # an award with conditions
    DEFER = "defer"
    WAIT_LIST = "wait-list"
    REJECT = "reject"


GRANTING = frozenset({Outcome.AWARD, Outcome.PART_AWARD, Outcome.CONDITIONAL})


class AwardState(StrEnum):
    """Where an award stands."""

    OFFERED = "offered"  # the lead may accept until a day
    WAITING = "waiting"  # accepted, and not usable before its conditions are met
    ACTIVE = "active"
    DECLINED = "declined"
    LAPSED = "lapsed"  # not accepted in time
    WITHDRAWN = "withdrawn"  # the programme took the offer back before it was answered
    SUSPENDED = "suspended"
    ENDED = "ended"


class MemberRole(StrEnum):
    """What a member may do under an award."""

    LEAD = "lead"
    MANAGER = "manager"  # adds and removes members, too
    MEMBER = "member"


# Awards that the book knows: the lead accepted.
ACCEPTED = frozenset(
    {AwardState.WAITING, AwardState.ACTIVE, AwardState.SUSPENDED, AwardState.ENDED}
)
