"""Where public logs lie that may be used for checks and not shipped: ``PRAYA_TEST_DATA``."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
ASKED = "PRAYA_TEST_DATA" in os.environ
FOLDER = Path(os.environ.get("PRAYA_TEST_DATA", CHECKOUT.parent / "shared" / "data"))


def shared_file(name: str) -> Path:
    """A file of that folder; where it is missing the test is skipped, by name.

    Whoever names the folder wants the logs looked at: then the test fails.
    """
    path = FOLDER / name
    if not path.exists() and ASKED:
        pytest.fail(f"{name} is not in {FOLDER}, which PRAYA_TEST_DATA names")
    if not path.exists():
        pytest.skip(f"{name} is not in {FOLDER}; set PRAYA_TEST_DATA")
    return path
