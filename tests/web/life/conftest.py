"""Pages about the life of awards are looked at on the twentieth day of an award."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.apps.life.lives import day

from praya.words import clock


@pytest.fixture(autouse=True)
def _at_day_twenty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: day(20))


@pytest.fixture
def signed_in():
    def sign_in(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return sign_in
