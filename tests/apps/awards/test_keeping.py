"""Members come and go; awards are suspended, resumed and ended."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from tests.apps.applications.cases import desk_officer, lead_of
from tests.apps.awards.cases import accepted, holder, money, offered
from tests.factories import make_person, make_programme
from tests.letters import posted

from praya.apps.awards.commands import (
    add_member,
    end_award,
    end_due_awards,
    remove_member,
    resume_award,
    suspend_award,
)
from praya.apps.awards.queries import award_of, award_standing, entries_behind, memberships_of
from praya.apps.awards.rules import MemberRole
from praya.apps.awards.rules.refusals import (
    AlreadyMember,
    LeadStays,
    NoMember,
    NoSuchPerson,
    NotActive,
    NotSuspended,
    OneLead,
    ReasonMissing,
)
from praya.apps.books.commands import place_hold, settle_hold
from praya.apps.books.queries import four_numbers, pool_numbers
from praya.apps.programmes.queries import actor_for
from praya.apps.usage.commands import return_leases
from praya.core.actor import Actor, Role
from praya.core.quantity import CardTime, Money
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db

KIM = "kim@lab.example"


@pytest.fixture
def award(now):
    make_programme(now)
    money(now)
    return accepted(now)


def add(award, by, now, email=KIM, role=MemberRole.MEMBER):
    return add_member(code=award.code, email=email, role=role, by=by, now=now)


def test_members_are_added_by_address(award, now):
    lead = lead_of(award.application, now)
    kim = actor_for(make_person(KIM), now)
    with pytest.raises(NotFound):
        award_of(award.code, kim)

    with posted(now):
        first = add(award, lead, now, email=" Kim@lab.example ")
        again = add(award, lead, now)

    assert first.pk == again.pk
    assert award_of(award.code, kim) == award
    assert [one.award_id for one in memberships_of(kim)] == [award.pk]
    assert [one.subject for one in mail.outbox[-1:]] == [f"You are a member of {award.code}"]


def test_adding_refuses_in_the_order_promised(award, now):
    lead = lead_of(award.application, now)
    kim = actor_for(make_person(KIM), now)
    with pytest.raises(NotFound):
        add(award, kim, now)
    add(award, lead, now)
    for by in (kim, desk_officer(now)):
        with pytest.raises(NotAllowed):
            add(award, by, now, email="nobody@lab.example")
    suspend_award(code=award.code, reason="check", by=desk_officer(now), now=now)
    with pytest.raises(NotActive):
        add(award, lead, now, email="nobody@lab.example", role=MemberRole.LEAD)
    resume_award(code=award.code, reason="done", by=desk_officer(now), now=now)
    with pytest.raises(OneLead):
        add(award, lead, now, email="nobody@lab.example", role=MemberRole.LEAD)
    with pytest.raises(NoSuchPerson):
        add(award, lead, now, email="nobody@lab.example")
    with pytest.raises(AlreadyMember):
        add(award, lead, now, role=MemberRole.MANAGER)


def test_a_manager_keeps_members_and_a_member_may_leave(award, now):
    lead = lead_of(award.application, now)
    manager = actor_for(make_person("manager@lab.example"), now)
    add(award, lead, now, email="manager@lab.example", role=MemberRole.MANAGER)
    kim = actor_for(make_person(KIM), now)
    member = add(award, manager, now)
    other = add(award, manager, now, email=make_person("other@lab.example").email)

    with pytest.raises(NotAllowed):
        remove_member(member_id=other.pk, by=kim, now=now)
    remove_member(member_id=member.pk, by=kim, now=now)
    with pytest.raises(NoMember):
        remove_member(member_id=member.pk, by=manager, now=now)
    remove_member(member_id=other.pk, by=manager, now=now)

    with pytest.raises(NotFound):
        award_of(award.code, kim)
    assert add(award, lead, now).pk != member.pk  # who left may come back


def test_the_lead_stays(award, now):
    lead = lead_of(award.application, now)
    with pytest.raises(LeadStays):
        remove_member(member_id=award.members.get().pk, by=lead, now=now)


def test_suspending_and_resuming_are_the_desks_with_a_reason(award, now):
    officer = desk_officer(now)
    lead = lead_of(award.application, now)

    def act(command, by, reason="check"):
        return command(code=award.code, reason=reason, by=by, now=now).state

    for command in (suspend_award, resume_award):
        with pytest.raises(NotAllowed):
            act(command, lead)
        with pytest.raises(NotFound):
            act(command, holder(Role.REVIEWER, now))
    with pytest.raises(ReasonMissing):
        act(suspend_award, officer, " ")
    assert [act(suspend_award, officer) for _ in range(2)] == ["suspended", "suspended"]
    with pytest.raises(ReasonMissing):
        act(resume_award, officer, " ")
    assert [act(resume_award, officer) for _ in range(2)] == ["active", "active"]
    assert [act(end_award, officer) for _ in range(2)] == ["ended", "ended"]
    with pytest.raises(NotSuspended):
        act(resume_award, officer)
    with pytest.raises(NotActive):
        act(suspend_award, officer)


def test_an_offer_is_not_ended(now):
    make_programme(now)
    money(now)
    award = offered(now)

    with pytest.raises(NotActive):
        end_award(code=award.code, reason="check", by=desk_officer(now), now=now)


def test_an_end_returns_what_is_free_and_lets_holds_land(award, now):
    hours = CardTime.of_hours(10, "nvidia-h800")
    place_hold(
        programme_code="pier",
        line_code=f"{award.code}.1",
        key="job/1",
        time=hours,
        subsidy=Money(210_00, "HKD"),
        expires_at=now + timedelta(hours=5),
        now=now,
    )

    end_award(code=award.code, reason="moved away", by=desk_officer(now), now=now)
    assert return_leases(now=now) == [f"{award.code}.1"]

    assert [(one.in_flight, one.free) for one in four_numbers([award.code])[award.code]] == [
        (36_000, 0),
        (210_00, 0),
    ]
    settle_hold(
        programme_code="pier",
        hold_key="job/1",
        key="job/1/settled",
        time=CardTime.of_hours(4, "nvidia-h800"),
        subsidy=Money(84_00, "HKD"),
        own=Money(36_00, "HKD"),
        now=now,
    )
    assert [one.free for one in pool_numbers("pier")] == [1_000_000_00 - 84_00]


def test_due_awards_end_by_themselves(award, now):
    praya = Actor.praya("awards")
    last_day = now.replace(month=4, day=30, hour=15)  # still 30 April in Hong Kong
    with pytest.raises(NotAllowed):
        end_due_awards(by=desk_officer(now), now=now)
    assert end_due_awards(by=praya, now=last_day) == []

    assert end_due_awards(by=praya, now=last_day + timedelta(hours=1)) == [award.code]

    assert end_due_awards(by=praya, now=last_day + timedelta(hours=1)) == []
    # A lease keeps what is free until its days are charged, which is not for awards to do.
    assert four_numbers([award.code])[award.code][0].free == 16 * 30 * 86_400


def test_the_standing_of_an_award_shows_who_may_do_what(award, now):
    lead = award_standing(award.code, lead_of(award.application, now))
    officer = award_standing(award.code, desk_officer(now))

    assert (lead.is_lead, lead.is_member, lead.keeps_members, lead.runs_desk) == (
        True,
        True,
        True,
        False,
    )
    assert (officer.is_lead, officer.is_member, officer.keeps_members, officer.runs_desk) == (
        False,
        False,
        False,
        True,
    )
    assert [one.numbers[0].committed for one in lead.lines] == [16 * 30 * 86_400]
    _, entries = entries_behind(award.code, desk_officer(now))
    assert [one.kind for one in entries] == ["commit"]
