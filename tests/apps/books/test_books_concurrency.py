"""Sixteen processes at one line, some killed in the middle: the ceiling holds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.marks import needs_postgresql
from tests.services.postgres import private_server

HAMMER = Path(__file__).with_name("hammer.py")

PROCESSES = 16
KILLED = 5
# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.slow]


def test_processes_never_pass_the_ceiling_on_sqlite(tmp_path):
    check_the_ceiling(f"sqlite://{tmp_path}/book.sqlite3", tmp_path)


@needs_postgresql
@pytest.mark.postgresql
def test_processes_never_pass_the_ceiling_on_postgresql(postgresql, tmp_path):
    check_the_ceiling(postgresql, tmp_path)


def test_somebody_writes_while_the_book_is_proved_on_sqlite(tmp_path):
    check_a_writer_goes_on(f"sqlite://{tmp_path}/book.sqlite3", tmp_path)


@needs_postgresql
@pytest.mark.postgresql
def test_somebody_writes_while_the_book_is_proved_on_postgresql(tmp_path):
    with private_server() as url:
        check_a_writer_goes_on(url, tmp_path)


def hammer(database_url: str, home: Path, *arguments: str) -> dict[str, Any]:
    said = subprocess.run(
        [sys.executable, str(HAMMER), *arguments],
        env={**os.environ, "DATABASE_URL": database_url, "PRAYA_HOME": str(home)},
        text=True,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    return json.loads(said)


def check_a_writer_goes_on(database_url: str, home: Path) -> None:
    proved = hammer(database_url, home, "prove")

    assert proved == {"ok": True, "findings": [], "wrote": [True], "holds": ["meanwhile"]}


def check_the_ceiling(database_url: str, home: Path) -> None:
    seen = hammer(database_url, home, "ceiling", str(home))
    counted = seen["counted"]

    assert seen["ends"] == [-signal.SIGKILL] * KILLED + [0] * (PROCESSES - KILLED)
    assert (counted["ok"], counted["findings"], counted["zero"]) == (True, [], True)
    settled, in_flight, committed, free = counted["time"]
    assert (committed, settled + in_flight + free) == (20_000, 20_000)
    assert in_flight == counted["open_s"]
    assert min(settled, in_flight, free) >= 0
    words = [line.split() for line in seen["told"]]
    told = {
        word: {key for said, key in words if said == word} for word in ("held", "refused", "ended")
    }
    assert told["held"] <= set(counted["all"])  # no admitted job is lost
    assert not told["refused"] & set(counted["all"])
    assert not told["ended"] & set(counted["open"])
    assert told["held"]
    assert told["refused"]
    # A process that lived on told of every hold it has; only the killed may have one unsaid.
    unsaid = {key for key in counted["all"] if key not in told["held"]}
    assert all(int(key.split("-")[1]) < KILLED for key in unsaid)
    assert len(unsaid) <= KILLED
