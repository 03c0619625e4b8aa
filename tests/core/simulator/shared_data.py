"""Where public logs lie that may be used for checks and not shipped: ``PRAYA_TEST_DATA``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("PRAYA_TEST_DATA", CHECKOUT.parent / "shared" / "data"))


def shared_file(name: str) -> Path:
    """A file of that folder; the test is skipped, by name, where it is missing."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"{name} is not in {FOLDER}; set PRAYA_TEST_DATA")
    return path
