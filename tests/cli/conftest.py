"""The program as a person runs it, on a data directory or against a server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.running import Said, say

from praya.words import clock

Praya = Callable[..., Said]


@pytest.fixture(autouse=True)
def _own_tokens(monkeypatch, tmp_path: Path) -> None:
    """Nobody's tokens, settings or language leak into a test."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    for name in ("PRAYA_TOKEN", "PRAYA_SERVER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def praya(db, capsys, monkeypatch, now: datetime) -> Praya:
    """``praya("jobs", "--json")`` in this process, on the database of the test."""
    monkeypatch.setattr(clock, "now", lambda: now)

    def run(*arguments: object, typed: str = "") -> Said:
        return say(arguments, capsys=capsys, monkeypatch=monkeypatch, typed=typed)

    return run
