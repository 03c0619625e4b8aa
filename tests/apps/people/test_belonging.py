"""Leaving an organisation, being made its manager, and being asked to go."""

from __future__ import annotations

from datetime import timedelta

import pytest

from praya.apps.people.commands import (
    answer_join_request,
    end_affiliation,
    join_organisation,
    leave_organisation,
    make_manager,
    register_organisation,
)
from praya.apps.people.models import AuditLine
from praya.apps.people.queries import managed_join_requests, members_of
from praya.apps.people.rules import LastManager, NotBelonging
from praya.core.actor import EVERY_PROGRAMME, Role
from praya.core.programme.parts import OrganisationKind
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(actor_named):
    return actor_named("Mei")


@pytest.fixture
def otto(actor_named):
    return actor_named("Otto")


@pytest.fixture
def lab(mei, now):
    return register_organisation(
        name="Lantern Lab", kind=OrganisationKind.START_UP, by=mei, now=now
    )


def joined(lab, person, manager, now):
    asked = join_organisation(organisation_id=lab.pk, by=person, now=now)
    return answer_join_request(affiliation_id=asked.pk, accept=True, by=manager, now=now)


def people(lab):
    return [(each.person.name, each.is_manager) for each in members_of(lab.pk)]


def lines():
    return list(AuditLine.objects.order_by("-id").values_list("action", "facts"))


def test_a_member_leaves_and_may_ask_again(lab, mei, otto, now):
    joined(lab, otto, mei, now)

    later = now + timedelta(days=1)
    left = [leave_organisation(organisation_id=lab.pk, by=otto, now=later) for _ in range(2)]

    assert [(one.state, one.settled_at, one.settled_by_id) for one in left] == [
        ("ended", later, otto.person_id)
    ] * 2
    assert people(lab) == [("Mei", True)]
    assert lines()[0] == ("organisation.left", {"person_id": otto.person_id})
    assert lines()[1][0] == "organisation.joined"
    join_organisation(organisation_id=lab.pk, by=otto, now=later)
    assert [each.person_id for each in managed_join_requests(mei.person_id)] == [otto.person_id]


def test_the_last_manager_stays_until_there_is_another(lab, mei, otto, now):
    with pytest.raises(LastManager):
        leave_organisation(organisation_id=lab.pk, by=mei, now=now)
    member = joined(lab, otto, mei, now)
    with pytest.raises(LastManager):
        leave_organisation(organisation_id=lab.pk, by=mei, now=now)

    made = [make_manager(affiliation_id=member.pk, by=mei, now=now) for _ in range(2)]
    leave_organisation(organisation_id=lab.pk, by=mei, now=now)

    assert [one.is_manager for one in made] == [True, True]
    assert people(lab) == [("Otto", True)]
    assert [action for action, _ in lines()[:3]] == [
        "organisation.left",
        "organisation.manager_made",
        "organisation.joined",
    ]


def test_a_manager_ends_a_membership(lab, mei, otto, now):
    member = joined(lab, otto, mei, now)
    with pytest.raises(NotAllowed):
        end_affiliation(affiliation_id=member.pk, by=otto, now=now)

    ended = [end_affiliation(affiliation_id=member.pk, by=mei, now=now) for _ in range(2)]

    assert [(one.state, one.settled_by_id) for one in ended] == [("ended", mei.person_id)] * 2
    assert people(lab) == [("Mei", True)]
    assert lines()[0] == ("organisation.affiliation_ended", {"person_id": otto.person_id})


def test_a_manager_who_left_is_no_manager_when_let_in_again(lab, mei, otto, now):
    member = joined(lab, otto, mei, now)
    make_manager(affiliation_id=member.pk, by=mei, now=now)
    leave_organisation(organisation_id=lab.pk, by=otto, now=now)

    joined(lab, otto, mei, now)

    assert people(lab) == [("Mei", True), ("Otto", False)]


def test_who_does_not_belong_is_neither_ended_nor_made_a_manager(lab, mei, otto, now):
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)

    for command in (end_affiliation, make_manager):
        with pytest.raises(NotBelonging) as caught:
            command(affiliation_id=asked.pk, by=mei, now=now)
        assert caught.value.facts == {"state": "asked"}
        with pytest.raises(NotFound):
            command(affiliation_id=0, by=mei, now=now)
    with pytest.raises(NotBelonging):
        leave_organisation(organisation_id=lab.pk, by=otto, now=now)


def test_only_managers_and_site_admins_say_who_manages(lab, mei, otto, actor_named, now):
    member = joined(lab, otto, mei, now)
    officer = actor_named("Ada", ("pier", Role.OFFICER))
    for other in (otto, officer):
        with pytest.raises(NotAllowed):
            make_manager(affiliation_id=member.pk, by=other, now=now)
    with pytest.raises(NotFound):
        leave_organisation(organisation_id=lab.pk, by=officer, now=now)

    admin = actor_named("Root", (EVERY_PROGRAMME, Role.ADMIN))
    assert make_manager(affiliation_id=member.pk, by=admin, now=now).is_manager
