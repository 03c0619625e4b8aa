"""What is stale says so wherever it is shown, and since when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.enforcement.conftest import CODE, award, harbour  # noqa: F401 -- fixtures
from tests.apps.enforcement.test_watching import alive, watch
from tests.awarding import lead_of
from tests.factories import appointed, person_behind

from praya.apps.enforcement.commands import (
    follow_cluster,
    read_accounts,
    stop_enforcing,
    watch_jobs,
)
from praya.core.actor import Role
from praya.core.execution.port import EngineUnavailable
from praya.words.jobs import instant


@pytest.fixture
def away(harbour, award, now):  # noqa: F811 -- the fixtures
    """A cluster that told of everything once, and some minutes later answers nothing."""
    follow_cluster(code=CODE, now=now)
    read_accounts(code=CODE, now=now)
    watch(harbour, now, alive("7"))
    harbour.is_away = True
    since = now + timedelta(minutes=7)
    for asked in (follow_cluster, read_accounts, watch_jobs):
        with pytest.raises(EngineUnavailable):
            asked(code=CODE, now=since)
    return since


def test_every_page_with_figures_of_a_silent_cluster_says_since_when(client, away, award, now):  # noqa: F811
    client.force_login(person_behind(lead_of(award, now)))
    accounts = (
        f"harbour has not answered since {instant(away)} when asked for its accounts. What was "
        f"used there is as of {instant(now)}"
    )
    job = (
        f"So it stood at {instant(now)}: the cluster has not told of its jobs since {instant(away)}"
    )

    def shown(page):
        return client.get(page).content.decode().lower()

    assert accounts.lower() in shown(f"/awards/{award.code}/")
    assert job.lower() in shown(f"/clusters/{CODE}/jobs/7/")
    on_clusters = shown("/jobs/on-clusters/")
    assert accounts.lower() in on_clusters
    assert job.lower() in on_clusters
    assert job.lower() in shown("/api/v1/cluster-jobs")
    for path in ("/api/v1/awards", f"/api/v1/awards/{award.code}"):
        assert accounts.lower() in shown(path)


def test_an_operator_reads_it_first_and_nobody_once_it_answers(client, away, harbour, now):  # noqa: F811
    operator = appointed("pier", Role.OPERATOR, now)
    client.force_login(person_behind(operator))
    said = "answered since"
    assert said in client.get("/").content.decode()
    assert client.get(f"/clusters/{CODE}/held/").content.decode().count(said) == 2

    stop_enforcing(code=CODE, by=operator, now=now)
    for page in ("/", f"/clusters/{CODE}/held/"):
        assert said not in client.get(page).content.decode()
