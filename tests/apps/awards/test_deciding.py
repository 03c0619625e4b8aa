"""Proposals, recusals and decisions; refusals in the order promised."""

from __future__ import annotations

import pytest
from tests.apps.applications.cases import (
    LEAD,
    desk_officer,
    lead_of,
    line,
    reread,
    screened,
    submitted,
)
from tests.apps.awards.cases import ALL, decided, decision_on, holder, member, money
from tests.apps.reviews.cases import BO, WAN, reviewed
from tests.factories import make_person, make_programme

from praya.apps.applications.queries import case_of
from praya.apps.applications.rules import Recused
from praya.apps.awards.commands import propose_amounts, recuse, release_decision
from praya.apps.awards.queries import (
    awarded_line,
    case_to_decide,
    cases_to_decide,
    worth_of,
    worth_of_decision,
)
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.refusals import (
    AboveRequest,
    AmountAboveAsked,
    AwardsAtMost,
    ConditionsMissing,
    InFull,
    LineTwice,
    NothingAwarded,
    NotInFull,
    NotProposable,
    NotToDecide,
    OwnOrganisation,
    PoolExhausted,
    ReasonsMissing,
    RecusalAfterDecision,
    RecusalReasonMissing,
    UnknownLine,
)
from praya.apps.people.models import Affiliation
from praya.apps.programmes.queries import rules_of
from praya.core.actor import Role
from praya.core.programme.asking import RateAboveCeiling, RateNotTheirs, RateReasonMissing
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed, NotFound
from praya.core.review.amount import LineAmount

pytestmark = pytest.mark.django_db

PART = [LineAmount(1, 10)]


@pytest.fixture
def application(now):
    make_programme(now)
    money(now)
    return reviewed(now)


def join(email, organisation, now):
    Affiliation.objects.create(
        person=make_person(email), organisation=organisation, state="active", asked_at=now
    )


def test_amounts_stand_side_by_side(application, now):
    propose_amounts(
        application_code=application.code,
        lines=[LineAmount(1, 12)],
        by=desk_officer(now),
        now=now,
    )
    decision_on(application, now, outcome=Outcome.PART_AWARD, lines=PART)

    case = case_to_decide(application.code, member(now), now)

    assert [(one.requested, one.recommended, one.proposed, one.awarded) for one in case.lines] == [
        (LineAmount(1, 16), LineAmount(1, 14), LineAmount(1, 12), LineAmount(1, 10))
    ]
    # And so they stay with the decision, whatever is proposed or recommended later.
    application.proposals.all().delete()
    kept = application.decisions.get().lines.get()
    assert (kept.requested, kept.recommended, kept.proposed, kept.awarded) == (
        LineAmount(1, 16),
        LineAmount(1, 14),
        LineAmount(1, 12),
        LineAmount(1, 10),
    )


def test_a_decision_keeps_what_its_lines_come_to(application, now):
    decision = decision_on(application, now, outcome=Outcome.PART_AWARD, lines=PART)

    given = [awarded_line(line) for line in decision.lines.all()]
    rules = rules_of(decision.rule_version)
    decision.refresh_from_db()

    assert worth_of_decision(decision, "HKD") == worth_of(rules, given, rate_bp=decision.rate_bp)
    assert decision.subsidy_minor > 0


def test_an_amount_that_nobody_named_stays_empty(application, now):
    decision_on(application, now)

    kept = application.decisions.get().lines.get()

    assert (kept.proposed, kept.awarded) == (None, LineAmount(1, 16))


def test_proposals_are_the_desks_and_within_what_was_asked(application, now):
    def propose(lines, by):
        return propose_amounts(application_code=application.code, lines=lines, by=by, now=now)

    officer = desk_officer(now)
    with pytest.raises(NotAllowed):
        propose(PART, member(now))
    with pytest.raises(UnknownLine):
        propose([LineAmount(2, 1)], officer)
    with pytest.raises(LineTwice):
        propose([LineAmount(1, 1), LineAmount(1, 2)], officer)
    with pytest.raises(AmountAboveAsked):
        propose([LineAmount(1, 17)], officer)
    propose([LineAmount(1, 3)], officer)
    propose(PART, officer)
    assert [one.cards for one in application.proposals.all()] == [10]
    decision_on(application, now)
    with pytest.raises(NotProposable):
        propose(PART, officer)


