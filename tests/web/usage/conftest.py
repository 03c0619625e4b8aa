"""Pages about jobs are looked at on a day in March 2026."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.awarding import make_site

from praya.words import clock


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def programme(db, now):
    return make_site(now)


@pytest.fixture
def signed_in():
    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
