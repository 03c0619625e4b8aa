"""Sixteen processes issue at the same instant: numbers have no gaps and no twins."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.at_once import pressed
from tests.marks import needs_postgresql

PRESS = Path(__file__).with_name("press_issue.py")
PROCESSES = 16
# Each test brings its own database.
pytestmark = [pytest.mark.once, pytest.mark.slow]


def test_numbers_have_no_gaps_on_sqlite(tmp_path):
    check_numbers(f"sqlite://{tmp_path}/praya.sqlite3", tmp_path)


@needs_postgresql
@pytest.mark.postgresql
def test_numbers_have_no_gaps_on_postgresql(postgresql, tmp_path):
    check_numbers(postgresql, tmp_path)


def check_numbers(database_url: str, home: Path) -> None:
    # Six invoices, and of two credit notes by each process every other one.
    assert pressed(PRESS, PROCESSES, database_url, home) == {
        "refused": PROCESSES,
        "numbers": list(range(1, 6 + PROCESSES + 1)),
        "invoices": 6,
        "adds_up": True,
        "holds": True,
    }
