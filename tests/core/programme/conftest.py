"""The example programmes as fixtures."""

from __future__ import annotations

import pytest
from tests.core.programme.example_programmes import example_rules

from praya.core.programme.document import ProgrammeRules


@pytest.fixture(scope="session")
def harbour() -> ProgrammeRules:
    return example_rules("harbour")


@pytest.fixture(scope="session")
def campus() -> ProgrammeRules:
    return example_rules("campus")
