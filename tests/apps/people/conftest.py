"""People to act in these tests."""

from __future__ import annotations

import pytest

from praya.apps.people.commands import add_person
from praya.core.actor import Actor


@pytest.fixture
def person_named(db, now):
    def make(name):
        return add_person(
            email=f"{name.lower()}@harbour.example", name=name, by=Actor.praya("tests"), now=now
        )

    return make


@pytest.fixture
def actor_named(person_named):
    def make(name, *appointments):
        person = person_named(name)
        return Actor(person_id=person.pk, name=name, appointments=frozenset(appointments))

    return make
