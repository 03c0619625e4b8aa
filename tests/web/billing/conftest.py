"""The house of ``cases``."""

from __future__ import annotations

import pytest
from tests.apps.billing.cases import House, make_house


@pytest.fixture
def house(db: None) -> House:
    """The lease of February, charged to its end."""
    return make_house()
