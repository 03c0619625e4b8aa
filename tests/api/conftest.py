"""Callers of the API: by token, at the instant of the test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from tests.api.calling import Caller
from tests.factories import make_person, make_programme

from praya.apps.people.commands import make_token
from praya.apps.people.rules import TokenScope
from praya.apps.programmes.queries import actor_for
from praya.words import clock

As = Callable[..., Caller]


@pytest.fixture(autouse=True)
def _at_now(monkeypatch, now: datetime) -> None:
    """The API reads the same instant as the test."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def caller(db, now: datetime) -> As:
    """``caller("mei@pier.example")`` calls as somebody; ``caller()`` as nobody."""

    def calling(email: str = "", *, scope: TokenScope = TokenScope.WRITE) -> Caller:
        if not email:
            return Caller(Client())
        by = actor_for(make_person(email), now)
        _token, plain = make_token(
            person_id=by.person_id, name="tests", scope=scope, days=30, by=by, now=now
        )
        return Caller(Client(), plain)

    return calling


@pytest.fixture
def programme(db, now: datetime):
    """The small programme."""
    return make_programme(now)
