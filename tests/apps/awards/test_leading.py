"""Another person leads an award: asked for, agreed to, granted, undone; all that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.apps.applications.cases import lead_of
from tests.apps.awards.cases import accepted, holder, money
from tests.factories import make_person, make_programme, person_behind

from praya.apps.awards.commands import (
    acknowledge_agreement,
    add_member,
    amend_award,
    answer_lead,
    ask_lead,
    decide_lead,
    end_award,
    suspend_award,
    undo_lead,
    withdraw_lead,
)
from praya.apps.awards.models import Award, LeadChange
from praya.apps.awards.queries import latest_agreement, lead_change_of
from praya.apps.awards.rules import MemberRole
from praya.apps.awards.rules.leading import (
    LeadAlready,
    LeadChangeOpen,
    LeadMovedOn,
    LeadNotOpen,
    LeadOfOtherHouse,
    LeadOwnMatter,
    LeadStaysByRule,
)
from praya.apps.awards.rules.refusals import (
    NoSuchPerson,
    NotActive,
    OwnOrganisation,
    ReasonMissing,
)
from praya.apps.notices.models import Letter
from praya.apps.people.models import Affiliation, AuditLine
from praya.apps.people.rules import AffiliationState
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound
from praya.words import clock

NEW = "next.lead@lab.example"


@pytest.fixture
def award(now, db):
    make_programme(now, changes={"lead": {"granted_by": "officer"}})
    money(now)
    award = accepted(now)
    belong(award, NEW, now)
    return Award.objects.get(pk=award.pk)


def belong(award, email, now, *, is_manager=False):
    person = make_person(email)
    Affiliation.objects.create(
        person=person,
        organisation_id=award.organisation_id,
        state=AffiliationState.ACTIVE.value,
        is_manager=is_manager,
        asked_at=now,
    )
    return actor_for(person, now)


def asked(award, now, *, by=None, email=NEW, reason="On leave."):
    by = by or lead_of(award.application, now)
    return ask_lead(code=award.code, email=email, reason=reason, by=by, now=now)


def agreed(award, now):
    change = asked(award, now)
    new = actor_for(make_person(NEW), now)
    return answer_lead(change_id=change.pk, agrees=True, by=new, now=now)


def decide(change, now, *, grants=True, reason="", by=None):
    by = by or holder(Role.OFFICER, now)
    return decide_lead(change_id=change.pk, grants=grants, reason=reason, by=by, now=now)


def members(award):
    rows = award.members.filter(until=None).order_by("role")
    return [(one.person.email, one.role) for one in rows]


def kinds():
    found = Letter.objects.filter(kind__startswith="award.lead_").order_by("id")
    return [(one.kind.removeprefix("award.lead_"), one.to.email) for one in found]


def test_a_lead_is_asked_for_agreed_to_and_granted_and_all_follows(award, now):
    old, new = award.lead, make_person(NEW)
    manager = MemberRole.MANAGER
    by = lead_of(award.application, now)
    add_member(code=award.code, email=NEW, role=manager, by=by, now=now)
    change = agreed(award, now)
    assert asked(award, now).pk == change.pk

    for _again in range(2):
        decide(change, now)

    award.refresh_from_db()
    assert (award.lead, award.application.lead) == (new, new)
    assert members(award) == [(NEW, "lead"), (old.email, "member")]
    agreement = latest_agreement(award)
    assert (agreement.number, agreement.accepted_by) == (2, new)
    assert agreement.text["change"]["kind"] == "lead"
    assert kinds() == [
        ("asked", NEW),
        ("agreed", old.email),
        ("granted", NEW),
        ("granted", old.email),
    ]
    told = AuditLine.objects.filter(action__startswith="award.lead_").order_by("id")
    assert [line.action for line in told] == [
        "award.lead_asked",
        "award.lead_agreed",
        "award.lead_granted",
    ]
    with pytest.raises(NotAllowed):
        add_member(code=award.code, email="x@y.example", role=manager, by=by, now=now)


def test_a_manager_asks_when_the_lead_is_gone(award, now):
    head = belong(award, "head@lab.example", now, is_manager=True)
    old = award.lead
    old.is_active = False
    old.save(update_fields=["is_active"])

    change = asked(award, now, by=head)
    answer_lead(change_id=change.pk, agrees=True, by=actor_for(make_person(NEW), now), now=now)
    decide(change, now)

    assert members(award) == [(NEW, "lead")]
    assert ("asked_of", old.email) in kinds()


def test_it_is_undone_by_whom_grants_and_the_agreement_waits(award, now):
    old, change = award.lead, agreed(award, now)
    decide(change, now)
    undo = {"change_id": change.pk, "by": holder(Role.OFFICER, now), "now": now}

    with pytest.raises(ReasonMissing):
        undo_lead(**undo, reason=" ")
    for _again in range(2):
        undo_lead(**undo, reason="Back from leave.")

    award.refresh_from_db()
    assert (award.lead, award.application.lead) == (old, old)
    assert members(award) == [(old.email, "lead"), (NEW, "member")]
    assert latest_agreement(award).accepted_at is None
    assert LeadChange.objects.get().state == "undone"


def test_what_changed_since_they_agreed_waits_to_be_acknowledged(award, now):
    change = agreed(award, now)
    later = now + timedelta(hours=1)
    amend_award(
        code=award.code, lines=(), change={"kind": "reduction"}, accepted_by=None, now=later
    )
    decide(change, later)

    assert latest_agreement(award).accepted_at is None
    new = actor_for(make_person(NEW), now)
    acknowledge_agreement(code=award.code, number=3, by=new, now=later)
    assert latest_agreement(award).accepted_by == make_person(NEW)


def test_nobody_of_the_same_house_decides(award, now):
    own = belong(award, "desk@lab.example", now)
    officer = replace(own, appointments=frozenset({("pier", Role.OFFICER)}))
    with pytest.raises(OwnOrganisation):
        decide(agreed(award, now), now, by=officer)


def test_asking_is_refused_in_the_promised_order(award, now):
    lead, stranger = lead_of(award.application, now), Actor(person_id=999, name="Nobody")
    make_person("other@lab.example")
    with pytest.raises(NotFound):
        asked(award, now, by=stranger)
    with pytest.raises(NotAllowed):
        asked(award, now, by=holder(Role.OFFICER, now))
    with pytest.raises(ReasonMissing):
        asked(award, now, reason=" ")
    for email, refusal in (
        ("nobody@lab.example", NoSuchPerson),
        (award.lead.email, LeadAlready),
        ("other@lab.example", LeadOfOtherHouse),
    ):
        with pytest.raises(refusal):
            asked(award, now, email=email)
    asked(award, now)
    belong(award, "third@lab.example", now)
    with pytest.raises(LeadChangeOpen):
        asked(award, now, email="third@lab.example")
    officer = holder(Role.OFFICER, now)
    suspend_award(code=award.code, reason="x", by=officer, now=now)
    withdraw_lead(change_id=LeadChange.objects.get().pk, by=lead, now=now)
    asked(award, now)
    end_award(code=award.code, reason="x", by=officer, now=now)
    with pytest.raises(NotActive):
        asked(award, now, email="third@lab.example")


def test_without_a_rule_the_lead_stays(now, db):
    make_programme(now)
    money(now)

    with pytest.raises(LeadStaysByRule):
        asked(accepted(now), now)


def test_who_asked_or_is_named_does_not_decide(award, now):
    change = asked(award, now)
    new, officer = actor_for(make_person(NEW), now), holder(Role.OFFICER, now)
    with pytest.raises(LeadNotOpen):
        decide(change, now)  # the person has not agreed
    with pytest.raises(NotAllowed):
        answer_lead(change_id=change.pk, agrees=True, by=officer, now=now)
    answer_lead(change_id=change.pk, agrees=True, by=new, now=now)
    also = {"appointments": frozenset({("pier", Role.OFFICER)})}
    for own in (new, lead_of(award.application, now)):
        assert not lead_change_of(change.pk, replace(own, **also), now).may_decide
        with pytest.raises(LeadOwnMatter):
            decide(change, now, by=replace(own, **also))
    with pytest.raises(NotAllowed):
        decide(change, now, by=new)
    with pytest.raises(ReasonMissing):
        decide(change, now, grants=False)
    decide(change, now, grants=False, reason="The team is too small.")

    assert Award.objects.get(pk=award.pk).lead == award.lead
    assert LeadChange.objects.get().state == "refused"


def test_what_moved_on_is_not_granted_nor_undone(award, now):
    first = agreed(award, now)
    Affiliation.objects.filter(person__email=NEW).update(state=AffiliationState.ENDED.value)
    with pytest.raises(LeadOfOtherHouse):
        decide(first, now)
    Affiliation.objects.filter(person__email=NEW).update(state=AffiliationState.ACTIVE.value)
    decide(first, now)
    third = belong(award, "third@lab.example", now)
    new = actor_for(make_person(NEW), now)
    again = asked(award, now, by=new, email="third@lab.example")
    answer_lead(change_id=again.pk, agrees=True, by=third, now=now)
    decide(again, now)

    with pytest.raises(LeadMovedOn):
        undo_lead(change_id=first.pk, reason="x", by=holder(Role.OFFICER, now), now=now)


def test_the_pages_lead_through_it(award, now, client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: now)
    client.force_login(award.lead)
    url = f"/awards/{award.code}/lead/"
    assert url in client.get(f"/awards/{award.code}/").text
    assert (
        "does not belong"
        in client.post(url, {"email": holder_email(now), "reason": "On leave."}).text
    )
    page = client.post(url, {"email": NEW, "reason": "On leave."}).url
    assert "Withdraw the request" in client.get(page).text
    client.force_login(make_person(NEW))
    assert page in client.get("/").text
    assert "under the agreement below" in client.get(page).text
    assert client.post(page, {"act": "agree"}).status_code == 302
    client.force_login(person_behind(holder(Role.OFFICER, now)))
    assert page in client.get("/").text
    assert "both people read it" in client.post(page, {"act": "refuse"}).text
    client.post(page, {"act": "grant"})
    assert Award.objects.get().lead.email == NEW


def holder_email(now):
    return person_behind(holder(Role.OFFICER, now)).email
