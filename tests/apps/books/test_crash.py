"""Killed, or with a full disk, at every commit: what was told stands, and the rest can be repeated.

The story (``crashing.py``) has an entry of each kind. For each of its commits the process is killed
just before and just after, the disk is full, and the server is killed; on SQLite the process is
also killed before each statement. Not every point is tried in every run: see ``step``.
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
from tests.nightly import size
from tests.services.postgres import binaries

ROOT = Path(__file__).resolve().parents[3]
KILLED = -signal.SIGKILL
# A durable server takes its time to be killed and started: nightly, at each commit.
EACH = size(always=4, nightly=1)
DISTURBED = 3  # the database failed, and the command said so

needs_postgresql = pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
pytestmark = [pytest.mark.slow, pytest.mark.once]


def crash(fault: str, kind: str, home: Path, *, step: int = 1) -> list[dict[str, Any]]:
    """What was seen of every point."""
    url = "postgres://praya@127.0.0.1/postgres" if kind == "postgresql" else "sqlite:///nowhere"
    done = subprocess.run(
        [sys.executable, "-m", "tests.apps.books.crashing", fault, kind, str(home)],
        env={**os.environ, "DATABASE_URL": url, "CRASH_STEP": str(step)},
        cwd=ROOT,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["whole"]["wrong"] == []
    assert len(told["whole"]["book"]) == 13
    points = told["whole"]["statements" if fault == "statement" else "commits"]
    assert len(told["seen"]) == len(range(0, points, step))
    return told["seen"]


def check(seen: list[dict[str, Any]], *ends: int) -> None:
    """Nothing told is lost, the book verifies, and the story repeated leaves the same book."""
    for point in seen:
        assert point["left_wrong"] == [], point
        assert point["lost"] == [], point
        assert point["same"], point
    assert {point["ended"] for point in seen} <= set(ends), seen
    # The fault met commands at all points: what was told grows with them.
    told = [len(point["told"]) for point in seen]
    assert told == sorted(told)
    assert len(set(told)) >= 4
    assert told[-1] >= 8


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_at_a_commit_on_sqlite(when, tmp_path):
    check(crash(when, "sqlite", tmp_path), KILLED)


def test_a_process_killed_at_a_statement_on_sqlite(tmp_path):
    check(crash("statement", "sqlite", tmp_path, step=size(always=7, nightly=1)), KILLED)


def test_a_full_disk_at_a_commit_on_sqlite(tmp_path):
    check(crash("full", "sqlite", tmp_path), DISTURBED)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_really_full_disk_at_a_commit_on_sqlite(tmp_path):
    check(crash("full", "disk", tmp_path), DISTURBED)


@needs_postgresql
@pytest.mark.postgresql
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_killed_at_a_commit_on_postgresql(when, tmp_path):
    check(crash(when, "postgresql", tmp_path, step=EACH), KILLED)


@needs_postgresql
@pytest.mark.postgresql
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_server_killed_at_a_commit_on_postgresql(when, tmp_path):
    check(crash(f"server-{when}", "postgresql", tmp_path, step=EACH), DISTURBED, 0)


@needs_postgresql
@pytest.mark.postgresql
def test_a_full_disk_at_a_commit_on_postgresql(tmp_path):
    check(crash("full", "postgresql", tmp_path, step=EACH), DISTURBED)
