"""A case that waits or was put off is taken up again in the round that is open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from tests.apps.applications.cases import desk_officer, lead_of, reread, submitted
from tests.apps.awards.cases import ALL, decided, decision_on, holder, member, money
from tests.apps.reviews.cases import reviewed
from tests.factories import make_programme
from tests.letters import posted

from praya.apps.applications.commands import reopen_case
from praya.apps.applications.queries import case_of, desk_queue
from praya.apps.applications.rules import ReasonMissing, WrongState
from praya.apps.awards.commands import release_round
from praya.apps.awards.queries import case_to_decide, ranking
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.refusals import SamePerson
from praya.apps.people.models import AuditLine
from praya.apps.programmes.rules import CallClosed
from praya.core.actor import Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db

QUARTER = timedelta(days=92)
CALL = {
    "code": "rolling",
    "title": {"en": "Rolling call"},
    "kind": "rolling",
    "opens_on": "2026-01-01",
    "closes_on": "2027-12-31",
    "batch_every_months": 3,
    "decide_within_days": 30,
}


@pytest.fixture(autouse=True)
def _programme(now):
    make_programme(now, calls=[CALL])
    money(now)


def released(now, outcome=Outcome.WAIT_LIST):
    """A case decided and released in the first batch."""
    decision = decided(now, outcome=outcome, lines=[ALL])
    release_round(round_id=decision.round_id, by=desk_officer(now), now=now)
    return reread(decision.application)


def reopen(application, now, **changed):
    asked = {"reason": "Cards came free.", "by": desk_officer(now)} | changed
    return reopen_case(code=application.code, now=now, **asked)


@pytest.mark.parametrize("outcome", [Outcome.WAIT_LIST, Outcome.DEFER])
def test_a_case_goes_back_to_its_decision_in_the_round_open_now(now, outcome):
    application = released(now, outcome)
    later = now + QUARTER

    with posted(now):
        reopen(application, later)

    taken_up = reread(application)

    assert (taken_up.state, taken_up.stage, taken_up.closed_at) == ("to-decide", "decision", None)
    assert (application.round.code, taken_up.round.code) == ("batch-1", "batch-2")
    assert (taken_up.target_on - later.date()).days == 10
    line = AuditLine.objects.get(action="application.reopened")
    assert (line.facts["round"], line.facts["reason"]) == ("batch-2", "Cards came free.")
    assert [one.to for one in mail.outbox] == [[application.lead.email]]
    seen = case_of(application.code, lead_of(application, later))
    assert [one.action for one in seen.timeline][-1] == "application.reopened"


def test_the_new_decision_counts_in_the_new_round_and_takes_two_people(now):
    application = released(now)
    first_round = application.round_id
    later = now + QUARTER
    taken_up = reread(reopen(application, later))
    rows = ranking(taken_up.round_id, member(later), later).cases
    assert [(one.application.code, one.decision, one.is_released) for one in rows] == [
        (application.code, None, False)
    ]

    decision = decision_on(taken_up, later)

    assert (decision.number, decision.round_id) == (2, taken_up.round_id)
    with pytest.raises(SamePerson):
        release_round(round_id=decision.round_id, by=member(later), now=later)
    release_round(round_id=decision.round_id, by=desk_officer(later), now=later)
    assert reread(application).state == "awarded"
    kept = application.decisions.order_by("number").values_list("round", "outcome")
    assert list(kept) == [(first_round, "wait-list"), (taken_up.round_id, "award")]


def test_within_the_same_round_what_was_decided_before_is_not_the_new_decision(now):
    application = released(now)

    taken_up = reread(reopen(application, now))

    assert taken_up.round_id == application.round_id
    (row,) = ranking(taken_up.round_id, member(now), now).cases
    assert (row.decision, row.is_released) == (None, False)
    assert row.likely == row.recommended.subsidy
    assert case_to_decide(application.code, member(now), now).is_open


def test_it_is_refused_in_this_order(now):
    application = released(now)
    for stranger, refusal in (
        (holder(Role.FINANCE, now), NotFound),
        (member(now), NotAllowed),
        (lead_of(application, now), NotAllowed),
    ):
        with pytest.raises(refusal):
            reopen(application, now, by=stranger)
    open_case = reviewed(now, email="open@lab.example")
    with pytest.raises(WrongState):
        reopen(open_case, now)
    with pytest.raises(ReasonMissing):
        reopen(application, now, reason=" ")
    with pytest.raises(CallClosed):
        reopen(application, now.replace(year=2028))
    reopen(application, now)
    with pytest.raises(WrongState):
        reopen(application, now)


def test_the_queue_tells_what_is_overdue_by_the_programmes_day(now):
    application = submitted(now)
    target_on = reread(application).target_on

    def paces(today):
        return [row.pace for row in desk_queue("pier", desk_officer(now), today=today)]

    assert paces(target_on) == ["in-time"]
    assert paces(target_on + timedelta(days=1)) == ["overdue"]
