"""Pages of programmes are looked at in the middle of the small programme's first batch."""

from __future__ import annotations

import pytest

from praya.words import clock


@pytest.fixture(autouse=True)
def _at_now(monkeypatch: pytest.MonkeyPatch, now) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
