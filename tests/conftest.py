"""What every test shares: a data directory of its own, and an instant to count from."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime

os.environ["PRAYA_HOME"] = tempfile.mkdtemp(prefix="praya-tests-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "praya.config.settings_tests")

import pytest


@pytest.fixture
def now() -> datetime:
    """An instant in the middle of the demo programme."""
    return datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
