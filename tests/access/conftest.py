"""The walk happens on a day in March 2026, whichever way a module takes the hour."""

from __future__ import annotations

import sys

import pytest
from tests.access.place import Place, make_place

from praya.words import clock


@pytest.fixture
def place(db, monkeypatch: pytest.MonkeyPatch, now) -> Place:
    """The site, with the clock standing still."""
    from django.urls import get_resolver

    assert get_resolver().url_patterns  # every module that takes the hour is there
    moving = clock.now
    for name, module in list(sys.modules.items()):
        if name.startswith("praya.") and getattr(module, "now", None) is moving:
            monkeypatch.setattr(module, "now", lambda: now)
    return make_place(now)
