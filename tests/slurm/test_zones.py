"""A real Slurm whose daemons are in another time zone than Praya."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tests.slurm.cluster import private_cluster
from tests.slurm.configuration import Group
from tests.slurm.conftest import H800, ON_SLURM, USERS, Award, instant
from tests.slurm.test_accounts import used  # noqa: F401 -- a fixture
from tests.slurm.test_reservations import bring, lease, reservations
from tests.slurm.test_site_faults import set_back, sum_up

from praya.core.execution.accounting import HOUR_S
from praya.engines.slurm import Settings, SlurmEngine

pytestmark = ON_SLURM


@pytest.fixture
def award(tmp_path, may_run_slurm):
    """An award on a Slurm in New York."""
    machines = (Group("h800n", "h800", 8, 2),)
    with private_cluster(machines, zone="America/New_York") as cluster:
        cluster.add_user(USERS[0])
        conf = cluster.environment["SLURM_CONF"]
        settings = Settings(cluster=cluster.name, conf=conf, models={"h800": H800}, is_held=True)
        yield Award(cluster, SlurmEngine(tmp_path / "engine", settings=settings), "aw-far")


def test_what_is_used_summed_and_set_aside_in_another_zone_is_at_its_instant(award, used):  # noqa: F811
    since = instant()
    log = (award.cluster.home / "log/slurmctld.log").read_text()
    assert not log.startswith(f"[{datetime.fromtimestamp(since, UTC):%Y-%m-%dT%H}"), "another hour"
    award.hold(members=frozenset(USERS[:1]))
    bring(award, lease(award, begins_at=since + HOUR_S, ends_at=since + 2 * HOUR_S))
    aside = reservations(award)[award.name]
    assert (aside.begins_at, aside.ends_at) == (since + HOUR_S, since + 2 * HOUR_S)
    waits = award.submit("--gres=gpu:1", "--time=1", "--begin=now+1hour")
    job = award.submit("--gres=gpu:h800:2", "--time=1", script="sleep 3")
    [run] = used(1)
    assert run.job_id == job
    assert since <= run.submitted_at <= run.began_at < run.ended_at <= instant()
    [alive] = award.slurm.alive()
    assert (alive.job_id, since <= alive.submitted_at <= instant()) == (waits, True)

    set_back(award.cluster, job, 2 * HOUR_S)
    sum_up(award.cluster)
    hour = (run.began_at - 2 * HOUR_S) // HOUR_S * HOUR_S
    after = -(-(run.ended_at - 2 * HOUR_S) // HOUR_S) * HOUR_S  # it may have run over an hour
    sums = award.slurm.totals(since=hour, until=after)
    told = [(one.device_model, one.card_seconds) for one in sums]
    assert told == [("", run.card_seconds), (H800, run.card_seconds)]
    assert award.slurm.totals(since=hour - 3 * HOUR_S, until=hour) == ()
