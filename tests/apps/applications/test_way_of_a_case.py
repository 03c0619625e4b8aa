"""The way of a case from draft to outcome, by the commands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.applications.cases import (
    LARGE,
    desk_officer,
    lead_of,
    line,
    reread,
    screened,
    submit,
    submitted,
)
from tests.factories import make_programme

from praya.apps.applications.commands import (
    answer_question,
    ask_applicant,
    fail_stage,
    finish_agreement,
    finish_review,
    mark_decided,
    mark_outcome,
    pass_stage,
    return_application,
    save_draft,
)
from praya.apps.applications.queries import case_of, days_in_stage, open_stay
from praya.apps.applications.rules import CaseState, QuestionState, StageOutcome, WrongState
from praya.core.programme.document import StageKind

pytestmark = pytest.mark.django_db


def test_a_small_case_goes_to_the_decision_without_review(now):
    make_programme(now)
    application = screened(now)
    assert (application.state, application.stage) == ("to-decide", "decision")
    assert [stay.stage for stay in application.stays.all()] == [
        "completeness",
        "eligibility",
        "decision",
    ]


def test_a_large_case_is_reviewed_then_decided_then_agreed(now):
    make_programme(now)
    application = screened(now, lines=[LARGE])
    officer = desk_officer(now)
    assert application.state == "in-review"
    finish_review(code=application.code, note="both agree", by=officer, now=now)
    application = reread(application)
    assert (application.state, application.stage) == ("to-decide", "decision")
    mark_decided(application=application, by=officer, now=now)
    assert reread(application).state == "decided"
    mark_outcome(application=application, state=CaseState.AWARDED, by=officer, now=now)
    application = reread(application)
    assert (application.state, application.stage) == ("awarded", "agreement")
    assert application.target_on.isoformat() == "2026-03-30"
    finish_agreement(application=application, outcome=StageOutcome.AGREED, by=officer, now=now)
    assert open_stay(application) is None
    assert [stay.outcome for stay in application.stays.all()] == [
        "passed",
        "passed",
        "passed",
        "decided",
        "agreed",
    ]


def test_a_case_that_waits_may_be_decided_again(now):
    make_programme(now)
    application = screened(now)
    officer = desk_officer(now)
    mark_decided(application=application, by=officer, now=now)
    mark_outcome(application=application, state=CaseState.WAIT_LISTED, by=officer, now=now)
    assert reread(application).closed_at == now
    mark_decided(application=application, by=officer, now=now)
    application = reread(application)
    assert (application.state, application.closed_at) == ("decided", None)


def test_an_outcome_needs_a_decision_and_may_be_repeated(now):
    make_programme(now)
    application = screened(now)
    officer = desk_officer(now)
    with pytest.raises(WrongState):
        mark_outcome(application=application, state=CaseState.REJECTED, by=officer, now=now)
    mark_decided(application=application, by=officer, now=now)
    for _ in range(2):
        mark_outcome(application=application, state=CaseState.REJECTED, by=officer, now=now)
    assert reread(application).state == "rejected"


def test_a_question_stops_the_clock_and_the_last_answer_lets_it_run(now):
    make_programme(now)
    application = submitted(now)
    officer, lead = desk_officer(now), lead_of(application, now)
    asked_at = now + timedelta(days=2)
    questions = [
        ask_applicant(code=application.code, text=text, due_on=None, by=officer, now=asked_at)
        for text in ("Which maps?", "Whose maps?")
    ]
    assert reread(application).state == "asked"
    assert reread(application).target_on is None
    answered_at = now + timedelta(days=9)
    answer_question(question_id=questions[0].pk, text="Old ones.", by=lead, now=answered_at)
    assert reread(application).state == "asked"
    answer_question(question_id=questions[1].pk, text="The city's.", by=lead, now=answered_at)
    application = reread(application)
    stay = open_stay(application)
    assert application.state == "submitted"
    assert days_in_stage(stay, answered_at) == 2
    assert days_in_stage(stay, answered_at + timedelta(days=3)) == 5
    # 5 days from 2 March at 17:00 in Hong Kong, and 7 days of pause.
    assert application.target_on.isoformat() == "2026-03-14"


def test_a_returned_case_comes_back_to_its_stage_as_the_next_submission(now):
    make_programme(now)
    application = submitted(now)
    officer, lead = desk_officer(now), lead_of(application, now)
    pass_stage(code=application.code, note="", by=officer, now=now)
    question = ask_applicant(
        code=application.code, text="Which maps?", due_on=None, by=officer, now=now
    )
    return_application(code=application.code, reason="The dates.", by=officer, now=now)
    question.refresh_from_db()
    assert question.state == QuestionState.LAPSED
    application = reread(application)
    assert (application.state, application.stage) == ("returned", "eligibility")
    save_draft(
        code=application.code,
        step="compute",
        values={"lines": [line(number="1", cards="3")]},
        revision=application.draft_revision,
        by=lead,
        now=now,
    )
    submission = submit(application, now + timedelta(days=4))
    application = reread(application)
    assert submission.number == 2
    assert (application.state, application.stage) == ("submitted", "eligibility")
    assert application.list_value_minor == 6_480_000
    assert days_in_stage(open_stay(application), now + timedelta(days=5)) == 1


def test_a_returned_case_of_another_size_begins_anew_if_its_stage_is_gone(now):
    make_programme(
        now,
        delegation=[
            {
                "up_to_list_value": 100000,
                "decided_by": "officer",
                "stages": ["completeness", "decision", "agreement"],
            },
            {"decided_by": "committee"},
        ],
    )
    application = submitted(now, lines=[LARGE])
    officer, lead = desk_officer(now), lead_of(application, now)
    pass_stage(code=application.code, note="", by=officer, now=now)
    return_application(code=application.code, reason="Too large.", by=officer, now=now)
    application = reread(application)
    save_draft(
        code=application.code,
        step="compute",
        values={"lines": [line()]},
        revision=application.draft_revision,
        by=lead,
        now=now,
    )
    submit(application, now)
    assert reread(application).stage == StageKind.COMPLETENESS


def test_a_case_failed_at_the_desk_is_closed(now):
    make_programme(now)
    application = submitted(now)
    officer = desk_officer(now)
    fail_stage(code=application.code, reason="No project is described.", by=officer, now=now)
    case = case_of(application.code, lead_of(application, now))
    assert (case.state, case.application.closed_at) == (CaseState.REJECTED, now)
    assert (case.stays[-1].outcome, case.stays[-1].note) == (
        "failed",
        "No project is described.",
    )
