"""What a lead may contest, until when, and what may be refused about it.

Worked example. The rules give 14 days. A decision released on 3 March may be contested until the
end of 17 March, where the programme is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from praya.apps.changes.rules.kinds import ChangeKind
from praya.core.refusal import Refusal


class Against(StrEnum):
    """What is contested."""

    CASE = "case"  # the decision that a case ended with
    CHANGE = "change"  # what was taken from a lead, at the asking of somebody else
    NOTICE = "notice"  # that an award is ended or suspended


class Ground(StrEnum):
    """Why a decision should have been another."""

    NEW_FACTS = "new-facts"
    MISREADING = "misreading"


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    UPHELD = "upheld"  # what it contested was turned round, or is decided anew
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


# What leads ask for themselves is refused rather than done to them, and may be asked anew.
CONTESTABLE = frozenset(
    {ChangeKind.REDUCTION, ChangeKind.RECOVERY, ChangeKind.EXCLUSION, ChangeKind.END}
)


@dataclass(frozen=True, slots=True)
class Contested:
    """A decision that stands: ``key`` names it, ``until`` is the last day to contest it."""

    against: Against
    key: str
    told_at: datetime
    decided_by_id: int
    until: date


class NoAppeal(Refusal):
    """The rules of the programme know no appeal."""

    code = "appeal.not_allowed"


class NothingContested(Refusal):
    """Nothing that may be contested stands on this ``against`` named ``key``."""

    code = "appeal.nothing_contested"


class TooLate(Refusal):
    """It could be contested until ``until``."""

    code = "appeal.too_late"


class AlreadyAppealed(Refusal):
    """It was contested before; that appeal stands at ``state``."""

    code = "appeal.already_made"


class AppealNotOpen(Refusal):
    """The appeal was answered or withdrawn before; ``state`` says which."""

    code = "appeal.not_open"


class Overtaken(Refusal):
    """What the appeal contests does not stand any more, so it cannot be turned round."""

    code = "appeal.overtaken"


class SameDecider(Refusal):
    """Who decided what is contested, or asked for it, does not answer the appeal."""

    code = "appeal.same_person"
