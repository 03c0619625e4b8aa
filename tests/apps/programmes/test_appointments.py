"""Who is appointed, and what an appointment lets its holder be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.factories import appointed, make_admin, make_person, make_programme

from praya.apps.people.models import AuditLine
from praya.apps.programmes.commands import appoint, end_appointment
from praya.apps.programmes.models import Appointment
from praya.apps.programmes.queries import (
    actor_for,
    appointments_visible_to,
    people_holding,
    person_to_appoint,
)
from praya.apps.programmes.rules import PersonInactive, RoleNotInProgramme
from praya.core.actor import Actor, Role
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(now) -> Actor:
    make_programme(now)
    return make_admin(now)


def test_an_appointment_holds_from_its_first_instant_to_its_last(admin, now):
    person = make_person()
    facts = {"programme_code": "pier", "person_id": person.pk, "by": admin}
    made = appoint(role=Role.REVIEWER, now=now, **facts)
    assert actor_for(person, now - timedelta(seconds=1)).appointments == frozenset()
    assert actor_for(person, now).holds("pier", Role.REVIEWER)
    later = now + timedelta(days=1)
    end_appointment(appointment_id=made.pk, by=admin, now=later)
    assert actor_for(person, later - timedelta(seconds=1)).holds("pier", Role.REVIEWER)
    assert actor_for(person, later).appointments == frozenset()
    assert people_holding("pier", Role.REVIEWER) == []


def test_repeating_changes_nothing_and_a_new_appointment_follows_an_ended_one(admin, now):
    person = make_person()
    facts = {
        "programme_code": "pier",
        "person_id": person.pk,
        "role": Role.OFFICER,
        "by": admin,
        "now": now,
    }
    made = appoint(**facts)
    lines = AuditLine.objects.count()
    assert appoint(**facts).pk == made.pk
    assert AuditLine.objects.count() == lines
    end_appointment(appointment_id=made.pk, by=admin, now=now)
    lines = AuditLine.objects.count()
    end_appointment(appointment_id=made.pk, by=admin, now=now + timedelta(days=1))
    assert AuditLine.objects.count() == lines
    assert Appointment.objects.get(pk=made.pk).until == now
    assert appoint(**facts).pk != made.pk
    assert people_holding("pier", Role.OFFICER) == [person]


def test_refusals_come_in_order(admin, now):
    person = make_person(is_active=False)
    wrong = {"person_id": person.pk, "role": Role.ADMIN, "now": now}
    officer = appointed("pier", Role.OFFICER, now)
    with pytest.raises(NotAllowed):
        appoint(programme_code="none", by=officer, **wrong)
    with pytest.raises(NotFound):
        appoint(programme_code="none", by=admin, **wrong)
    with pytest.raises(PersonInactive):
        appoint(programme_code="pier", by=admin, **wrong)
    wrong["person_id"] = make_person("other@pier.example").pk
    with pytest.raises(RoleNotInProgramme):
        appoint(programme_code="pier", by=admin, **wrong)
    with pytest.raises(NotAllowed):
        end_appointment(appointment_id=0, by=officer, now=now)
    with pytest.raises(NotFound):
        end_appointment(appointment_id=0, by=admin, now=now)


def test_appointments_are_seen_by_those_who_should(admin, now):
    for role in (Role.OFFICER, Role.AUDITOR):
        assert len(appointments_visible_to(appointed("pier", role, now), "pier", now=now)) > 0
    assert len(appointments_visible_to(admin, "pier", now=now)) == 2
    for role in (Role.REVIEWER, Role.COMMITTEE, Role.OPERATOR, Role.FINANCE):
        with pytest.raises(NotAllowed):
            appointments_visible_to(appointed("pier", role, now), "pier", now=now)


def test_only_who_appoints_learns_who_has_signed_up(admin, now):
    person = make_person("mei@pier.example")
    assert person_to_appoint(admin, " MEI@pier.example ") == person
    with pytest.raises(NotAllowed):
        person_to_appoint(appointed("pier", Role.OFFICER, now), "mei@pier.example")
    with pytest.raises(NotFound):
        person_to_appoint(admin, "nobody@pier.example")


def test_a_closed_account_acts_as_nobody(admin, now):
    person = make_person()
    appoint(programme_code="pier", person_id=person.pk, role=Role.OFFICER, by=admin, now=now)
    person.is_active = False
    assert actor_for(person, now) == Actor.anonymous()
    person.save()
    assert people_holding("pier", Role.OFFICER) == []
