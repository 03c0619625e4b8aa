"""Who acts, and who is appointed to what."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from praya.apps.people.models import Person
from praya.apps.programmes.access import (
    check_may_appoint,
    check_may_see_appointments,
)
from praya.apps.programmes.models import Appointment
from praya.apps.programmes.queries.versions import programme_of
from praya.core.actor import EVERY_PROGRAMME, Actor, Role
from praya.core.refusal import NotFound


def actor_for(person: Person | None, now: datetime) -> Actor:
    """The person as an actor, with the appointments in force now; anonymous for nobody."""
    if person is None or not person.is_active:
        return Actor.anonymous()
    held = Appointment.objects.filter(_in_force(now), person=person)
    appointments = {
        (code, Role(role)) for code, role in held.values_list("programme__code", "role")
    }
    if person.is_site_admin:
        appointments.add((EVERY_PROGRAMME, Role.ADMIN))
    return Actor(
        person_id=person.pk, name=person.recorded_name, appointments=frozenset(appointments)
    )


def people_holding(programme_code: str, role: Role, now: datetime | None = None) -> list[Person]:
    """Active people who hold a role in a programme: at ``now``, or not ended at all."""
    in_force = Q(until=None) if now is None else _in_force(now)
    held = Appointment.objects.filter(in_force, programme__code=programme_code, role=role.value)
    return list(Person.objects.filter(is_active=True, pk__in=held.values("person_id")))


def appointments_visible_to(
    actor: Actor, programme_code: str, *, now: datetime
) -> list[Appointment]:
    """Appointments in force, by role and name; raises ``NotAllowed``, ``NotFound``."""
    programme = programme_of(programme_code)
    check_may_see_appointments(actor, programme_code)
    return list(
        programme.appointments.filter(_in_force(now))
        .select_related("person")
        .order_by("role", "person__name", "person__email", "id")
    )


def appointment_of(appointment_id: int) -> Appointment:
    """An appointment with its person and programme; raises ``NotFound``."""
    found = (
        Appointment.objects.select_related("person", "programme").filter(pk=appointment_id).first()
    )
    if found is None:
        raise NotFound(kind="appointment", key=str(appointment_id))
    return found


def person_of(person_id: int) -> Person:
    """A person, for a command that appoints them; raises ``NotFound``."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound(kind="person", key=str(person_id))
    return person


def person_to_appoint(actor: Actor, email: str) -> Person:
    """The person with an e-mail address, told to who may appoint.

    Raises:
        NotAllowed, NotFound

    """
    check_may_appoint(actor)
    person = Person.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise NotFound(kind="person", key=email.strip())
    return person


def _in_force(now: datetime) -> Q:
    return Q(since__lte=now) & (Q(until=None) | Q(until__gt=now))
