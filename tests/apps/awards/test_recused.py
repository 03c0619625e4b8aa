"""Who recused themselves from a case does nothing with it any more, whatever their role."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.applications.cases import LARGE, desk_officer, screened, submitted
from tests.apps.awards.cases import accepted, decided, holder, member, money
from tests.apps.reviews.cases import assigned, reviewed, reviewer
from tests.factories import make_programme

from praya.apps.applications.access import check_may_screen
from praya.apps.applications.commands import (
    ask_applicant,
    fail_stage,
    pass_stage,
    reopen_case,
    return_application,
    take_back_question,
)
from praya.apps.applications.queries import case_of
from praya.apps.applications.rules import Recused
from praya.apps.awards.commands import (
    decide,
    propose_amounts,
    recuse,
    release_decision,
    release_round,
    resume_award,
    suspend_award,
)
from praya.apps.awards.queries import award_standing
from praya.apps.awards.rules import AwardState, Outcome
from praya.apps.awards.rules.refusals import OwnOrganisation
from praya.apps.changes.commands import (
    ask_change,
    give_notice,
    offer_to_waiting,
    withdraw_notice,
)
from praya.apps.changes.rules import Cause, ChangeKind, NoticeKind, Wish
from praya.apps.people.models import Affiliation
from praya.apps.reviews.commands import assign_reviewer, close_review_stage, withdraw_review
from praya.apps.reviews.queries import candidates_for, desk_page, review_for_desk
from praya.core.actor import Role
from praya.core.refusal import NotAllowed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme(now):
    make_programme(now)


def shy_of(application, now):
    """An officer who takes no part in the case."""
    shy = holder(Role.OFFICER, now, "shy@pier.example")
    recuse(application_code=application.code, reason="A friend.", by=shy, now=now)
    return shy


def refused(case, act, /, **facts):
    with pytest.raises(Recused) as caught:
        act(**facts)
    assert caught.value.facts == {"application": case}


def test_who_is_recused_does_nothing_at_the_desk(now):
    application = submitted(now)
    code = application.code
    officer, shy = desk_officer(now), shy_of(application, now)
    assert case_of(code, officer).may_screen
    question = ask_applicant(code=code, text="Why?", due_on=None, by=officer, now=now)

    assert not case_of(code, shy).may_screen
    act = {"by": shy, "now": now}
    refused(code, pass_stage, code=code, note="", **act)
    refused(code, fail_stage, code=code, reason="No.", **act)
    refused(code, return_application, code=code, reason="Say more.", **act)
    refused(code, ask_applicant, code=code, text="And?", due_on=None, **act)
    refused(code, take_back_question, question_id=question.pk, reason="I know.", **act)
    with pytest.raises(NotAllowed):  # who has no part at the desk is told that first
        check_may_screen(holder(Role.AUDITOR, now), application, action="application.screen")
    assert take_back_question(question_id=question.pk, reason="I know.", by=officer, now=now)
    assert pass_stage(code=code, note="", by=officer, now=now)


def test_who_is_recused_keeps_no_reviews(now):
    application = screened(now, lines=[LARGE])
    code = application.code
    review = assigned(application, "wan@review.example", now)
    bo, shy = reviewer(now, "bo@review.example"), shy_of(application, now)
    act = {"by": shy, "now": now}

    refused(
        code, assign_reviewer, application_code=code, person_id=bo.person_id, due_on=None, **act
    )
    refused(code, withdraw_review, review_id=review.pk, **act)
    refused(code, close_review_stage, application_code=code, note="", **act)
    refused(code, candidates_for, application_code=code, actor=shy)
    refused(code, review_for_desk, review_id=review.pk, actor=shy)
    assert not desk_page(code, shy).is_open
    assert desk_page(code, desk_officer(now)).is_open


def test_who_is_recused_neither_proposes_nor_decides_nor_takes_up_again(now):
    money(now)
    application = reviewed(now)
    code = application.code
    shy = shy_of(application, now)
    act = {"by": shy, "now": now}

    refused(code, propose_amounts, application_code=code, lines=[], **act)
    recuse(application_code=code, reason="My pupil.", by=member(now, "own@pier.example"), now=now)
    refused(
        code,
        decide,
        application_code=code,
        outcome=Outcome.REJECT,
        lines=[],
        rate_bp=0,
        rate_reason="",
        reasons="No.",
        conditions="",
        by=member(now, "own@pier.example"),
        now=now,
    )
    decision = decided(now, email="other@lab.example", outcome=Outcome.WAIT_LIST)
    waiting = decision.application.code
    shy = shy_of(decision.application, now)
    refused(waiting, release_decision, decision_id=decision.pk, by=shy, now=now)
    release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)
    refused(waiting, offer_to_waiting, application_code=waiting, reason="Room.", by=shy, now=now)
    refused(waiting, reopen_case, code=waiting, reason="Room.", by=shy, now=now)


def test_a_round_is_released_by_others_or_once_the_case_is_released_by_itself(now):
    money(now)
    kept, free = decided(now), decided(now, email="other@lab.example", outcome=Outcome.REJECT)
    shy = shy_of(kept.application, now)
    facts = {"round_id": kept.round_id, "by": shy, "now": now}

    refused(kept.application.code, release_round, **facts)

    assert kept.application.awards.count() == 0
    release_decision(decision_id=kept.pk, by=desk_officer(now), now=now)
    assert release_round(**facts) == [free]


def test_a_round_is_not_released_by_somebody_of_an_applicants_organisation(now):
    money(now)
    decision = decided(now)
    officer = holder(Role.OFFICER, now, "inside@lab.example")
    Affiliation.objects.create(
        organisation=decision.application.organisation,
        person_id=officer.person_id,
        state="active",
        asked_at=now,
    )

    with pytest.raises(OwnOrganisation):
        release_round(round_id=decision.round_id, by=officer, now=now)

    assert release_round(round_id=decision.round_id, by=desk_officer(now), now=now) == [decision]


def test_who_is_recused_does_nothing_with_the_award(now):
    money(now)
    award = accepted(now)
    application, officer = award.application, desk_officer(now)
    shy = shy_of(application, now)
    act = {"code": award.code, "reason": "Not so.", "by": shy, "now": now}
    notice = {"kind": NoticeKind.SUSPENSION, "cause": Cause.OTHER}
    day = {"effective_on": now.date() + timedelta(days=30)}

    refused(application.code, suspend_award, **act)
    refused(application.code, give_notice, **act, **notice, **day)
    given = give_notice(**(act | {"by": officer}), **notice, **day)
    refused(application.code, withdraw_notice, notice_id=given.pk, reason="No.", by=shy, now=now)
    refused(application.code, ask_change, **act, kind=ChangeKind.REDUCTION, wish=Wish(line=1))
    assert suspend_award(**(act | {"by": officer})).state == AwardState.SUSPENDED
    refused(application.code, resume_award, **act)
    assert award_standing(award.code, officer).runs_desk
    assert not award_standing(award.code, shy).runs_desk
