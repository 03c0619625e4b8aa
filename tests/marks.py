"""Marks that several suites share."""

from __future__ import annotations

import pytest
from tests.services.postgres import binaries

needs_postgresql = pytest.mark.skipif(binaries() is None, reason="PostgreSQL is not installed")
