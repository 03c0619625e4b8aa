"""Several processes at the same instant: one acceptance, and no remainder promised twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.marks import needs_postgresql

PRESS = Path(__file__).with_name("press_accept.py")
CLICKS = 3
# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.slow]


def test_acts_at_once_keep_the_pools_ceiling_on_sqlite(tmp_path):
    check_acts(f"sqlite://{tmp_path}/praya.sqlite3", tmp_path)


@needs_postgresql
@pytest.mark.postgresql
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
