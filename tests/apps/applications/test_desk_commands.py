"""What the desk's commands refuse, in their order, and what the lead is mailed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail
from tests.apps.applications.cases import (
    LARGE,
    desk_officer,
    lead_of,
    make_applicant,
    reread,
    screened,
    submitted,
)
from tests.factories import make_programme
from tests.letters import posted

from praya.apps.applications.commands import (
    answer_question,
    ask_applicant,
    fail_stage,
    finish_review,
    pass_stage,
    return_application,
    take_back_question,
)
from praya.apps.applications.queries import latest_submission
from praya.apps.applications.rules import (
    CaseState,
    DueDayPast,
    QuestionClosed,
    ReasonMissing,
    StageMoved,
    TextTooLong,
    WrongState,
)
from praya.apps.notices.models import Letter
from praya.core.programme.document import StageKind
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db
LATER = date(2026, 6, 1)


def desk_commands(code, by, now):
    """Every command of the desk, as one would call it."""
    return (
        lambda: pass_stage(code=code, note="", by=by, now=now),
        lambda: fail_stage(code=code, reason="No.", by=by, now=now),
        lambda: return_application(code=code, reason="Mend.", by=by, now=now),
        lambda: ask_applicant(code=code, text="Why?", due_on=None, by=by, now=now),
    )


def test_the_desk_is_closed_to_the_lead_and_to_officers_of_other_programmes(now):
    make_programme(now)
    make_programme(now, code="mole", prefix="MOL")
    application = submitted(now)
    for command in desk_commands(application.code, lead_of(application, now), now):
        with pytest.raises(NotAllowed):
            command()
    for command in desk_commands(application.code, desk_officer(now, "mole"), now):
        with pytest.raises(NotFound):
            command()
    assert reread(application).state == "submitted"


def test_an_officer_does_not_screen_a_case_of_their_own(now):
    make_programme(now)
    desk_officer(now)
    application = submitted(now, email="officer@pier.example")
    for command in desk_commands(application.code, desk_officer(now), now):
        with pytest.raises(NotAllowed):
            command()


def test_the_desk_refuses_in_this_order(now):
    make_programme(now)
    application = submitted(now)
    officer = desk_officer(now)
    code = application.code
    too_long = "x" * 10_001
    with pytest.raises(StageMoved):
        fail_stage(code=code, reason="", stage=StageKind.ELIGIBILITY, by=officer, now=now)
    with pytest.raises(ReasonMissing):
        fail_stage(code=code, reason=" ", by=officer, now=now)
    with pytest.raises(TextTooLong):
        pass_stage(code=code, note=too_long, by=officer, now=now)
    with pytest.raises(ReasonMissing):
        return_application(code=code, reason="", by=officer, now=now)
    with pytest.raises(ReasonMissing):
        ask_applicant(code=code, text="", due_on=date(2020, 1, 1), by=officer, now=now)
    with pytest.raises(TextTooLong):
        ask_applicant(code=code, text=too_long, due_on=date(2020, 1, 1), by=officer, now=now)
    with pytest.raises(DueDayPast):
        ask_applicant(code=code, text="Why?", due_on=date(2026, 3, 1), by=officer, now=now)
    with pytest.raises(WrongState):
        finish_review(code=code, note="", by=officer, now=now)
    assert reread(application).state == "submitted"


def test_a_second_click_does_not_pass_the_next_stage_too(now):
    make_programme(now)
    application = submitted(now)
    officer = desk_officer(now)
    asked = {"code": application.code, "note": "", "stage": StageKind.COMPLETENESS}
    pass_stage(**asked, by=officer, now=now)
    with pytest.raises(StageMoved):
        pass_stage(**asked, by=officer, now=now)
    assert reread(application).stage == "eligibility"


def test_a_case_in_review_can_be_asked_but_not_returned_or_passed(now):
    make_programme(now)
    application = screened(now, lines=[LARGE])
    officer = desk_officer(now)
    passing, failing, returning, asking = desk_commands(application.code, officer, now)
    for command in (passing, failing, returning):
        with pytest.raises(WrongState):
            command()
    asking()
    with pytest.raises(WrongState):
        finish_review(code=application.code, note="", by=officer, now=now)
    question = application.questions.get()
    answer_question(question_id=question.pk, text="So.", by=lead_of(application, now), now=now)
    assert reread(application).state == "in-review"


def test_answer_refuses_in_this_order_and_may_be_repeated(now):
    make_programme(now)
    application = submitted(now)
    officer, lead = desk_officer(now), lead_of(application, now)
    question = ask_applicant(code=application.code, text="Why?", due_on=LATER, by=officer, now=now)

    def answer(text="So.", by=lead, question_id=question.pk):
        return answer_question(question_id=question_id, text=text, by=by, now=now)

    with pytest.raises(NotFound):
        answer(question_id=0)
    with pytest.raises(NotFound):
        answer(by=make_applicant(now, "other@house.example")[0])
    with pytest.raises(NotAllowed):
        answer(by=officer)
    with pytest.raises(ReasonMissing):
        answer(text=" ")
    for _ in range(2):
        assert answer().answer == "So."
    with pytest.raises(QuestionClosed):
        answer(text="Otherwise.")


def test_a_question_is_taken_back_and_the_clock_goes_on(now):
    make_programme(now)
    application = screened(now, lines=[LARGE])
    officer, lead = desk_officer(now), lead_of(application, now)
    asked = {"code": application.code, "due_on": None, "by": officer, "now": now}
    first, second = (ask_applicant(text=text, **asked) for text in ("Why?", "Where?"))

    def take_back(question=first, *, by=officer, reason="Found it."):
        return take_back_question(question_id=question.pk, reason=reason, by=by, now=now)

    with pytest.raises(NotFound):
        take_back(by=make_applicant(now, "other@house.example")[0])
    with pytest.raises(NotAllowed):
        take_back(by=lead)
    with pytest.raises(ReasonMissing):
        take_back(reason=" ")
    assert take_back().state == take_back().state == "lapsed"
    assert reread(application).state == "asked"
    take_back(second)
    assert reread(application).state == "in-review"
    third = ask_applicant(text="When?", **asked)
    answer_question(question_id=third.pk, text="Now.", by=lead, now=now)
    with pytest.raises(QuestionClosed):
        take_back(third)
    assert Letter.objects.filter(kind="application_not_asked", to=application.lead).count() == 2


@pytest.mark.parametrize("waits", ["asked", "returned"])
def test_a_case_whose_applicant_is_silent_can_be_rejected(waits, now):
    make_programme(now)
    application = submitted(now)
    officer = desk_officer(now)
    ask_applicant(code=application.code, text="Why?", due_on=None, by=officer, now=now)
    if waits == "returned":
        return_application(code=application.code, reason="Ask for less.", by=officer, now=now)
    assert reread(application).state == waits

    facts = {"code": application.code, "reason": "No answer came.", "by": officer, "now": now}
    with pytest.raises(WrongState):  # as when the applicant has acted since the page was shown
        fail_stage(**facts, state=CaseState.SUBMITTED)
    fail_stage(**facts, state=CaseState(waits))

    assert (reread(application).state, application.questions.get().state) == ("rejected", "lapsed")


def test_the_lead_is_mailed_what_the_desk_did_once_it_stands(now):
    make_programme(now)
    with posted(now):
        application = submitted(now)
    officer = desk_officer(now)
    receipt = mail.outbox[-1]
    assert receipt.subject == f"{application.code}: your application was received"
    assert latest_submission(application).sha256 in receipt.body
    with posted(now):
        ask_applicant(code=application.code, text="Why?", due_on=LATER, by=officer, now=now)
    assert mail.outbox[-1].to == [application.lead.email]
    assert "1 June 2026" in mail.outbox[-1].body
    with posted(now):
        return_application(code=application.code, reason="The dates.", by=officer, now=now)
    assert "The dates." in mail.outbox[-1].body
    sent = len(mail.outbox)
    with posted(now), pytest.raises(WrongState):
        return_application(code=application.code, reason="Again.", by=officer, now=now)
    assert len(mail.outbox) == sent
