"""Reviews by API: asked for, declared, written, handed in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from praya.api.callers import caller
from praya.api.fields import (
    CodeGiven,
    CodeInPath,
    Count,
    Day,
    Id,
    Number,
    NumberInPath,
    Revision,
    Text,
    Whole,
)
from praya.api.paging import Page, Paging, page_of
from praya.apps.reviews import commands, queries
from praya.apps.reviews.rules import ConflictKind, MarkGiven
from praya.core.review.amount import LineAmount
from praya.words import clock
from praya.words.languages import in_readers_language

router = Router(tags=["reviews"])


def _once(found: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for one in found:
        if one in seen:
            said = {"name": str(one)}
            raise PydanticCustomError("named_twice", "{name} is named twice", said)
        seen.add(one)


class MarkIn(Schema):
    """A mark on one criterion; no points while in two minds."""

    criterion: CodeGiven
    points: Annotated[Whole, Field(ge=-1000, le=1000)] | None = None
    comment: Text = ""


class LineAmountIn(Schema):
    """An amount on one request line."""

    number: Number
    cards: Count
    card_hours: Count = 0


def _marks_once(marks: list[MarkIn]) -> list[MarkIn]:
    _once(mark.criterion for mark in marks)
    return marks


def _lines_once(lines: list[LineAmountIn]) -> list[LineAmountIn]:
    _once(line.number for line in lines)
    return lines


LineAmounts = Annotated[list[LineAmountIn], Field(max_length=200), AfterValidator(_lines_once)]


class ReviewLineOut(Schema):
    """A review in a list."""

    id: int
    application: str
    programme: str
    organisation: str
    title: str
    reviewer: str
    state: str
    assigned_at: datetime
    due_on: date | None
    submitted_at: datetime | None


class MarkOut(Schema):
    """A mark on one criterion."""

    criterion: str
    points: int | None
    comment: str


class LineAmountOut(Schema):
    """An amount on one request line."""

    number: int
    cards: int
    card_hours: int


class CriterionOut(Schema):
    """A criterion with its weight, and what a reviewer should look at."""

    code: str
    name: str
    weight_percent: str
    prompts: list[str]


class ReviewOut(ReviewLineOut):
    """A review with what stands on it. ``revision`` goes back with the next change.

    ``content`` is what was submitted; it stays closed until a conflict of interest is denied. To
    its reviewer it comes with the criteria, and the lowest and highest mark.
    """

    conflict: str
    marks: list[MarkOut]
    recommended: list[LineAmountOut]
    comment: str
    comment_to_desk: str
    revision: int
    is_of_latest: bool
    content: dict[str, Any] | None = None
    criteria: list[CriterionOut] = Field(default_factory=list)
    lowest: int | None = None
    highest: int | None = None


class CandidateOut(Schema):
    """A reviewer of the programme, and what stands in the way of asking them."""

    person_id: int
    name: str
    is_of_same_organisation: bool
    is_assigned: bool
    under_way: int


class AssignIn(Schema):
    """Whom to ask, and by when."""

    person_id: Id
    due_on: Day | None = None


class DeclarationIn(Schema):
    """A conflict of interest, or ``none``, which opens the case."""

    kind: ConflictKind
    note: Text = ""


class ReviewIn(Schema):
    """A review as far as it is; it takes the place of what was saved before."""

    marks: Annotated[list[MarkIn], Field(max_length=100), AfterValidator(_marks_once)] = Field(
        default_factory=list
    )
    recommended: LineAmounts = Field(default_factory=list)
    comment: Text = ""
    comment_to_desk: Text = ""
    revision: Revision


class RevisionIn(Schema):
    """The revision that was read."""

    revision: Revision


class NoteIn(Schema):
    """A note."""

    note: Text = ""


class StageClosedOut(Schema):
    """The case went on."""

    application: str


class WhichReviews(Schema):
    """Whether those that are done are listed too."""

    done: bool = False


@router.get("/reviews", response=Page[ReviewLineOut], summary="One's own reviews")
def mine(request: HttpRequest, paging: Query[Paging], which: Query[WhichReviews]) -> dict[str, Any]:
    by = caller(request)
    rows = queries.reviews_by(by) if which.done else queries.reviews_to_do(by)
    return page_of(rows, paging, lambda found: [_line(row) for row in found])


def _line(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Review
    return {
        "id": row.pk,
        "application": row.application.code,
        "programme": row.application.programme.code,
        "organisation": str(row.application.organisation),
        "title": row.application.title or row.application.title_zh,
        "reviewer": str(row.reviewer),
        "state": row.state,
        "assigned_at": row.assigned_at,
        "due_on": row.due_on,
        "submitted_at": row.submitted_at,
    }


def _record(record: queries.ReviewRecord) -> dict[str, Any]:
    review = record.review
    return {
        **_line(review),
        "conflict": review.conflict,
        "marks": [MarkOut.from_orm(mark).dict() for mark in record.marks.values()],
        "recommended": [
            LineAmountOut.from_orm(amount).dict() for amount in record.recommended.values()
        ],
        "comment": review.comment,
        "comment_to_desk": review.comment_to_desk,
        "revision": review.revision,
        "is_of_latest": record.is_of_latest,
    }


@router.get("/reviews/{review_id}", response=ReviewOut, summary="One of one's own reviews")
def review(request: HttpRequest, review_id: NumberInPath) -> dict[str, Any]:
    page = queries.review_of(review_id, caller(request))
    if page.case is None:
        return _record(page.record)
    scoring = page.case.rules.scoring
    return {
        **_record(page.record),
        "content": page.case.submission.content,
        "criteria": [
            {
                "code": one.code,
                "name": in_readers_language(one.name),
                "weight_percent": f"{one.weight.normalize():f}",
                "prompts": [in_readers_language(prompt) for prompt in one.prompts],
            }
            for one in scoring.criteria
        ],
        "lowest": scoring.lowest,
        "highest": scoring.highest,
    }


@router.get(
    "/applications/{code}/reviews",
    response=list[ReviewOut],
    summary="The reviews of an application, for the desk",
)
def reviews_of(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    return [_record(record) for record in queries.reviews_of(code, caller(request))]


@router.get(
    "/applications/{code}/reviewers", response=list[CandidateOut], summary="Who could review it"
)
def candidates(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    return [
        {
            "person_id": each.person.pk,
            "name": str(each.person),
            "is_of_same_organisation": each.is_of_same_organisation,
            "is_assigned": each.is_assigned,
            "under_way": each.under_way,
        }
        for each in queries.candidates_for(code, caller(request))
    ]


@router.post(
    "/applications/{code}/reviews",
    response={201: ReviewLineOut},
    summary="Ask a reviewer",
    description="Refused when repeated: nobody is asked twice.",
)
def assign(request: HttpRequest, code: CodeInPath, wish: AssignIn) -> Status[dict[str, Any]]:
    made = commands.assign_reviewer(
        application_code=code,
        person_id=wish.person_id,
        due_on=wish.due_on,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, _line(made))


@router.post(
    "/reviews/{review_id}/declaration",
    response=ReviewLineOut,
    summary="Deny or declare a conflict of interest",
    description="Denied, the case opens; declared, it stays closed for good. Safe to repeat.",
)
def declare(request: HttpRequest, review_id: NumberInPath, given: DeclarationIn) -> dict[str, Any]:
    return _line(
        commands.declare_conflict(
            review_id=review_id,
            kind=given.kind,
            note=given.note,
            by=caller(request),
            now=clock.now(),
        )
    )


@router.put(
    "/reviews/{review_id}",
    response=ReviewOut,
    summary="Keep a review as far as it is",
    description="Refused when repeated, or saved elsewhere: `revision` counts the saves.",
)
def save(request: HttpRequest, review_id: NumberInPath, given: ReviewIn) -> dict[str, Any]:
    commands.save_review(
        review_id=review_id,
        marks=[MarkGiven(one.criterion, one.points, one.comment) for one in given.marks],
        recommended=amounts_of(given.recommended),
        comment=given.comment,
        comment_to_desk=given.comment_to_desk,
        revision=given.revision,
        by=caller(request),
        now=clock.now(),
    )
    return review(request, review_id)


def amounts_of(lines: list[LineAmountIn]) -> list[LineAmount]:
    """The amounts as the commands take them."""
    return [LineAmount(line.number, line.cards, line.card_hours) for line in lines]


@router.post(
    "/reviews/{review_id}/submit",
    response=ReviewOut,
    summary="Hand a review in",
    description="From here on it counts and does not change. Safe to repeat.",
)
def submit(request: HttpRequest, review_id: NumberInPath, given: RevisionIn) -> dict[str, Any]:
    commands.submit_review(
        review_id=review_id, revision=given.revision, by=caller(request), now=clock.now()
    )
    return review(request, review_id)


@router.post(
    "/reviews/{review_id}/withdraw",
    response=ReviewLineOut,
    summary="Take a review from its reviewer",
    description="What was written is kept and no longer counts. Safe to repeat. Refused where a "
    "conflict was declared, which stays.",
)
def withdraw(request: HttpRequest, review_id: NumberInPath) -> dict[str, Any]:
    return _line(commands.withdraw_review(review_id=review_id, by=caller(request), now=clock.now()))


@router.post(
    "/applications/{code}/reviews/close",
    response=StageClosedOut,
    summary="Close the reviews and send the case on to be decided",
    description="Refused when repeated: the case has left the stage then.",
)
def close(request: HttpRequest, code: CodeInPath, given: NoteIn) -> dict[str, str]:
    commands.close_review_stage(
        application_code=code, note=given.note, by=caller(request), now=clock.now()
    )
    return {"application": code}
