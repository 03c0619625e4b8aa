"""The fixture behind ``@books``."""

from __future__ import annotations

import pytest
from tests.apps.books.telling import Teller, somebody

from praya.core.actor import Role


@pytest.fixture
def books(db, request: pytest.FixtureRequest) -> Teller:
    """A teller who has told the test's story, if it has one."""
    teller = Teller(somebody("officer", Role.OFFICER), somebody("finance", Role.FINANCE))
    teller.tell(getattr(request, "param", "fund research 1000.00\ncommit H-0001.1 100 50.00"))
    return teller
