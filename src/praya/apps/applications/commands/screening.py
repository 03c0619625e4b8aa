"""What the desk does with a case, and what the applicant answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from praya.apps.applications.access import check_may_edit, check_may_screen, person_id_of
from praya.apps.applications.commands.moving import (
    enter_next_stage,
    lapse_questions,
    leave_stage,
    pause,
    resume,
    take_up,
)
from praya.apps.applications.models import Application, Question
from praya.apps.applications.queries import application_for_update, application_named
from praya.apps.applications.rules import (
    DESK_STAGES,
    REOPENABLE,
    CaseState,
    DueDayPast,
    QuestionClosed,
    QuestionState,
    ReasonMissing,
    StageMoved,
    StageOutcome,
    TextTooLong,
    WrongState,
)
from praya.apps.applications.rules.draft import storable
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.commands import open_round_for
from praya.apps.programmes.queries import programme_for_update, today_in
from praya.core.actor import Actor
from praya.core.programme.document import StageKind
from praya.core.refusal import NotFound

TEXT_CHARACTERS_MAX = 10_000
_ASKABLE = frozenset(
    {CaseState.SUBMITTED, CaseState.ASKED, CaseState.IN_REVIEW, CaseState.TO_DECIDE}
)
_RETURNABLE = frozenset({CaseState.SUBMITTED, CaseState.ASKED})


@transaction.atomic
def pass_stage(
    *, code: str, note: str, by: Actor, now: datetime, stage: StageKind | None = None
) -> Application:
    """Pass a case on from completeness or eligibility to the stage after.

    ``stage`` is the stage that the officer looked at: with it, a second click is refused instead of
    passing the next stage too. The review stage ends by closing the reviews. In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case is not with the desk.
        StageMoved: it has left ``stage``.
        TextTooLong

    """
    application = _on_desk(code, by, action="pass", stage=stage)
    text = _text(note)
    passed = application.stage
    enter_next_stage(application, note=text, by=by, now=now)
    _record("application.stage_passed", application, by=by, now=now, stage=passed, note=text)
    return application


@transaction.atomic
def fail_stage(
    *, code: str, reason: str, by: Actor, now: datetime, stage: StageKind | None = None
) -> Application:
    """Reject a case at the desk, with the reason that the applicant will read.

    Refuses in the order of ``pass_stage``, then:

    Raises:
        ReasonMissing: no reason is given.
        TextTooLong

    """
    application = _on_desk(code, by, action="fail", stage=stage)
    text = _text(reason, needed_for="fail")
    leave_stage(application, outcome=StageOutcome.FAILED, note=text, by=by, now=now)
    application.state = CaseState.REJECTED.value
    application.turn_since = application.closed_at = now
    application.save(update_fields=["state", "target_on", "turn_since", "closed_at"])
    _tell_lead("application_failed", application, reason=text)
    _record(
        "application.stage_failed",
        application,
        by=by,
        now=now,
        stage=application.stage,
        reason=text,
    )
    return application


@transaction.atomic
def return_application(*, code: str, reason: str, by: Actor, now: datetime) -> Application:
    """Give a case back for changes; the clock stands still until it is submitted again.

    Questions still open lapse: the applicant changes the form instead. In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case is not with the desk.
        ReasonMissing, TextTooLong

    """
    application = _for_officer(code, by, action="return")
    is_at_desk = application.stage in {stage.value for stage in DESK_STAGES}
    if CaseState(application.state) not in _RETURNABLE or not is_at_desk:
        raise WrongState(state=application.state, action="return")
    text = _text(reason, needed_for="return")
    lapse_questions(application)
    pause(application, CaseState.RETURNED, now)
    _tell_lead("application_returned", application, reason=text)
    _record(
        "application.returned",
        application,
        by=by,
        now=now,
        stage=application.stage,
        reason=text,
    )
    return application


@transaction.atomic
def reopen_case(*, code: str, reason: str, by: Actor, now: datetime) -> Application:
    """Take up a wait-listed or deferred case again: it is to be decided in the round open now.

    Its last submission is what is decided on; earlier decisions stay, and the new one is released
    by somebody else, as ever. Not repeatable: the second is refused. In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case neither waits nor was put off.
        ReasonMissing, TextTooLong
        CallClosed: its call takes no applications now, so no round is open.

    """
    application = application_named(code, by)
    check_may_screen(by, application, action="application.reopen")
    programme_for_update(application.programme.code)  # before the case, as whoever decides does
    application = application_for_update(code)
    if CaseState(application.state) not in REOPENABLE:
        raise WrongState(state=application.state, action="reopen")
    text = _text(reason, needed_for="reopen")
    round_ = open_round_for(
        programme_code=application.programme.code,
        call_code=application.call_code,
        by=by,
        now=now,
    )
    take_up(application, round_, now)
    _tell_lead("application_reopened", application, reason=text)
    _record(
        "application.reopened",
        application,
        by=by,
        now=now,
        stage=application.stage,
        reason=text,
        round=round_.code,
    )
    return application


@transaction.atomic
def ask_applicant(
    *, code: str, text: str, due_on: date | None, by: Actor, now: datetime
) -> Question:
    """Ask the applicant; the clock stands still until every question is answered.

    In this order:

    Raises:
        NotFound, NotAllowed: as everywhere.
        WrongState: the case is neither screened, reviewed nor to be decided.
        ReasonMissing: there is no question.
        TextTooLong
        DueDayPast: the answer would be due before today.

    """
    application = _for_officer(code, by, action="ask")
    if CaseState(application.state) not in _ASKABLE:
        raise WrongState(state=application.state, action="ask")
    question_text = _text(text, needed_for="ask")
    today = today_in(application.programme, now)
    if due_on is not None and due_on < today:
        raise DueDayPast(due_on=due_on, today=today)
    question = Question.objects.create(
        application=application,
        text=question_text,
        due_on=due_on,
        asked_at=now,
        asked_by_id=person_id_of(by),
    )
    if CaseState(application.state) is not CaseState.ASKED:
        pause(application, CaseState.ASKED, now)
    _tell_lead("application_asked", application, question=question_text, due_on=due_on)
    _record(
        "application.asked",
        application,
        by=by,
        now=now,
        stage=application.stage,
        question=question.pk,
    )
    return question


@transaction.atomic
def answer_question(*, question_id: int, text: str, by: Actor, now: datetime) -> Question:
    """Answer a question; with the last one answered the clock runs again.

    Repeatable with the same text. In this order:

    Raises:
        NotFound: there is no such question, or the actor may not know of it.
        NotAllowed: somebody else is the lead.
        QuestionClosed: it was answered otherwise, or lapsed.
        ReasonMissing: there is no answer.
        TextTooLong

    """
    found = Question.objects.filter(pk=question_id).select_related("application").first()
    if found is None:
        raise NotFound(kind="question", key=str(question_id))
    application_named(found.application.code, by)
    application = application_for_update(found.application.code)
    check_may_edit(by, application, action="application.answer")
    # Read again under the case's lock: a second click may have answered meanwhile.
    question = Question.objects.select_related("asked_by").get(pk=question_id)
    if question.state == QuestionState.ANSWERED and question.answer == storable(text).strip():
        return question
    if question.state != QuestionState.OPEN:
        raise QuestionClosed(state=question.state)
    question.answer = _text(text, needed_for="answer")
    question.state = QuestionState.ANSWERED.value
    question.answered_at, question.answered_by_id = now, by.person_id
    question.save()
    if not application.questions.filter(state=QuestionState.OPEN.value).exists():
        resume(application, now)
    send_letter(
        "application_answered",
        to=question.asked_by,
        application=application.code,
        title=application.title or application.title_zh,
    )
    _record("application.answered", application, by=by, now=now, question=question.pk)
    return question


def _for_officer(code: str, by: Actor, *, action: str) -> Application:
    application_named(code, by)
    application = application_for_update(code)
    check_may_screen(by, application, action=f"application.{action}")
    return application


def _on_desk(code: str, by: Actor, *, action: str, stage: StageKind | None) -> Application:
    application = _for_officer(code, by, action=action)
    if CaseState(application.state) is not CaseState.SUBMITTED:
        raise WrongState(state=application.state, action=action)
    if stage is not None and application.stage != stage:
        raise StageMoved(looked_at=stage.value, stage=application.stage)
    return application


def _text(given: str, *, needed_for: str = "") -> str:
    text = storable(given).strip()
    if needed_for and not text:
        raise ReasonMissing(action=needed_for)
    if len(text) > TEXT_CHARACTERS_MAX:
        raise TextTooLong(length=len(text), limit=TEXT_CHARACTERS_MAX)
    return text


def _tell_lead(kind: str, application: Application, **facts: object) -> None:
    send_letter(
        kind,
        to=application.lead,
        application=application.code,
        title=application.title or application.title_zh,
        **facts,
    )


def _record(
    action: str,
    application: Application,
    *,
    by: Actor,
    now: datetime,
    **facts: Any,  # noqa: ANN401 -- facts are of every plain type
) -> None:
    record(
        action,
        subject=("application", application.code),
        by=by,
        now=now,
        programme_code=application.programme.code,
        **facts,
    )
