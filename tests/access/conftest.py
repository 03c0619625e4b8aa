"""The walk happens on a day in March 2026, whichever way a module takes the hour."""

from __future__ import annotations

import sys
from copy import deepcopy

import pytest
from tests.access.place import Place, make_place
from tests.apps.enforcement.fakes import ObedientCluster

from praya.words import clock


@pytest.fixture
def place(db, monkeypatch: pytest.MonkeyPatch, settings, now) -> Place:
    """The site, with the clock standing still; each who asks the Slurm finds it as it was."""
    from django.urls import get_resolver

    from praya.apps.enforcement import engines

    assert get_resolver().url_patterns  # every module that takes the hour is there
    moving = clock.now
    for name, module in list(sys.modules.items()):
        if name.startswith("praya.") and getattr(module, "now", None) is moving:
            monkeypatch.setattr(module, "now", lambda: now)
    cluster = ObedientCluster()
    with monkeypatch.context() as patch:
        patch.setattr(engines, "reached", lambda *_, **__: cluster)
        made = make_place(now, cluster)
    monkeypatch.setattr(engines, "reached", lambda *_, **__: deepcopy(cluster))
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 86_400  # a walk takes longer than five minutes
    return made
