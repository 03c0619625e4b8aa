"""Several processes at the same instant: one acceptance, and no remainder promised twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.services.postgres import binaries, private_server

PRESS = Path(__file__).with_name("press_accept.py")
CLICKS = 3
# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """A private server, for as long as this file's tests need it."""
    with private_server() as url:
        yield url


def test_acts_at_once_keep_the_pools_ceiling_on_sqlite(tmp_path):
    check_acts(f"sqlite://{tmp_path}/praya.sqlite3", tmp_path)


@pytest.mark.postgresql
@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_acts_at_once_keep_the_pools_ceiling_on_postgresql(postgresql, tmp_path):
    check_acts(postgresql, tmp_path)


def check_acts(database_url: str, home: Path) -> None:
    said = subprocess.run(
        [sys.executable, str(PRESS), str(CLICKS)],
        env={**os.environ, "DATABASE_URL": database_url, "PRAYA_HOME": str(home)},
        text=True,
        stdout=subprocess.PIPE,
        check=True,
    ).stdout

    assert json.loads(said) == {
        "accepted": ["active"] * CLICKS,
        "decided": ["award", "award.pool_exhausted"],
        "commits": 1,
        "members": 1,
        "decisions": 2,
        "free": [500_000_00 - 241_920_00],
    }
