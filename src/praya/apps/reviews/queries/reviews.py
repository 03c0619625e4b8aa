"""Reviews, the case they are of, and who could make another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from praya.apps.applications.access import check_not_recused, recused
from praya.apps.applications.models import Application, RequestLine, Submission
from praya.apps.applications.rules import CaseState
from praya.apps.people.models import Affiliation, Person
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.models import Appointment
from praya.apps.programmes.queries import rules_of
from praya.apps.reviews import access
from praya.apps.reviews.models import Review
from praya.apps.reviews.queries.results import (
    ReviewRecord,
    latest_submission_of,
    latest_without_lines,
    result_from,
)
from praya.apps.reviews.rules import UNDER_WAY, MarkGiven, ReviewState
from praya.core.actor import Actor, Role
from praya.core.programme.document import ProgrammeRules
from praya.core.refusal import NotFound
from praya.core.review.amount import LineAmount
from praya.core.review.result import Result


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """What a reviewer reads once a conflict has been denied."""

    submission: Submission
    lines: Sequence[RequestLine]
    rules: ProgrammeRules


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A review as its reviewer finds it; ``case`` is ``None`` until a conflict has been denied."""

    record: ReviewRecord
    case: OpenedCase | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A reviewer of the programme, and what stands in the way of assigning them."""

    person: Person
    is_of_same_organisation: bool
    is_assigned: bool
    under_way: int


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The reviews of a case as the desk keeps them; no candidates for who may only look on."""

    application: Application
    is_open: bool
    reviews: list[ReviewRecord]
    result: Result
    candidates: list[Candidate]


def application_named(code: str) -> Application:
    """The application, with programme, organisation and lead at hand.

    Raises:
        NotFound: there is none.

    """
    return _found(_applications().filter(code=code).first(), code)


def application_for_update(code: str) -> Application:
    """The application, locked until the transaction ends.

    Raises:
        NotFound: there is none.

    """
    return _found(_applications().select_for_update(of=("self",)).filter(code=code).first(), code)


def review_for_update(review_id: int) -> Review:
    """The review, and its case before it, locked until the transaction ends.

    What the reviews of a case say together is kept beside them: they change one after the other.

    Raises:
        NotFound: there is none.

    """
    Application.objects.select_for_update(of=("self",)).filter(reviews=review_id).only("pk").first()
    review = _reviews().select_for_update(of=("self",)).filter(pk=review_id).first()
    if review is None:
        raise NotFound(kind="review", key=str(review_id))
    return review


def review_of(review_id: int, actor: Actor) -> ReviewPage:
    """A review as its reviewer finds it.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    review = _reviews().prefetch_related("marks", "recommended").filter(pk=review_id).first()
    if review is None or not access.is_reviewer(actor, review):
        raise NotFound(kind="review", key=str(review_id))
    latest = latest_submission_of(review.application_id)
    case = None
    if access.may_open_case(actor, review):
        submission = review.submission or latest
        rules = rules_of(submission.rule_version)
        case = OpenedCase(submission, list(submission.lines.all()), rules)
    return ReviewPage(_record(review, latest.pk), case)


def reviews_of(application_code: str, actor: Actor) -> list[ReviewRecord]:
    """All reviews of an application, with who made them.

    Raises:
        NotFound: there is no such application, or the actor may not know of it.

    """
    application = application_named(application_code)
    if not access.may_see_reviews(actor, application):
        raise NotFound(kind="application", key=application_code)
    return reviews_for_deciding(application.pk)


def desk_page(application_code: str, actor: Actor) -> DeskPage:
    """The reviews of an application, what came of them, and who else could be asked.

    Raises:
        NotFound: there is no such application, or the actor may not know of it.

    """
    application = (
        _applications().annotate(is_recused=recused(actor)).filter(code=application_code).first()
    )
    if (
        application is None
        or application.submitted_at is None
        or not access.may_see_reviews(actor, application)
    ):
        raise NotFound(kind="application", key=application_code)
    in_review = application.state == CaseState.IN_REVIEW.value
    # Who sees its reviews has been found to have no part in it: an officer keeps them.
    may_assign = actor.holds(application.programme.code, Role.OFFICER)
    may_assign = may_assign and not application.is_recused
    submission = latest_without_lines(application.pk)
    reviews = reviews_beside(submission)
    return DeskPage(
        application=application,
        is_open=may_assign and in_review,
        reviews=reviews,
        result=result_from(rules_of(submission.rule_version).scoring, reviews),
        candidates=_candidates(application) if may_assign and in_review else [],
    )


def review_for_desk(review_id: int, actor: Actor) -> Review:
    """A review that the actor may take from its reviewer.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        Recused: the actor takes no part in its case.

    """
    review = _reviews().filter(pk=review_id).first()
    if review is None or not access.may_assign(actor, review.application):
        raise NotFound(kind="review", key=str(review_id))
    check_not_recused(actor, review.application)
    return review


def reviews_for_deciding(application_id: int) -> list[ReviewRecord]:
    """All reviews of an application, asking nobody's leave: for an app that has asked."""
    return reviews_beside(latest_without_lines(application_id))


def reviews_beside(submission: Submission) -> list[ReviewRecord]:
    """As ``reviews_for_deciding``, for who has the latest submission at hand. Three queries."""
    reviews = (
        Review.objects.filter(application_id=submission.application_id)
        .select_related("reviewer")
        .prefetch_related("marks", "recommended")
    )
    for review in reviews:
        review.application = submission.application
    return [_record(review, submission.pk) for review in reviews]