def test_who_takes_no_part_proposes_nothing(application, now):
    def propose(by):
        propose_amounts(application_code=application.code, lines=PART, by=by, now=now)

    recused, of_the_house = desk_officer(now), holder(Role.OFFICER, now, "inside@lab.example")
    recuse(application_code=application.code, reason="my pupil", by=recused, now=now)
    join("inside@lab.example", application.organisation, now)

    with pytest.raises(Recused):
        propose(recused)
    with pytest.raises(OwnOrganisation):
        propose(of_the_house)
    assert not application.proposals.exists()


def test_who_decides_depends_on_the_size(application, now):
    officer = desk_officer(now)
    small = screened(now, email="small@lab.example")
    with pytest.raises(NotAllowed):
        decision_on(application, now, by=officer)

    assert decision_on(small, now, lines=[LineAmount(1, 2)], by=officer).number == 1
    assert decision_on(small, now, lines=[LineAmount(1, 2)], by=member(now)).number == 2


def test_nobody_else_decides_or_knows(application, now):
    early = submitted(now, email="early@lab.example")
    with pytest.raises(NotFound):
        decision_on(early, now)
    for by in (lead_of(application, now), holder(Role.FINANCE, now)):
        with pytest.raises(NotFound):
            decision_on(application, now, by=by)
        with pytest.raises(NotFound):
            case_to_decide(application.code, by, now)
    with pytest.raises(NotAllowed):
        decision_on(application, now, by=holder(Role.AUDITOR, now))


def test_a_recused_member_neither_sees_nor_decides(application, now):
    by = member(now)
    with pytest.raises(RecusalReasonMissing):
        recuse(application_code=application.code, reason=" ", by=by, now=now)
    first = recuse(application_code=application.code, reason="my pupil", by=by, now=now)
    again = recuse(application_code=application.code, reason="other", by=by, now=now)

    assert (first.pk, first.reason) == (again.pk, "my pupil")
    with pytest.raises(Recused):
        case_to_decide(application.code, by, now)
    with pytest.raises(Recused):
        decision_on(application, now, reasons="", by=by)
    with pytest.raises(NotFound):
        case_of(application.code, by)
    assert list(cases_to_decide(by)) == []


def test_who_decided_cannot_have_taken_no_part(application, now):
    decision_on(application, now)

    with pytest.raises(RecusalAfterDecision):
        recuse(application_code=application.code, reason="late", by=member(now), now=now)


def test_a_member_of_the_house_takes_no_part(application, now):
    by = member(now, "insider@pier.example")
    join("insider@pier.example", application.organisation, now)
    leading = member(now, LEAD)

    for actor in (by, leading):
        with pytest.raises(OwnOrganisation):
            decision_on(application, now, by=actor)
        with pytest.raises(OwnOrganisation):
            case_to_decide(application.code, actor, now)


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"reasons": " ", "lines": [LineAmount(9, 1)]}, ReasonsMissing),
        ({"lines": [LineAmount(9, 1)]}, UnknownLine),
        ({"lines": [LineAmount(1, 16), LineAmount(1, 16)]}, LineTwice),
        ({"lines": [LineAmount(1, 17)]}, AboveRequest),
        ({"lines": [LineAmount(1, 16, 1)]}, AboveRequest),
        ({"lines": []}, NothingAwarded),
        ({"lines": [LineAmount(1, 0)]}, NothingAwarded),
        ({"lines": PART, "rate_bp": 9999}, NotInFull),
        ({"outcome": Outcome.PART_AWARD}, InFull),
        ({"outcome": Outcome.CONDITIONAL, "conditions": " "}, ConditionsMissing),
        ({"rate_bp": 9001}, RateAboveCeiling),
        ({"rate_bp": 7001}, RateReasonMissing),
    ],
)
def test_a_decision_holds_together_or_is_refused(application, now, changed, refusal):
    with pytest.raises(refusal):
        decision_on(application, now, **changed)

    assert application.decisions.count() == 0


