"""What holds for reviews on paper, in this app only; marks and ranks are in ``core.review``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from praya.core.programme.document import Scoring
from praya.core.refusal import Refusal
from praya.core.review.amount import LineAmount


class ReviewState(StrEnum):
    """Where one reviewer's work on one application stands."""

    TO_DECLARE = "to-declare"  # a conflict must be declared or denied before the case opens
    CONFLICTED = "conflicted"
    OPEN = "open"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


UNDER_WAY = frozenset({ReviewState.TO_DECLARE, ReviewState.OPEN})
CASE_OPENED = frozenset({ReviewState.OPEN, ReviewState.SUBMITTED})
# A conflict stands for good, and a withdrawn review is over already.
MAY_BE_WITHDRAWN = UNDER_WAY | {ReviewState.SUBMITTED}


class ConflictKind(StrEnum):
    """Grounds of a conflict."""

    NONE = "none"
    SAME_ORGANISATION = "same-organisation"
    CO_AUTHOR = "co-author"
    ADVISER = "adviser"
    FINANCIAL = "financial"
    RELATIVE = "relative"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MarkGiven:
    """A mark on one criterion; ``points`` is ``None`` while the reviewer is in two minds."""

    criterion: str
    points: int | None
    comment: str = ""


class NotInReview(Refusal):
    """The application is not in the review stage; ``state`` says where it is."""

    code = "review.not_in_review"


class NotAReviewer(Refusal):
    """The person is not appointed as a reviewer of the programme."""

    code = "review.not_a_reviewer"


class SameOrganisation(Refusal):
    """The person belongs to the organisation that applies, or leads the application."""

    code = "review.same_organisation"


class AlreadyAssigned(Refusal):
    """The person was assigned to this application before; ``state`` says what became of it."""

    code = "review.already_assigned"


class AlreadyDeclared(Refusal):
    """The declaration was made before; ``state`` says what became of the review."""

    code = "review.already_declared"


class ConflictNoteMissing(Refusal):
    """A conflict of kind *other* needs a note that says what it is."""

    code = "review.conflict_note_missing"


class NotDeclared(Refusal):
    """The case stays closed until a conflict of interest has been denied."""

    code = "review.not_declared"


class NotOpen(Refusal):
    """The review takes no more changes; ``state`` says why."""

    code = "review.not_open"


class UnknownCriterion(Refusal):
    """The rules have no such ``criterion``."""

    code = "review.unknown_criterion"


class CriterionTwice(Refusal):
    """Two marks are given on ``criterion``; which of them counts, nobody can know."""

    code = "review.criterion_twice"


class MarkOutOfRange(Refusal):
    """A mark on ``criterion`` is outside the scale from ``lowest`` to ``highest``."""

    code = "review.mark_out_of_range"


class UnknownLine(Refusal):
    """The application asks for nothing on the line ``number``."""

    code = "review.unknown_line"


class LineTwice(Refusal):
    """Two amounts are given on the line ``number``."""

    code = "review.line_twice"


class AmountAboveAsked(Refusal):
    """More is recommended on the line ``number`` than was ``asked``."""

    code = "review.amount_above_asked"


class Incomplete(Refusal):
    """A review is not ready: ``criteria`` without marks, ``lines`` without amounts, no comment."""

    code = "review.incomplete"


class TooFew(Refusal):
    """The stage cannot be closed: ``submitted`` reviews, where ``needed`` are."""

    code = "review.too_few"


class SpreadNoteMissing(Refusal):
    """Reviewers are further apart than the rules like; closing all the same needs a note."""

    code = "review.spread_note_missing"


def check_marks(scoring: Scoring, marks: Sequence[MarkGiven]) -> None:
    """Refuse marks that the rules do not know, one criterion after the other.

    Raises:
        UnknownCriterion: not a criterion of the rules.
        CriterionTwice: it was marked before.
        MarkOutOfRange: not on the scale.

    """
    known = {criterion.code for criterion in scoring.criteria}
    seen = set()
    for mark in marks:
        if mark.criterion not in known:
            raise UnknownCriterion(criterion=mark.criterion)
        if mark.criterion in seen:
            raise CriterionTwice(criterion=mark.criterion)
        seen.add(mark.criterion)
        if mark.points is not None and not scoring.lowest <= mark.points <= scoring.highest:
            raise MarkOutOfRange(
                criterion=mark.criterion,
                points=mark.points,
                lowest=scoring.lowest,
                highest=scoring.highest,
            )


def check_amounts(asked: Mapping[int, LineAmount], amounts: Sequence[LineAmount]) -> None:
    """Refuse amounts on lines that are not there, or above what was asked, line after line.

    Raises:
        UnknownLine: the application has no such line.
        LineTwice: an amount was given on it before.
        AmountAboveAsked: more than was asked for on the line.

    """
    seen = set()
    for amount in amounts:
        if amount.number not in asked:
            raise UnknownLine(number=amount.number)
        if amount.number in seen:
            raise LineTwice(number=amount.number)
        seen.add(amount.number)
        if not amount.is_within(asked[amount.number]):
            raise AmountAboveAsked(number=amount.number, given=amount, asked=asked[amount.number])


def check_complete(
    scoring: Scoring,
    asked: Mapping[int, LineAmount],
    marks: Sequence[MarkGiven],
    amounts: Sequence[LineAmount],
    comment: str,
) -> None:
    """Refuse to submit a review that leaves something out; all that is missing at once.

    Raises:
        Incomplete: a criterion has no mark, a line no amount, or there is no comment.

    """
    marked = {mark.criterion for mark in marks if mark.points is not None}
    spoken = {amount.number for amount in amounts}
    criteria = tuple(one.code for one in scoring.criteria if one.code not in marked)
    lines = tuple(number for number in sorted(asked) if number not in spoken)
    if criteria or lines or not comment.strip():
        raise Incomplete(criteria=criteria, lines=lines, comment_missing=not comment.strip())
