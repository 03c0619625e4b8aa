"""Pages of clusters are looked at on a day in March 2026."""

from __future__ import annotations

import pytest

from praya.words import clock


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
