"""Registering, joining and verifying organisations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from praya.apps.people.commands import (
    answer_join_request,
    join_organisation,
    register_organisation,
    verify_organisation,
)
from praya.apps.people.models import Affiliation, AuditLine
from praya.apps.people.queries import managed_join_requests, members_of, organisations_of
from praya.apps.people.rules import (
    AlreadyAsked,
    AlreadyVerified,
    NameMissing,
    OrganisationKnown,
    RequestSettled,
)
from praya.core.actor import EVERY_PROGRAMME, Actor, Role
from praya.core.programme.parts import OrganisationKind
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def mei(actor_named):
    return actor_named("Mei")


@pytest.fixture
def lab(mei, now):
    return register_organisation(
        name="Lantern Lab",
        kind=OrganisationKind.START_UP,
        registry="Companies Registry",
        registry_number="123456",
        by=mei,
        now=now,
    )


def test_the_founder_is_the_first_manager(lab, mei, now):
    assert [(a.person_id, a.is_manager, a.settled_at) for a in members_of(lab.pk)] == [
        (mei.person_id, True, now)
    ]
    assert [a.organisation for a in organisations_of(mei.person_id)] == [lab]
    line = AuditLine.objects.first()
    assert (line.action, line.by_id, line.facts) == (
        "organisation.registered",
        mei.person_id,
        {"name": "Lantern Lab"},
    )


def test_a_chinese_name_alone_is_enough(mei, now):
    made = register_organisation(
        name="", name_zh="海灣大學", kind=OrganisationKind.UNIVERSITY, by=mei, now=now
    )
    assert (made.name, made.name_zh) == ("海灣大學", "海灣大學")


def test_a_nameless_organisation_is_refused(mei, now):
    with pytest.raises(NameMissing):
        register_organisation(name=" ", kind=OrganisationKind.CHARITY, by=mei, now=now)


def test_a_registry_number_is_registered_once_and_the_refusal_leads_to_the_first(
    lab, actor_named, now
):
    with pytest.raises(OrganisationKnown) as caught:
        register_organisation(
            name="Lantern Laboratories",
            kind=OrganisationKind.ENTERPRISE,
            registry="companies registry",
            registry_number=" 123456 ",
            by=actor_named("Otto"),
            now=now,
        )
    assert caught.value.facts == {"organisation_id": lab.pk, "name": "Lantern Lab"}


def test_a_manager_lets_somebody_in(lab, mei, actor_named, now):
    otto = actor_named("Otto")
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)
    assert [a.pk for a in managed_join_requests(mei.person_id)] == [asked.pk]
    later = now + timedelta(days=1)
    for _twice in range(2):
        answered = answer_join_request(affiliation_id=asked.pk, accept=True, by=mei, now=later)
    assert (answered.state, answered.settled_at) == ("active", later)
    assert AuditLine.objects.filter(action="organisation.joined").count() == 1
    assert list(managed_join_requests(mei.person_id)) == []


def test_asking_twice_is_refused_but_asking_after_a_refusal_is_not(lab, mei, actor_named, now):
    otto = actor_named("Otto")
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)
    with pytest.raises(AlreadyAsked):
        join_organisation(organisation_id=lab.pk, by=otto, now=now)
    answer_join_request(affiliation_id=asked.pk, accept=False, by=mei, now=now)
    with pytest.raises(RequestSettled):
        answer_join_request(affiliation_id=asked.pk, accept=True, by=mei, now=now)
    assert join_organisation(organisation_id=lab.pk, by=otto, now=now).state == "asked"
    assert Affiliation.objects.filter(person_id=otto.person_id).count() == 1


def test_only_a_manager_or_the_site_admin_answers(lab, actor_named, now):
    otto = actor_named("Otto")
    asked = join_organisation(organisation_id=lab.pk, by=otto, now=now)
    for nobody in (otto, actor_named("Olga", ("harbour", Role.OFFICER)), Actor.anonymous()):
        with pytest.raises(NotAllowed):
            answer_join_request(affiliation_id=asked.pk, accept=True, by=nobody, now=now)
    admin = actor_named("Ada", (EVERY_PROGRAMME, Role.ADMIN))
    assert answer_join_request(affiliation_id=asked.pk, accept=True, by=admin, now=now)


def test_an_officer_verifies_once(lab, mei, actor_named, now):
    with pytest.raises(NotAllowed):
        verify_organisation(organisation_id=lab.pk, by=mei, now=now)
    officer = actor_named("Olga", ("harbour", Role.OFFICER))
    with pytest.raises(NotFound):
        verify_organisation(organisation_id=lab.pk + 1, by=officer, now=now)
    verified = verify_organisation(organisation_id=lab.pk, by=officer, now=now)
    assert (verified.verified_at, verified.verified_by_id) == (now, officer.person_id)
    with pytest.raises(AlreadyVerified):
        verify_organisation(organisation_id=lab.pk, by=officer, now=now)


def test_a_visitor_can_neither_register_nor_join(lab, now):
    visitor = Actor.anonymous()
    with pytest.raises(NotAllowed):
        join_organisation(organisation_id=lab.pk, by=visitor, now=now)
    with pytest.raises(NotAllowed):
        register_organisation(name="X", kind=OrganisationKind.OTHER, by=visitor, now=now)
