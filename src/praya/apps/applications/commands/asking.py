"""What the desk asks the applicant, and what they answer."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from praya.apps.applications.access import check_may_edit, person_id_of
from praya.apps.applications.commands.moving import pause, resume
from praya.apps.applications.commands.screening import for_officer, recorded, tell_lead, written
from praya.apps.applications.models import Question
from praya.apps.applications.queries import application_for_update, application_named
from praya.apps.applications.rules import (
    CaseState,
    DueDayPast,
    QuestionClosed,
    QuestionState,
    WrongState,
)
from praya.apps.applications.rules.draft import storable
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import today_in
from praya.core.actor import Actor
from praya.core.refusal import NotFound

_ASKABLE = frozenset(
    {CaseState.SUBMITTED, CaseState.ASKED, CaseState.IN_REVIEW, CaseState.TO_DECIDE}
)


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
    application = for_officer(code, by, action="ask")
    if CaseState(application.state) not in _ASKABLE:
        raise WrongState(state=application.state, action="ask")
    question_text = written(text, needed_for="ask")
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
    tell_lead("application_asked", application, question=question_text, due_on=due_on)
    recorded(
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
    found = _question(question_id)
    application_named(found.application.code, by)
    application = application_for_update(found.application.code)
    check_may_edit(by, application, action="application.answer")
    # Read again under the case's lock: a second click may have answered meanwhile.
    question = _question(question_id)
    if question.state == QuestionState.ANSWERED and question.answer == storable(text).strip():
        return question
    if question.state != QuestionState.OPEN:
        raise QuestionClosed(state=question.state)
    question.answer = written(text, needed_for="answer")
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
    recorded("application.answered", application, by=by, now=now, question=question.pk)
    return question


@transaction.atomic
def take_back_question(*, question_id: int, reason: str, by: Actor, now: datetime) -> Question:
    """Want no answer any more; where no other question is open the clock runs again.

    Repeatable. In this order:

    Raises:
        NotFound: there is no such question, or the actor may not know of it.
        NotAllowed: as everywhere.
        QuestionClosed: it was answered.
        ReasonMissing, TextTooLong

    """
    found = _question(question_id)
    application = for_officer(found.application.code, by, action="take_back")
    question = _question(question_id)  # read again under the case's lock
    if question.state == QuestionState.LAPSED:
        return question
    if question.state != QuestionState.OPEN:
        raise QuestionClosed(state=question.state)
    text = written(reason, needed_for="take-back")
    question.state = QuestionState.LAPSED.value
    question.save(update_fields=["state"])
    if not application.questions.filter(state=QuestionState.OPEN.value).exists():
        resume(application, now)
    tell_lead("application_not_asked", application, question=question.text, reason=text)
    recorded(
        "application.question_taken_back",
        application,
        by=by,
        now=now,
        question=question.pk,
        reason=text,
    )
    return question


def _question(question_id: int) -> Question:
    found = Question.objects.select_related("application", "asked_by").filter(pk=question_id)
    question = found.first()
    if question is None:
        raise NotFound(kind="question", key=str(question_id))
    return question
