"""Many clicks at the same instant, from several processes: one submission, one draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.at_once import pressed
from tests.marks import needs_postgresql

PRESS = Path(__file__).with_name("press_submit.py")
CLICKS = 3
# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.slow]


def test_clicks_at_once_do_one_thing_on_sqlite(tmp_path):
    check_clicks(f"sqlite://{tmp_path}/praya.sqlite3", tmp_path)


@needs_postgresql
@pytest.mark.postgresql
def test_clicks_at_once_do_one_thing_on_postgresql(postgresql, tmp_path):
    check_clicks(postgresql, tmp_path)


def check_clicks(database_url: str, home: Path) -> None:
    told = pressed(PRESS, CLICKS, database_url, home)

    assert [len(told["submitted"]), len(told["begun"])] == [CLICKS, CLICKS]
    assert len(set(told["submitted"])) == 1
    assert len(set(told["begun"])) == 1
    assert told["there"] == [1, 1, 3]
