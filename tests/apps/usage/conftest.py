"""A site with a programme, money and machines; awards are made by each test."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.awarding import make_site

from praya.apps.programmes.models import Programme


@pytest.fixture
def programme(db, now: datetime) -> Programme:
    """The small programme with its desk, funding and 8 H800 cards."""
    return make_site(now)
