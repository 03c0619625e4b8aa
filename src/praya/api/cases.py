"""A case as one may see it, and what the desk does with it, by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from praya.api.applications import (
    ApplicationOut,
    ReasonIn,
    SubmissionOut,
    application_line,
    submission_line,
)
from praya.api.asked import RequestLineOut, request_line
from praya.api.attachments import AttachmentOut
from praya.api.callers import caller
from praya.api.fields import CodeInPath, Day, Number, NumberInPath, Text
from praya.api.paging import Page, Paging, page_of
from praya.apps.applications import commands, queries
from praya.apps.applications.access import check_may_see_desk
from praya.apps.applications.rules import ON_THE_DESK, CaseState
from praya.apps.programmes.queries import programme_of, today_in
from praya.core.programme.document import StageKind
from praya.core.refusal import NotFound
from praya.words import clock
from praya.words.cases import happened, standing_sentences
from praya.words.languages import in_readers_language

router = Router(tags=["cases"])


class StageOut(Schema):
    """A stage of the case. Days do not count while the applicant is asked."""

    kind: str
    name: str
    target_days: int
    entered_at: datetime | None
    left_at: datetime | None
    days: int | None
    outcome: str
    note: str


class QuestionOut(Schema):
    """A question of the desk to the applicant, and the answer."""

    id: int
    text: str
    state: str
    asked_at: datetime
    due_on: date | None
    answer: str
    answered_at: datetime | None


class TimelineOut(Schema):
    """One thing that happened."""

    at: datetime
    action: str
    sentence: str


class CaseOut(ApplicationOut):
    """A case: where it stands, whose turn it is, what was submitted and what happened."""

    currency: str
    turn: str
    standing: list[str]
    stages: list[StageOut]
    submissions: list[SubmissionOut]
    lines: list[RequestLineOut]
    questions: list[QuestionOut]
    attachments: list[AttachmentOut]
    timeline: list[TimelineOut]
    may_edit: bool
    may_screen: bool


class ContentOut(SubmissionOut):
    """A submission with everything it says."""

    content: dict[str, Any]


class FieldChangeOut(Schema):
    """A field that differs."""

    name: str
    before: str
    after: str


class LineChangeOut(Schema):
    """A request line that was added (no ``before``), removed (no ``after``) or changed."""

    number: int
    before: dict[str, str] | None
    after: dict[str, str] | None


class DocumentChangeOut(Schema):
    """A document that was added or taken out."""

    kind: str
    file_name: str
    is_added: bool


class DifferenceOut(Schema):
    """What a later submission says otherwise than an earlier one."""

    older: int
    newer: int
    fields: list[FieldChangeOut]
    lines: list[LineChangeOut]
    documents: list[DocumentChangeOut]


class Between(Schema):
    """Two submissions by their numbers."""

    older: Number
    newer: Number


class QuestionIn(Schema):
    """A question, and the day by which an answer is wished for."""

    text: Annotated[Text, Field(max_length=10_000)]
    due_on: Day | None = None


class AnswerIn(Schema):
    """An answer."""

    text: Annotated[Text, Field(max_length=10_000)]


class PassIn(Schema):
    """A stage to pass; ``stage`` is the one looked at, so that no other is passed by mistake."""

    note: Annotated[Text, Field(max_length=10_000)] = ""
    stage: StageKind | None = None


class FailIn(ReasonIn):
    """A stage to fail, with the reason that the applicant will read; as what it was looked at."""

    stage: StageKind | None = None
    state: CaseState | None = None


class DeskFilter(Schema):
    """Whether closed cases are listed too, and whether only those that are overdue."""

    closed: bool = False
    overdue: bool = False


@router.get("/applications/{code}", response=CaseOut, summary="A case")
def case(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    return _case(queries.case_of(code, caller(request)))


def _case(found: queries.Case) -> dict[str, Any]:
    moment = clock.now()
    return {
        **application_line(found.application),
        "currency": found.rules.currency,
        "turn": found.turn.value,
        "standing": standing_sentences(found, moment),
        "stages": [_stage(found, stage, moment) for stage in found.stages],
        "submissions": [submission_line(row) for row in found.submissions],
        "lines": [request_line(row) for row in found.lines],
        "questions": [QuestionOut.from_orm(row).dict() for row in found.questions],
        "attachments": [AttachmentOut.from_orm(row).dict() for row in found.attachments],
        "timeline": [
            {
                "at": line.at,
                "action": line.action,
                "sentence": happened(line, shows_desk=not found.is_applicant),
            }
            for line in found.timeline
        ],
        "may_edit": found.may_edit,
        "may_screen": found.may_screen,
    }


def _stage(found: queries.Case, stage: Any, moment: datetime) -> dict[str, Any]:  # noqa: ANN401 -- a core Stage
    stays = [stay for stay in found.stays if stay.stage == stage.kind.value]
    stay = stays[-1] if stays else None
    return {
        "kind": stage.kind.value,
        "name": in_readers_language(stage.name),
        "target_days": stage.target_days,
        "entered_at": stay.entered_at if stay else None,
        "left_at": stay.left_at if stay else None,
        "days": queries.days_in_stage(stay, moment) if stay else None,
        "outcome": stay.outcome if stay else "",
        "note": stay.note if stay and found.may_screen else "",
    }


@router.get(
    "/applications/{code}/submissions/{number}", response=ContentOut, summary="A submission"
)
def submission(request: HttpRequest, code: CodeInPath, number: NumberInPath) -> dict[str, Any]:
    found = _submission(queries.case_of(code, caller(request)), number)
    return {**submission_line(found), "content": found.content}


@router.get(
    "/applications/{code}/difference",
    response=DifferenceOut,
    summary="What a later submission says otherwise",
)
def difference(request: HttpRequest, code: CodeInPath, between: Query[Between]) -> dict[str, Any]:
    found = queries.case_of(code, caller(request))
    older, newer = _submission(found, between.older), _submission(found, between.newer)
    changed = queries.difference_between(older, newer)
    return {
        "older": older.number,
        "newer": newer.number,
        "fields": [FieldChangeOut.from_orm(one).dict() for one in changed.fields],
        "lines": [LineChangeOut.from_orm(one).dict() for one in changed.lines],
        "documents": [DocumentChangeOut.from_orm(one).dict() for one in changed.documents],
    }


def _submission(found: queries.Case, number: int) -> Any:  # noqa: ANN401 -- a Submission
    for row in found.submissions:
        if row.number == number:
            return row
    raise NotFound(kind="submission", key=f"{found.application.code}/{number}")


@router.get(
    "/programmes/{code}/desk", response=Page[ApplicationOut], summary="The queue of the desk"
)
def desk(
    request: HttpRequest, code: CodeInPath, paging: Query[Paging], which: Query[DeskFilter]
) -> dict[str, Any]:
    by = caller(request)
    check_may_see_desk(by, code)
    today = today_in(programme_of(code), clock.now())
    rows = queries.desk_queue(code, by, today=today).select_related("lead")
    if which.overdue:
        rows = rows.filter(target_on__lt=today)
    if not which.closed:
        rows = rows.filter(state__in=[state.value for state in ON_THE_DESK])
    return page_of(rows, paging, lambda found: [application_line(row) for row in found])


@router.post(
    "/applications/{code}/questions",
    response={201: QuestionOut},
    summary="Ask the applicant",
    description="The clock stands still until every question is answered. Not safe to repeat.",
)
def ask(request: HttpRequest, code: CodeInPath, given: QuestionIn) -> Status[Any]:
    made = commands.ask_applicant(
        code=code, text=given.text, due_on=given.due_on, by=caller(request), now=clock.now()
    )
    return Status(201, made)


@router.post(
    "/questions/{question_id}/answer",
    response=QuestionOut,
    summary="Answer a question",
    description="Safe to repeat with the same text.",
)
def answer(request: HttpRequest, question_id: NumberInPath, given: AnswerIn) -> Any:  # noqa: ANN401 -- a row
    return commands.answer_question(
        question_id=question_id, text=given.text, by=caller(request), now=clock.now()
    )


@router.post(
    "/questions/{question_id}/take-back",
    response=QuestionOut,
    summary="Take a question back",
    description="Where no other is open the clock runs again. Safe to repeat.",
)
def take_back(request: HttpRequest, question_id: NumberInPath, given: ReasonIn) -> Any:  # noqa: ANN401 -- a row
    return commands.take_back_question(
        question_id=question_id, reason=given.reason, by=caller(request), now=clock.now()
    )


@router.post(
    "/applications/{code}/return",
    response=CaseOut,
    summary="Give a case back for changes",
    description="Refused when repeated: the case is no longer at the desk then.",
)
def give_back(request: HttpRequest, code: CodeInPath, given: ReasonIn) -> dict[str, Any]:
    by = caller(request)
    commands.return_application(code=code, reason=given.reason, by=by, now=clock.now())
    return case(request, code)


@router.post(
    "/applications/{code}/reopen",
    response=CaseOut,
    summary="Take up a wait-listed or deferred case again",
    description="It is to be decided in the round open now. Refused when repeated.",
)
def reopen(request: HttpRequest, code: CodeInPath, given: ReasonIn) -> dict[str, Any]:
    commands.reopen_case(code=code, reason=given.reason, by=caller(request), now=clock.now())
    return case(request, code)


@router.post(
    "/applications/{code}/pass",
    response=CaseOut,
    summary="Pass the stage of the desk",
    description="Safe to repeat when `stage` is given: a stage that was left is not passed again.",
)
def pass_stage(request: HttpRequest, code: CodeInPath, given: PassIn) -> dict[str, Any]:
    by = caller(request)
    commands.pass_stage(code=code, note=given.note, stage=given.stage, by=by, now=clock.now())
    return case(request, code)


@router.post(
    "/applications/{code}/fail",
    response=CaseOut,
    summary="Reject a case at the desk",
    description="Refused when repeated: the case is closed then.",
)
def fail_stage(request: HttpRequest, code: CodeInPath, given: FailIn) -> dict[str, Any]:
    by = caller(request)
    commands.fail_stage(
        code=code,
        reason=given.reason,
        stage=given.stage,
        state=given.state,
        by=by,
        now=clock.now(),
    )
    return case(request, code)
