"""More runs than a database takes values in one question are asked for all the same."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from django.db import connection
from tests.apps.enforcement.conftest import CODE
from tests.apps.enforcement.test_reserving import lease, leased_run  # noqa: F401 -- fixtures

from praya.apps.usage.commands import measure_leased_runs
from praya.apps.usage.models import SetAside, UsageRecord
from praya.apps.usage.queries.completeness import aside_by_key

FEW = 100  # SQLite takes 32,766 as it comes, PostgreSQL as many as there are


@pytest.fixture
def few_values(db):
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    was = raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, FEW)
    yield
    raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, was)


def test_why_many_runs_were_set_aside(award, now, few_values):
    SetAside.objects.create(
        key="7", award=award, cluster_code=CODE, job_id="7", member="mei", card_seconds=1,
        ended_at=now, why="node-failed", is_refund=True, received_at=now,
    )  # fmt: skip

    assert aside_by_key(str(number) for number in range(FEW + 1)) == {"7": ("node-failed", True)}


def test_many_runs_on_a_lease_are_measured(lease, leased_run, now, few_values):  # noqa: F811 -- above
    runs = [replace(leased_run, key=str(number)) for number in range(FEW + 1)]
    told = {"cluster_code": CODE, "lines": {leased_run.account: lease.lines.get()}, "now": now}

    assert measure_leased_runs(runs=runs[:1], **told) == 1
    assert measure_leased_runs(runs=runs, **told) == FEW

    assert UsageRecord.objects.count() == FEW + 1
