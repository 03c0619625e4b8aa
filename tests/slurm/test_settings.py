"""Settings without which limits do not hold: each is passed on a real Slurm and named."""

import shlex
from pathlib import Path

import pytest
from tests.slurm.conftest import H800, ON_SLURM, USERS, until

from praya.core.execution.discovery import Weight
from praya.core.execution.waiting import Holds
from praya.engines import slurm as slurm_engine

pytestmark = ON_SLURM
A, B, C = USERS
QUALITY = "praya-trial"


def unmet(award, weight=Weight.MUST):
    return {
        check.code: check
        for check in award.slurm.check_settings()
        if check.weight is weight and not check.is_met
    }


def begins(award, job):
    """Whether Slurm lets it begin, once it has looked at it."""
    looked = ("RUNNING", "PENDING Assoc", "PENDING QOS")
    return until(lambda: award.state(job), lambda said: said.startswith(looked))


def test_a_class_with_limits_of_its_own_passes_an_awards_and_is_named_until_it_has_none(award):
    ask = award.cluster.ask
    award.cluster.try_to("sacctmgr", "-i", "add", "qos", QUALITY)
    award.hold(left_s={H800: 60 * 60}, quality=QUALITY)
    too_much = ("--gres=gpu:2", "--time=60")
    assert begins(award, award.submit(*too_much)).startswith("PENDING AssocGrpGRESMinutes")
    assert unmet(award) == {}

    own = ("GrpTRESMins=gres/gpu=9999", "GrpSubmitJobs=99", "MaxSubmitJobsPerUser=9")
    ask("sacctmgr", "-i", "modify", "qos", QUALITY, "set", *own)

    assert begins(award, award.submit(*too_much, user=B)).startswith("RUNNING"), "it is passed"
    found = unmet(award)
    assert set(found) == {"setting.quality"}
    assert found["setting.quality"].found == (
        f"{QUALITY}: GrpTRESMins=gres/gpu=9999 GrpSubmitJobs=99"
    )
    program, *line = shlex.split(found["setting.quality"].line)
    ask(program, "-i", *line)
    assert unmet(award) == {}
    award.cluster.end_jobs()
    assert begins(award, award.submit(*too_much)).startswith("PENDING AssocGrpGRESMinutes")
    # A class that limits a user's own jobs is left alone: nobody is let in by it.
    running = award.submit("--gres=gpu:1", "--time=5", user=B)
    begins(award, running)
    award.facts |= {"members": frozenset({A})}
    award.slurm.apply(award.slurm.plan([award.wanted], award.slurm.observe(), now=0).steps)
    assert "AssocGrpSubmitJobsLimit" in award.refused("--gres=gpu:1", user=B)


def test_a_longest_time_of_a_class_passes_the_end_of_an_award_and_is_named(award, clock):
    award.cluster.try_to("sacctmgr", "-i", "add", "qos", QUALITY)
    ask = ("sacctmgr", "-i", "modify", "qos", QUALITY, "set")
    award.hold(ends_at=clock() + 1800, quality=QUALITY)
    award.cluster.ask(*ask, "MaxWall=2:00:00")
    try:
        assert begins(award, award.submit("--gres=gpu:1", "--time=60")).startswith("RUNNING")
        assert "setting.longest" in unmet(award, Weight.SHOULD)
    finally:
        award.cluster.ask(*ask, "MaxWall=-1")
    award.cluster.end_jobs()
    job = award.submit("--gres=gpu:1", "--time=60")
    assert begins(award, job) == "PENDING AssocMaxWallDurationPerJobLimit"
    [told] = [one for one in award.slurm.alive() if one.job_id == job]
    assert (told.holds, told.whose) == (Holds.TOO_LONG, "award")


@pytest.fixture
def names_kinds(cluster):
    """Praya's ``job_submit.lua`` in force, told of one partition only, as ``names_kinds()``."""
    conf = cluster.home / "etc/slurm.conf"
    before = conf.read_text()
    source = (Path(slurm_engine.__file__).parent / "job_submit.lua").read_text()
    empty = "local KIND_OF = {\n"

    def put():
        assert empty in source
        told = source.replace(empty, f'{empty}   ascend910b = "ascend910b",\n')
        (cluster.home / "etc/job_submit.lua").write_text(told)
        conf.write_text(f"{before}JobSubmitPlugins=lua\n")
        cluster.ask("scontrol", "reconfigure")

    yield put
    conf.write_text(before)
    cluster.ask("scontrol", "reconfigure")


def test_a_job_that_names_no_kind_of_card_gets_its_partitions_or_is_refused(award, names_kinds):
    award.hold(left_s={H800: 36_000})
    there = ("--partition=ascend910b", "--time=5")
    assert begins(award, award.submit("--gpus=8", *there)).startswith("RUNNING"), "not awarded"
    assert "setting.kinds" in unmet(award, Weight.SHOULD)
    award.cluster.end_jobs()

    names_kinds()

    assert "setting.kinds" not in unmet(award, Weight.SHOULD)
    for request in ("--gpus=8", "--gres=gpu:8", "--gpus-per-task=8", "--gres=gpu"):
        job = award.submit(request, *there, "--ntasks=1")
        assert begins(award, job) == "PENDING AssocGrpGRESMinutes", request
    assert "Say which kind of card" in award.refused("--gpus=2")
    assert begins(award, award.submit("--gpus=h800:2", "--time=5")).startswith("RUNNING")
    held = award.submit("--gres=gpu:h800:1", "--time=5", "--hold")
    changed = award.cluster.try_to("scontrol", "update", f"jobid={held}", "gres=gpu:8", user=A)
    assert changed.returncode == 1, "nor by changing it afterwards"