def reviews_to_do(actor: Actor) -> QuerySet[Review]:
    """What waits for the actor as a reviewer, the most urgent first."""
    return (
        _reviews()
        .filter(
            _asked_of(actor),
            state__in=[state.value for state in UNDER_WAY],
            application__state=CaseState.IN_REVIEW.value,
        )
        .order_by("due_on", "assigned_at", "id")
    )


def reviews_by(actor: Actor) -> QuerySet[Review]:
    """Every review the actor was ever asked for, but those taken from them.

    Only of programmes whose reviewer they still are: they can open no others.
    """
    return (
        _reviews()
        .filter(_asked_of(actor))
        .exclude(state=ReviewState.WITHDRAWN.value)
        .order_by("-assigned_at", "-id")
    )


def overdue_reviews(actor: Actor, today: date) -> QuerySet[Review]:
    """Reviews past their day, in the programmes where the actor is an officer."""
    return (
        _reviews()
        .filter(
            application__programme__code__in=actor.programmes_as(Role.OFFICER),
            application__state=CaseState.IN_REVIEW.value,
            state__in=[state.value for state in UNDER_WAY],
            due_on__lt=today,
        )
        .order_by("due_on", "id")
    )


def cases_without_reviewers(actor: Actor) -> QuerySet[Application]:
    """Applications in review to which nobody is assigned who could still mark them."""
    appointed = Appointment.objects.filter(
        person=OuterRef("reviewer"),
        programme=OuterRef("application__programme"),
        role=Role.REVIEWER.value,
        until=None,
    )
    markers = Review.objects.filter(
        Q(state=ReviewState.SUBMITTED.value)
        | Q(Exists(appointed), state__in=[state.value for state in UNDER_WAY]),
        application=OuterRef("pk"),
    )
    return (
        _applications()
        .filter(
            ~Exists(markers),
            programme__code__in=actor.programmes_as(Role.OFFICER),
            state=CaseState.IN_REVIEW.value,
        )
        .order_by("turn_since", "id")
    )


def candidates_for(application_code: str, actor: Actor) -> list[Candidate]:
    """The reviewers of the programme, those without a hindrance first.

    Raises:
        NotFound: there is no such application, or the actor may not know of it.
        Recused: the actor takes no part in it.

    """
    application = application_named(application_code)
    if not access.may_assign(actor, application):
        raise NotFound(kind="application", key=application_code)
    check_not_recused(actor, application)
    return _candidates(application)


def is_appointed_reviewer(person_id: int, programme_id: int) -> bool:
    """Whether the person is a reviewer of the programme today."""
    return Appointment.objects.filter(
        programme_id=programme_id, person_id=person_id, role=Role.REVIEWER.value, until=None
    ).exists()


def _asked_of(actor: Actor) -> Q:
    codes = actor.programmes_as(Role.REVIEWER)
    return Q(reviewer_id=actor.person_id, application__programme__code__in=codes)


def _candidates(application: Application) -> list[Candidate]:
    states = [state.value for state in UNDER_WAY]
    appointed = Appointment.objects.filter(
        person=OuterRef("pk"),
        programme_id=application.programme_id,
        role=Role.REVIEWER.value,
        until=None,
    )
    # By subquery: joined and grouped, every review anybody ever made would be read.
    at_work = Review.objects.filter(reviewer=OuterRef("pk"), state__in=states).order_by()
    counts = at_work.values("reviewer").annotate(count=Count("pk")).values("count")
    people = (
        Person.objects.filter(Exists(appointed), is_active=True)
        .annotate(under_way=Coalesce(Subquery(counts), 0))
        .order_by("name", "email")
    )
    inside = _people_of(application)
    assigned = set(
        application.reviews.exclude(state=ReviewState.WITHDRAWN.value).values_list(
            "reviewer_id", flat=True
        )
    )
    candidates = [
        Candidate(person, person.pk in inside, person.pk in assigned, person.under_way)
        for person in people
    ]
    return sorted(candidates, key=lambda one: (one.is_of_same_organisation, one.is_assigned))


def _people_of(application: Application) -> set[int]:
    people = Affiliation.objects.filter(
        organisation_id=application.organisation_id, state=AffiliationState.ACTIVE.value
    ).values_list("person_id", flat=True)
    return {application.lead_id, *people}


def _record(review: Review, latest_submission_id: int) -> ReviewRecord:
    marks = {m.criterion: MarkGiven(m.criterion, m.points, m.comment) for m in review.marks.all()}
    recommended = {amount.number: amount for amount in _amounts(review)}
    is_of_latest = review.submission_id in (None, latest_submission_id)
    return ReviewRecord(review, marks, recommended, is_of_latest)


def _amounts(review: Review) -> list[LineAmount]:
    return [LineAmount(one.number, one.cards, one.card_hours) for one in review.recommended.all()]


def _applications() -> QuerySet[Application]:
    return Application.objects.select_related("programme", "organisation", "lead", "round")


def _reviews() -> QuerySet[Review]:
    return Review.objects.select_related(
        "application__programme", "application__organisation", "reviewer", "submission"
    )


def _found(application: Application | None, code: str) -> Application:
    if application is None:
        raise NotFound(kind="application", key=code)
    return application
