"""Held decisions become offers, by another hand; offers become awards in the book."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from tests.apps.applications.cases import (
    LARGE,
    LEAD,
    desk_officer,
    lead_of,
    line,
    reread,
    screened,
)
from tests.apps.awards.cases import (
    accepted,
    decided,
    decision_on,
    holder,
    member,
    money,
    offered,
)
from tests.apps.reviews.cases import BO, WAN, marked, reviewed
from tests.factories import make_programme
from tests.letters import posted

from praya.apps.applications.queries import case_of
from praya.apps.awards.commands import (
    accept_award,
    decline_award,
    lapse_offers,
    release_decision,
    release_round,
)
from praya.apps.awards.models import Agreement, Award
from praya.apps.awards.queries import (
    awards_visible_to,
    held_decisions_to_release,
    offers_to,
    released_awards,
)
from praya.apps.awards.rules import Outcome
from praya.apps.awards.rules.refusals import (
    AgreementChanged,
    AlreadyReleased,
    NothingToRelease,
    NotOffered,
    OfferLapsed,
    OwnOrganisation,
    ReasonMissing,
    SamePerson,
)
from praya.apps.books.commands import commit_award
from praya.apps.books.models import Entry
from praya.apps.books.queries import four_numbers, pool_numbers
from praya.apps.people.models import AuditLine
from praya.apps.reviews.commands import close_review_stage
from praya.core.actor import Actor, Role
from praya.core.ledger import FourNumbers, LineGrant
from praya.core.ledger.refusals import PoolExhausted
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotAllowed, NotFound
from praya.core.review.amount import LineAmount

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _programme(now):
    make_programme(now)
    money(now)


def release(round_id, by, now):
    return release_round(round_id=round_id, by=by, now=now)


def accept(award, now, number=1):
    by = lead_of(award.application, now)
    return accept_award(code=award.code, agreement_number=number, by=by, now=now)


def test_a_release_makes_offers_and_ends_cases(now):
    yes = decided(now)
    no = decided(now, email="second@lab.example", outcome=Outcome.REJECT)
    undecided = reviewed(now, email="third@lab.example")

    with posted(now):
        release(yes.round_id, desk_officer(now), now)

    award = Award.objects.get()
    assert [reread(one.application).state for one in (yes, no)] == ["awarded", "rejected"]
    assert reread(undecided).state == "to-decide"
    assert (award.code, award.state, award.accept_by) == ("PIR-0001", "offered", date(2026, 3, 30))
    assert (award.list_minor, award.subsidy_minor) == (345_600_00, 241_920_00)
    assert [one.code for one in award.lines.all()] == ["PIR-0001.1"]
    assert sorted((one.to[0], one.subject) for one in mail.outbox[-2:]) == [
        (LEAD, "PIR-0001: you are offered an award"),
        ("second@lab.example", f"{no.application.code}: your application was decided"),
    ]


def test_who_decided_may_not_release(now):
    mine = decided(now)
    by = member(now)
    other = member(now, "other@pier.example")
    second = decided(now, email="second@lab.example", by=other)

    with pytest.raises(SamePerson) as refused:
        release(mine.round_id, by, now)
    assert refused.value.applications == (mine.application.code,)
    with pytest.raises(SamePerson):
        release_decision(decision_id=mine.pk, by=by, now=now)
    release_decision(decision_id=second.pk, by=by, now=now)

    assert [one.pk for one in release(mine.round_id, other, now)] == [mine.pk]


def test_a_lead_does_not_release_their_own_award(now):
    decision = decided(now)
    leading = holder(Role.OFFICER, now, LEAD)

    with pytest.raises(OwnOrganisation):
        release(decision.round_id, leading, now)
    with pytest.raises(OwnOrganisation):
        release_decision(decision_id=decision.pk, by=leading, now=now)


def test_the_last_hand_counts_when_a_decision_was_taken_anew(now):
    first = decided(now)
    other = member(now, "other@pier.example")
    decision_on(first.application, now, by=other)

    with pytest.raises(SamePerson):
        release(first.round_id, other, now)
    assert len(release(first.round_id, member(now), now)) == 1


def test_a_release_refuses_in_the_order_promised(now):
    decision = decided(now)
    with pytest.raises(NotFound):
        release(0, desk_officer(now), now)
    for by in (lead_of(decision.application, now), holder(Role.FINANCE, now)):
        with pytest.raises(NotAllowed):
            release(decision.round_id, by, now)
        with pytest.raises(NotFound):
            release_decision(decision_id=decision.pk, by=by, now=now)
    release(decision.round_id, desk_officer(now), now)
    with pytest.raises(NothingToRelease):
        release(decision.round_id, desk_officer(now), now)
    with pytest.raises(AlreadyReleased):
        release_decision(decision_id=decision.pk, by=desk_officer(now), now=now)


def test_a_decision_that_was_replaced_is_not_released(now):
    first = decided(now)
    decision_on(first.application, now, outcome=Outcome.REJECT)

    with pytest.raises(AlreadyReleased):
        release_decision(decision_id=first.pk, by=desk_officer(now), now=now)


def test_a_small_case_is_released_by_another_officer(now):
    small = screened(now)
    decision = decision_on(small, now, lines=[LineAmount(1, 2)], by=desk_officer(now))
    second = holder(Role.OFFICER, now, "second.officer@pier.example")

    assert list(held_decisions_to_release(desk_officer(now))) == []
    assert [one.pk for one in held_decisions_to_release(second)] == [decision.pk]
    release_decision(decision_id=decision.pk, by=second, now=now)

    assert Award.objects.get().subsidy_minor == 30_240_00


def test_a_line_given_nothing_is_no_line_of_the_award(now):
    asked = [line(cards="16"), line(device_model="ascend-910b", cards="4")]
    application = screened(now, lines=asked)
    for email in (WAN, BO):
        marked(
            application, email, now, merit=4, plan=4, amounts=[LineAmount(1, 1), LineAmount(2, 4)]
        )
    close_review_stage(application_code=application.code, note="", by=desk_officer(now), now=now)
    lines = [LineAmount(1, 0), LineAmount(2, 4)]
    decision = decision_on(application, now, outcome=Outcome.PART_AWARD, lines=lines)
    release(decision.round_id, desk_officer(now), now)
    award = Award.objects.get()

    assert [one.code for one in award.lines.all()] == ["PIR-0001.2"]


def test_accepting_commits_the_pools_money_to_the_award(now):
    award = accepted(now)

    assert (award.state, award.accepted_at) == ("active", now)
    assert [(one.role, one.person_id) for one in award.members.all()] == [("lead", award.lead_id)]
    assert four_numbers([award.code])[award.code] == [
        FourNumbers.of("nvidia-h800·s", settled=0, in_flight=0, free=16 * 30 * 86_400),
        FourNumbers.of("HKD", settled=0, in_flight=0, free=241_920_00),
    ]
    assert [one.free for one in pool_numbers("pier")] == [1_000_000_00 - 241_920_00]
    assert Agreement.objects.get().accepted_by_id == award.lead_id
    assert [one.outcome for one in award.application.stays.all()][-1] == "agreed"
    told = case_of(award.application.code, lead_of(award.application, now)).timeline
    assert [line.stage for line in told if line.action == "stage.left"] == [
        "review",
        "decision",
        "agreement",
    ]


def test_accepting_twice_changes_nothing(now):
    award = accepted(now)
    entries = Entry.objects.count()

    again = accept(award, now + timedelta(days=400))

    assert (again.accepted_at, Entry.objects.count()) == (now, entries)
    assert AuditLine.objects.filter(action="award.accepted").count() == 1


def test_accepting_refuses_in_the_order_promised(now):
    award = offered(now)
    lead = lead_of(award.application, now)
    late = now + timedelta(days=29)

    def accept_by(by, number, when):
        return accept_award(code=award.code, agreement_number=number, by=by, now=when)

    with pytest.raises(NotFound):
        accept_by(holder(Role.REVIEWER, now), 2, late)
    with pytest.raises(NotAllowed):
        accept_by(desk_officer(now), 2, late)
    with pytest.raises(AgreementChanged) as refused:
        accept_by(lead, 2, late)
    assert (refused.value.yours, refused.value.theirs) == (2, 1)
    with pytest.raises(OfferLapsed):
        accept_by(lead, 1, late)
    decline_award(code=award.code, reason="no staff", by=lead, now=now)
    with pytest.raises(NotOffered):
        accept_by(lead, 2, late)
    assert Entry.objects.filter(kind="commit").count() == 0


def test_the_last_day_of_an_offer_counts_where_the_programme_is(now):
    award = offered(now)
    evening = now.replace(month=3, day=30, hour=15, minute=59)  # 23:59 in Hong Kong

    assert accept(award, evening).state == "active"


def test_an_offer_that_the_pool_cannot_pay_stays_an_offer(now):
    award = offered(now)
    commit_award(
        programme_code="pier",
        award_code="PIR-9999",
        pool="subsidy",
        lines=[LineGrant("PIR-9999.1", CardTime(1, "nvidia-h800"), Money(900_000_00, "HKD"))],
        key="PIR-9999",
        by=desk_officer(now),
        now=now,
    )

    with pytest.raises(PoolExhausted):
        accept(award, now)

    award.refresh_from_db()
    assert (award.state, award.members.count()) == ("offered", 0)


def test_declining_needs_a_reason_and_frees_the_promise(now):
    award = offered(now)
    lead = lead_of(award.application, now)
    with pytest.raises(ReasonMissing):
        decline_award(code=award.code, reason=" ", by=lead, now=now)

    for _ in range(2):
        declined = decline_award(code=award.code, reason="no staff", by=lead, now=now)

    assert declined.state == "declined"
    assert list(released_awards("pier")) == []
    assert list(offers_to(lead)) == []


def test_offers_lapse_after_their_last_day(now):
    award = offered(now)
    praya = Actor.praya("offers")
    with pytest.raises(NotAllowed):
        lapse_offers(by=desk_officer(now), now=now)
    assert lapse_offers(by=praya, now=now + timedelta(days=28)) == []
    later = now + timedelta(days=29)

    with posted(now):
        assert lapse_offers(by=praya, now=later) == [award.code]

    assert lapse_offers(by=praya, now=later) == []
    assert mail.outbox[-1].subject == "PIR-0001: the offer has lapsed"
    with pytest.raises(OfferLapsed):
        accept(award, later)


def test_the_agreement_holds_terms_lines_and_conditions_under_a_seal(now):
    offered(now, outcome=Outcome.CONDITIONAL, conditions="Publish the weights.")

    agreement = Agreement.objects.get()

    assert agreement.text["terms"]["en"] == "You use the machines for the work described."
    assert agreement.text["conditions"] == "Publish the weights."
    assert agreement.text["lines"] == [
        {
            "code": "PIR-0001.1",
            "shape": "cards",
            "device_model": "nvidia-h800",
            "cards": 16,
            "first_on": "2026-04-01",
            "last_on": "2026-04-30",
            "card_seconds": 16 * 30 * 86_400,
            "list_minor": 345_600_00,
            "subsidy_minor": 241_920_00,
        }
    ]
    assert len(agreement.sha256) == 64


def test_awards_are_seen_by_those_who_may(now):
    award = accepted(now)
    roles = {role: holder(role, now) for role in Role if role is not Role.ADMIN}

    seen = {role for role, actor in roles.items() if awards_visible_to(actor).exists()}

    assert seen == set(roles) - {Role.REVIEWER}
    assert awards_visible_to(lead_of(award.application, now)).exists()
    assert not awards_visible_to(Actor.anonymous()).exists()
    assert [one.code for one in released_awards("pier")] == [award.code]


def test_an_award_keeps_what_its_team_told_of_the_work(now):
    told = {"jobs": "10", "job_cards": "8", "job_hours": "24"}

    award = offered(now, asked=[LARGE | told])

    [kept] = award.lines.all()
    assert kept.sizing == {"jobs": 10, "job_cards": 8, "job_hours": "24", "repeat_percent": "0"}
