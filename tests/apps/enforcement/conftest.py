"""A small programme, an award of ten card-hours whose lead has a user, and a linked cluster."""

from __future__ import annotations

import pytest
from tests.apps.enforcement.fakes import ObedientCluster
from tests.awarding import active_award, make_site
from tests.factories import make_admin

from praya.apps.enforcement import engines
from praya.apps.enforcement.commands import link_cluster, start_enforcing
from praya.apps.people.commands import set_unix_name

CODE = "harbour"


@pytest.fixture
def award(db, now):
    make_site(now)
    award = active_award(now, hours=10)
    set_unix_name(email=award.lead.email, name="mei", by=make_admin(now), now=now)
    return award


@pytest.fixture
def harbour(award, now, monkeypatch):
    """The cluster behind the link; a test may change its temper."""
    cluster = ObedientCluster()
    monkeypatch.setattr(engines, "reached", lambda *_, **__: cluster)
    by = make_admin(now)
    link_cluster(code=CODE, name="Harbour", by=by, now=now)
    start_enforcing(code=CODE, by=by, now=now)
    return cluster
