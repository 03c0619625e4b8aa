"""What changes reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.access import check_not_recused, is_of_applicants
from praya.apps.applications.commands import finish_review
from praya.apps.applications.queries import application_named
from praya.apps.applications.rules import CaseState
from praya.apps.people.commands import record
from praya.apps.programmes.queries import rules_of
from praya.apps.reviews import access
from praya.apps.reviews.models import CaseResult, Mark, RecommendedLine, Review
from praya.apps.reviews.queries import (
    application_for_update,
    asked_amounts,
    is_appointed_reviewer,
    latest_submission_of,
    results_of,
    review_for_update,
)
from praya.apps.reviews.rules import (
    UNDER_WAY,
    AlreadyAssigned,
    AlreadyDeclared,
    ConflictKind,
    ConflictNoteMissing,
    MarkGiven,
    NotAReviewer,
    NotDeclared,
    NotInReview,
    NotOpen,
    ReviewState,
    SameOrganisation,
    SpreadNoteMissing,
    TooFew,
    check_amounts,
    check_complete,
    check_marks,
)
from praya.core.actor import Actor
from praya.core.refusal import NotAllowed, NotFound, StaleForm
from praya.core.review.amount import LineAmount
from praya.core.review.result import text_of

if TYPE_CHECKING:
    from praya.apps.applications.models import Application


@transaction.atomic
def assign_reviewer(
    *, application_code: str, person_id: int, due_on: date | None, by: Actor, now: datetime
) -> Review:
    """Ask a reviewer for a review. Whose review was withdrawn may be asked again.

    Raises:
        NotFound: there is no such application, or the actor may not know of it.
        NotAllowed: not an officer of the programme.
        Recused: the officer takes no part in the case.
        NotInReview: the case is in another stage.
        NotAReviewer: the person is not appointed as a reviewer.
        SameOrganisation: the person belongs to the applicants.
        AlreadyAssigned: the person was asked before.

    """
    application = application_for_update(application_code)
    _check_may_assign(by, application, action="review.assign")
    _check_in_review(application.state)
    if not is_appointed_reviewer(person_id, application.programme_id):
        raise NotAReviewer(application=application.code)
    if is_of_applicants(person_id, application):
        raise SameOrganisation(application=application.code)
    review = Review.objects.filter(application=application, reviewer_id=person_id).first()
    if review is not None and review.state != ReviewState.WITHDRAWN.value:
        raise AlreadyAssigned(application=application.code, state=review.state)
    assert by.person_id is not None  # who holds a role has signed in
    if review is None:
        review = Review(application=application, reviewer_id=person_id)
    review.state = ReviewState.TO_DECLARE.value
    review.assigned_at, review.assigned_by_id, review.due_on = now, by.person_id, due_on
    review.conflict, review.conflict_note, review.declared_at = "", "", None
    review.submitted_at = None
    review.save()
    _record("review.assigned", review, by=by, now=now, person=person_id)
    return review


@transaction.atomic
def declare_conflict(
    *, review_id: int, kind: ConflictKind, note: str, by: Actor, now: datetime
) -> Review:
    """Deny a conflict of interest, which opens the case, or declare one, which closes it for good.

    A conflict that comes to mind while marking may still be declared. The same answer again changes
    nothing.

    Raises:
        NotFound: it is not the actor's review.
        NotInReview: the case has left the stage.
        AlreadyDeclared: the answer was given, and this is another.
        ConflictNoteMissing: kind *other* says nothing without a note.
        SameOrganisation: denied by somebody of the applicant's own organisation.

    """
    review = _own_review(review_id, by)
    answer = ReviewState.OPEN if kind is ConflictKind.NONE else ReviewState.CONFLICTED
    if review.state == answer.value and review.conflict == kind.value:
        return review
    _check_in_review(review.application.state)
    may_still = {ReviewState.TO_DECLARE} | (set() if answer is ReviewState.OPEN else UNDER_WAY)
    if ReviewState(review.state) not in may_still:
        raise AlreadyDeclared(state=review.state)
    if kind is ConflictKind.OTHER and not note.strip():
        raise ConflictNoteMissing
    if answer is ReviewState.OPEN and is_of_applicants(review.reviewer_id, review.application):
        raise SameOrganisation(application=review.application.code)
    review.state, review.conflict, review.conflict_note = answer.value, kind.value, note.strip()
    review.declared_at = now
    review.save()
    action = "review.opened" if answer is ReviewState.OPEN else "review.conflict_declared"
    _record(action, review, by=by, now=now, conflict=kind.value)
    return review


@transaction.atomic
def save_review(
    *,
    review_id: int,
    marks: Sequence[MarkGiven],
    recommended: Sequence[LineAmount],
    comment: str,
    comment_to_desk: str,
    revision: int,
    by: Actor,
    now: datetime,
) -> Review:
    """Keep a review as far as it is; it takes the place of what was saved before.

    A draft is nobody's act yet: it leaves no line in the audit trail.

    Raises:
        NotFound: it is not the actor's review.
        NotDeclared: a conflict has not been denied yet.
        NotOpen: submitted, withdrawn or conflicted.
        NotInReview: the case has left the stage.
        SameOrganisation: the actor belongs to the applicants by now.
        StaleForm: it was saved elsewhere since the form was opened.
        UnknownCriterion, CriterionTwice, MarkOutOfRange: a mark the rules do not know.
        UnknownLine, LineTwice, AmountAboveAsked: an amount that was not asked for.

    """
    del now  # a command takes it; a draft keeps no time
    review = _open_review(review_id, revision, by)
    submission = latest_submission_of(review.application_id)
    check_marks(rules_of(submission.rule_version).scoring, marks)
    check_amounts(asked_amounts(submission.lines.all()), recommended)
    review.marks.all().delete()
    Mark.objects.bulk_create(
        Mark(review=review, criterion=m.criterion, points=m.points, comment=m.comment.strip())
        for m in marks
    )
    review.recommended.all().delete()
    RecommendedLine.objects.bulk_create(
        RecommendedLine(
            review=review, number=one.number, cards=one.cards, card_hours=one.card_hours
        )
        for one in recommended
    )
    review.comment, review.comment_to_desk = comment.strip(), comment_to_desk.strip()
    review.revision += 1
    review.save()
    return review


@transaction.atomic
def submit_review(*, review_id: int, revision: int, by: Actor, now: datetime) -> Review:
    """Hand the review in; from here on it counts and does not change. Repeating changes nothing.

    Raises:
        NotFound: it is not the actor's review.
        NotDeclared, NotOpen, NotInReview, SameOrganisation, StaleForm: as for ``save_review``.
        Incomplete: a criterion has no mark, a line no amount, or there is no comment.

    """
    review = _own_review(review_id, by)
    if review.state == ReviewState.SUBMITTED.value and review.revision == revision:
        return review
    review = _open_review(review_id, revision, by)
    submission = latest_submission_of(review.application_id)
    scoring = rules_of(submission.rule_version).scoring
    asked = asked_amounts(submission.lines.all())
    marks = [MarkGiven(m.criterion, m.points, m.comment) for m in review.marks.all()]
    amounts = [LineAmount(r.number, r.cards, r.card_hours) for r in review.recommended.all()]
    # The applicant may have submitted again since the draft was saved.
    check_marks(scoring, marks)
    check_amounts(asked, amounts)
    check_complete(scoring, asked, marks, amounts, review.comment)
    review.state, review.submission, review.submitted_at = (
        ReviewState.SUBMITTED.value,
        submission,
        now,
    )
    review.save()
    keep_result(review.application_id)
    _record("review.submitted", review, by=by, now=now, submission=submission.number)
    return review


@transaction.atomic
def withdraw_review(*, review_id: int, by: Actor, now: datetime) -> Review:
    """Take a review from its reviewer; what they wrote is kept but no longer counts. Repeatable.

    Raises:
        NotFound: there is no such review, or the actor may not know of its case.
        NotAllowed: not an officer of the programme.
        Recused: the officer takes no part in the case.
        NotInReview: the case has left the stage; what was decided on stays.
        NotOpen: a conflict was declared, which stays.

    """
    review = review_for_update(review_id)
    _check_may_assign(by, review.application, action="review.withdraw")
    if review.state == ReviewState.WITHDRAWN.value:
        return review
    _check_in_review(review.application.state)
    if review.state == ReviewState.CONFLICTED.value:
        raise NotOpen(state=review.state)
    review.state = ReviewState.WITHDRAWN.value
    review.save()
    keep_result(review.application_id)
    _record("review.withdrawn", review, by=by, now=now, person=review.reviewer_id)
    return review


@transaction.atomic
def close_review_stage(*, application_code: str, note: str, by: Actor, now: datetime) -> None:
    """Send the case on to be decided. Reviews still under way are withdrawn.

    Raises:
        NotFound: there is no such application, or the actor may not know of it.
        NotAllowed: not an officer of the programme.
        Recused: the officer takes no part in the case.
        NotInReview: the case is in another stage.
        TooFew: fewer reviews are submitted than the rules need.
        SpreadNoteMissing: reviewers are far apart, and no note says why that is good enough.

    """
    application = application_for_update(application_code)
    _check_may_assign(by, application, action="review.close_stage")
    _check_in_review(application.state)
    result = results_of([application.pk])[application.pk]
    if not result.is_complete:
        raise TooFew(
            application=application.code, submitted=result.reviews, needed=result.reviews_needed
        )
    if result.wants_further_review and not note.strip():
        raise SpreadNoteMissing(application=application.code, spread=result.spread)
    left = application.reviews.filter(state__in=[state.value for state in UNDER_WAY])
    left.update(state=ReviewState.WITHDRAWN.value)
    finish_review(code=application.code, note=note.strip(), by=by, now=now)
    record(
        "review.stage_closed",
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        reviews=result.reviews,
        note=note.strip(),
    )


def keep_result(application_id: int) -> None:
    """Keep what the submitted reviews of a case say, since another set of them counts now."""
    result = results_of([application_id])[application_id]
    version = latest_submission_of(application_id).rule_version
    CaseResult.objects.update_or_create(
        application_id=application_id,
        defaults={"rules_sha256": version.sha256, "text": text_of(result)},
    )


def _own_review(review_id: int, by: Actor) -> Review:
    review = review_for_update(review_id)
    if not access.is_reviewer(by, review):
        raise NotFound(kind="review", key=str(review_id))
    return review


def _open_review(review_id: int, revision: int, by: Actor) -> Review:
    review = _own_review(review_id, by)
    if review.state == ReviewState.TO_DECLARE.value:
        raise NotDeclared
    if review.state != ReviewState.OPEN.value:
        raise NotOpen(state=review.state)
    _check_in_review(review.application.state)
    if is_of_applicants(review.reviewer_id, review.application):  # joined them meanwhile
        raise SameOrganisation(application=review.application.code)
    if review.revision != revision:
        raise StaleForm(theirs=review.revision, yours=revision)
    return review


def _check_may_assign(by: Actor, application: Application, *, action: str) -> None:
    """Refuse the desk's part to others; who may not know of the case is told nothing about it."""
    if not access.may_assign(by, application):
        application_named(application.code, by)
        raise NotAllowed(action=action, needs="officer")
    check_not_recused(by, application)


def _check_in_review(state: str) -> None:
    if state != CaseState.IN_REVIEW.value:
        raise NotInReview(state=state)


def _record(action: str, review: Review, *, by: Actor, now: datetime, **facts: object) -> None:
    record(
        action,
        subject=("application", review.application.code),
        by=by,
        now=now,
        programme_code=review.application.programme.code,
        review=review.pk,
        **facts,
    )
