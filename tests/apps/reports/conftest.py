"""A lease of ten days in February 2026 on two H800 cards, charged to its end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.apps.applications.cases import submitted
from tests.awarding import Given, active_award, make_site

from praya.apps.usage.commands import accrue_leases

BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 1 February in Hong Kong begins
TEN_DAYS = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 2, 10))


@pytest.fixture
def lease(db):
    make_site(BEGIN - timedelta(days=5))
    award = active_award(BEGIN - timedelta(days=1), lines=[TEN_DAYS])
    accrue_leases(now=BEGIN + timedelta(days=11))
    return award


@pytest.fixture
def make_submitted():
    """Somebody submits an application to the small programme at an instant."""

    def make(at):
        return submitted(at)

    return make