def test_an_exceptional_rate_is_the_committees_to_grant(now):
    make_programme(now)
    money(now)
    small = screened(now)
    two = [LineAmount(1, 2)]
    with pytest.raises(RateNotTheirs):
        decision_on(small, now, lines=two, rate_bp=9000, rate_reason="rare", by=desk_officer(now))

    assert decision_on(small, now, lines=two, rate_bp=9000, rate_reason="rare").rate_bp == 9000


@pytest.mark.parametrize("outcome", [Outcome.DEFER, Outcome.WAIT_LIST, Outcome.REJECT])
def test_an_outcome_without_award_gives_nothing_whatever_was_typed(application, now, outcome):
    decision = decision_on(application, now, outcome=outcome)

    assert decision.rate_bp == 0
    assert [one.awarded_cards for one in decision.lines.all()] == [0]
    assert reread(application).state == "decided"


def test_a_held_decision_may_be_taken_anew_and_the_old_one_stays(application, now):
    first = decision_on(application, now)
    second = decision_on(application, now, outcome=Outcome.PART_AWARD, lines=PART)

    assert [one.number for one in application.decisions.all()] == [2, 1]
    assert (first.rule_version, second.number) == (second.rule_version, 2)
    release_decision(decision_id=second.pk, by=desk_officer(now), now=now)
    with pytest.raises(NotToDecide):
        decision_on(application, now)


def test_a_case_that_waits_is_decided_again_after_its_release(application, now):
    waiting = decision_on(application, now, outcome=Outcome.WAIT_LIST)
    release_decision(decision_id=waiting.pk, by=desk_officer(now), now=now)

    again = decision_on(application, now)

    assert (again.number, reread(application).state) == (2, "decided")


def test_the_pool_cannot_be_promised_twice(now):
    make_programme(now)
    money(now, "300000")  # one large case costs HK$241,920.00 of subsidy
    decided(now)

    with pytest.raises(PoolExhausted) as refused:
        decided(now, email="second@lab.example")

    assert refused.value.facts == {
        "programme": "pier",
        "pool": "subsidy",
        "free": Money(300_000_00, "HKD"),
        "promised": Money(241_920_00, "HKD"),
        "asked": Money(241_920_00, "HKD"),
        "pays_subsidy": True,
    }


def test_deciding_a_case_anew_does_not_count_it_twice(now):
    make_programme(now)
    money(now, "241920")
    decision = decided(now)

    assert decision_on(decision.application, now).number == 2


def test_a_call_takes_no_more_awards_than_it_says(now):
    calls = [
        {
            "code": "rolling",
            "title": {"en": "Rolling call"},
            "kind": "rolling",
            "opens_on": "2026-01-01",
            "awards_max": 1,
        }
    ]
    make_programme(now, calls=calls)
    money(now)
    decided(now, lines=[ALL])

    with pytest.raises(AwardsAtMost):
        decided(now, email="second@lab.example")
    rejected = decided(now, email="third@lab.example", outcome=Outcome.REJECT)
    assert rejected.outcome == "reject"


def test_card_hours_are_awarded_in_hours(now):
    make_programme(now)
    money(now)
    asked = [line(shape="card-hours", cards="8", card_hours="5000")]
    application = reviewed(now, lines=asked, marks={WAN: (4, 3, 8), BO: (4, 4, 8)})
    decision = decision_on(
        application, now, outcome=Outcome.PART_AWARD, lines=[LineAmount(1, 8, 3000)]
    )

    given = decision.lines.get()
    assert (given.requested_card_hours, given.awarded_card_hours) == (5000, 3000)
