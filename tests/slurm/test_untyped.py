"""A real Slurm that gives its cards no type: one limit holds, and what is used is of one model."""

from __future__ import annotations

import pytest
from tests.slurm.cluster import private_cluster
from tests.slurm.configuration import Group
from tests.slurm.conftest import H800, ON_SLURM, USERS, Award, instant, until

from praya.core.execution.discovery import UNTYPED, PartitionSeen
from praya.core.execution.limits import ALL_MODELS
from praya.engines.slurm import Settings, SlurmEngine

pytestmark = ON_SLURM


@pytest.fixture
def plain(tmp_path, may_run_slurm):
    """An award on a Slurm with one machine of four cards of no type."""
    with private_cluster((Group("plain", "", 4, 1),)) as cluster:
        cluster.add_user(USERS[0])
        conf = cluster.environment["SLURM_CONF"]
        settings = Settings(cluster=cluster.name, conf=conf, models={UNTYPED: H800}, is_held=True)
        yield Award(cluster, SlurmEngine(tmp_path / "engine", settings=settings), "aw-plain")


def test_cards_without_a_type_are_found_held_and_counted(plain):
    slurm, since = plain.slurm, instant() - 60
    found = slurm.discover()
    part = PartitionSeen("plain", ("plain01",), True, True, 7 * 86_400, {UNTYPED: 4})
    assert (found.kinds, found.partitions) == ((UNTYPED,), (part,))
    unmet = [check.code for check in slurm.check_settings() if not check.is_met]
    assert unmet == ["setting.user"], "asked as root"

    plain.hold(members=frozenset(USERS[:1]), left_s={H800: 3600})
    assert plain.account().limit_s == {ALL_MODELS: 3600}

    fits = plain.submit("--gres=gpu:2", "--time=10")
    beyond = plain.submit("--gres=gpu:2", "--time=30")
    until(lambda: plain.state(fits), lambda said: said.startswith("RUNNING"))
    until(lambda: plain.state(beyond), lambda said: said == "PENDING AssocGrpGRESMinutes")
    [run] = until(lambda: slurm.usage(since=since, until=instant()).in_flight, bool)
    assert (run.job_id, run.device_model, run.cards) == (fits, H800, 2)
    assert {one.job_id: one.device_model for one in slurm.alive()} == {fits: H800, beyond: H800}
