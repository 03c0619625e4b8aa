"""Registering, joining and verifying organisations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from praya.apps.notices.models import Letter
from praya.apps.people.commands import (
    answer_join_request,
    change_registration,
    join_organisation,
    register_organisation,
    verify_organisation,
)
from praya.apps.people.letters import worded
from praya.apps.people.models import Affiliation, AuditLine
from praya.apps.people.queries import (
    managed_join_requests,
    members_of,
    organisations_of,
    registration_changes,
)
from praya.apps.people.rules import (
    AlreadyAsked,
    AlreadyVerified,
    EvidenceMissing,
    NameMissing,
    OrganisationKnown,
    RegistrationMoved,
    RegistrationUnchanged,
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


def test_a_number_of_a_country_s_register_is_known_under_any_part_of_it(lab, mei, now):
    numbered = {"kind": OrganisationKind.ENTERPRISE, "registry": "AIC", "registry_number": "91"}
    first = register_organisation(name="Canton", place="CN-GD", by=mei, now=now, **numbered)

    with pytest.raises(OrganisationKnown) as caught:
        register_organisation(name="Guangdong", place="CN", by=mei, now=now, **numbered)

    assert caught.value.facts["organisation_id"] == first.pk


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


def test_a_changed_registration_is_checked_anew_and_its_managers_are_told(
    lab, mei, actor_named, now
):
    officer = actor_named("Oscar", ("harbour", Role.OFFICER))
    verify_organisation(organisation_id=lab.pk, by=officer, now=now)
    moved = change_registration(
        organisation_id=lab.pk,
        place="CN-GD",
        evidence=" Certificate of 3 March ",
        by=officer,
        now=now,
    )

    was, now_is = "HK Companies Registry 123456", "CN-GD Companies Registry 123456"
    facts = {"before": was, "after": now_is, "evidence": "Certificate of 3 March"}
    assert (moved.place, moved.registry_number, moved.verified_at) == ("CN-GD", "123456", None)
    [line] = registration_changes(lab.pk)
    assert (line.by_id, line.facts) == (officer.person_id, {**facts, "was_verified": True})
    letter = Letter.objects.get(kind="organisation.registration_changed")
    _subject, text = worded(letter.kind, to=letter.to, facts=letter.facts)
    assert letter.to_id == mei.person_id
    assert all(fact in text for fact in facts.values())

    with pytest.raises(RegistrationMoved):
        verify_organisation(organisation_id=lab.pk, seen=was, by=officer, now=now)
    assert verify_organisation(organisation_id=lab.pk, seen=now_is, by=officer, now=now).verified_at


def test_a_registration_is_changed_by_whoever_may_with_evidence_to_something_new(
    lab, mei, actor_named, now
):
    def change(by=mei, **given):
        given = {"evidence": "The letter", "place": "CN-GD", **given}
        change_registration(organisation_id=lab.pk, by=by, now=now, **given)

    register_organisation(
        name="Canton",
        kind=OrganisationKind.ENTERPRISE,
        place="CN",
        registry="AIC",
        registry_number="91",
        by=mei,
        now=now,
    )
    with pytest.raises(NotFound):
        change_registration(organisation_id=0, evidence="x", by=mei, now=now)
    with pytest.raises(NotAllowed):
        change(by=actor_named("Otto"), evidence="")
    with pytest.raises(EvidenceMissing):
        change(evidence=" ", place="HK")
    with pytest.raises(RegistrationUnchanged):
        change(place="HK")
    with pytest.raises(OrganisationKnown):
        change(registry="aic", registry_number="91")
    lab.refresh_from_db()
    assert lab.registration == "HK Companies Registry 123456"
