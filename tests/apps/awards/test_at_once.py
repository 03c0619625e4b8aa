"""Several processes at the same instant: one acceptance, and no remainder promised twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.at_once import pressed
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
    assert pressed(PRESS, CLICKS, database_url, home) == {
        "accepted": ["active"] * CLICKS,
        "decided": ["award", "award.pool_exhausted"],
        "commits": 1,
        "members": 1,
        "decisions": 2,
        "free": [500_000_00 - 241_920_00],
    }
