"""Many clicks at the same instant, from several processes: one submission, one draft."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.services.postgres import binaries, private_server

PRESS = Path(__file__).with_name("press_submit.py")
CLICKS = 3
# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    """A private server, for as long as this file's tests need it."""
    with private_server() as url:
        yield url


def test_clicks_at_once_do_one_thing_on_sqlite(tmp_path):
    check_clicks(f"sqlite://{tmp_path}/praya.sqlite3", tmp_path)


@pytest.mark.postgresql
@pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
def test_clicks_at_once_do_one_thing_on_postgresql(postgresql, tmp_path):
    check_clicks(postgresql, tmp_path)


def check_clicks(database_url: str, home: Path) -> None:
    environment = {**os.environ, "DATABASE_URL": database_url, "PRAYA_HOME": str(home)}

    def press(act: str) -> str:
        command = [sys.executable, str(PRESS), act]
        return subprocess.run(
            command, env=environment, text=True, stdout=subprocess.PIPE, check=True
        ).stdout.strip()

    press("prepare")
    with ThreadPoolExecutor(2 * CLICKS) as hands:
        submits = [hands.submit(press, "submit") for _ in range(CLICKS)]
        begins = [hands.submit(press, "begin") for _ in range(CLICKS)]
        time.sleep(3)  # all of them stand at the start
        (home / "go").touch()

    assert len({each.result() for each in submits}) == 1
    assert len({each.result() for each in begins}) == 1
    assert json.loads(press("count")) == [1, 1, 3]
