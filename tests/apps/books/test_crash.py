"""Killed, or with a full disk, at every commit: what was told stands, and the rest can be repeated.

The story (``crashing.py``) has an entry of each kind. At each of its commits the process is killed
just before or just after, or the disk is full, or the server is killed: in every run each commit
(on PostgreSQL every other one) meets one of them, nightly all. On SQLite the process is also killed
before its statements.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.apps.books.crash_story import ENTRIES, STORY
from tests.marks import needs_postgresql
from tests.nightly import NIGHTLY, size
from tests.simulation.asking import KINDS

ROOT = Path(__file__).resolve().parents[3]
KILLED = -signal.SIGKILL
DISTURBED = 3  # the database failed, and the command said so
ENDS = {
    "before": {KILLED},
    "after": {KILLED},
    "statement": {KILLED},
    "full": {DISTURBED},
    "server-before": {DISTURBED},
    # The last command may have had its answer.
    "server-after": {DISTURBED, 0},
}

pytestmark = [pytest.mark.slow, pytest.mark.once]


def crash(kind: str, home: Path, *faults: str, step: int = 1) -> list[dict[str, Any]]:
    """What was seen of every point."""
    url = "postgres://praya@127.0.0.1/postgres" if kind == "postgresql" else "sqlite:///nowhere"
    chosen = {"CRASH_ALL": "1" if NIGHTLY else "", "CRASH_STEP": str(step)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.apps.books.crashing", kind, str(home), *faults],
        env={**os.environ, "DATABASE_URL": url, **chosen},
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["whole"]["wrong"] == []
    assert len(told["whole"]["book"]) == ENTRIES
    tried = told["points"] * (len(faults) if NIGHTLY else 1)
    assert len(told["seen"]) == len(range(0, tried, step))
    return told["seen"]


def check(seen: list[dict[str, Any]]) -> None:
    """Nothing told is lost, the book verifies, and the story repeated leaves the same book."""
    for point in seen:
        assert point["left_wrong"] == [], point
        assert point["lost"] == [], point
        assert point["same"], point
        assert point["ended"] in ENDS[point["fault"]], point
    # The fault met commands at all points: what was told grows with them.
    told = [len(point["told"]) for point in seen]
    assert told == sorted(told)
    assert len(set(told)) >= 4
    assert told[-1] >= len(STORY) // 2


def test_the_story_has_an_entry_of_each_kind():
    assert {type(asked) for asked in STORY} == set(KINDS)


def test_a_process_killed_and_a_full_disk_at_each_commit_on_sqlite(tmp_path):
    check(crash("sqlite", tmp_path, "before", "after", "full"))


def test_a_process_killed_at_a_statement_on_sqlite(tmp_path):
    check(crash("sqlite", tmp_path, "statement", step=size(always=61, nightly=1)))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_really_full_disk_at_a_commit_on_sqlite(tmp_path):
    check(crash("disk", tmp_path, "full", step=size(always=4, nightly=1)))


@needs_postgresql
@pytest.mark.postgresql
def test_a_process_and_a_server_killed_and_a_full_disk_at_each_commit_on_postgresql(tmp_path):
    faults = ("before", "server-before", "after", "full", "server-after")
    check(crash("postgresql", tmp_path, *faults, step=size(always=2, nightly=1)))
