"""A new database gets its tables at once, and they are those that migrations make."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.overspend.sites import new_database

ROOT = Path(__file__).resolve().parents[2]


def _made(way: str, home: Path) -> dict[str, list[str]]:
    with new_database() as url:
        said = subprocess.run(
            [sys.executable, "-m", "tests.config.tables", way],
            env={**os.environ, "DATABASE_URL": url or f"sqlite://{home}/{way}.sqlite3"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    return json.loads(said.stdout)


@pytest.mark.slow
def test_tables_made_at_once_are_those_that_migrations_make(tmp_path):
    made = _made("at-once", tmp_path)

    assert made["migrations"]
    assert len(made) > 300
    assert made == _made("step-by-step", tmp_path)
