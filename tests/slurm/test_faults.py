"""A real Slurm that fails: nothing is lost, nothing is said that is not known, and it heals."""

import multiprocessing
import os
import shutil
import signal
import threading
import time

import pytest
from tests.slurm.conftest import H800, ON_SLURM, instant, until

from praya.core.execution.counters import lost_by, shown_by
from praya.core.execution.limits import ALL_MODELS, Wanted
from praya.core.execution.port import EngineUnavailable, JobOrder, JobState, Outage
from praya.core.execution.reconciling import reconcile
from praya.engines.slurm import SlurmEngine
from praya.engines.slurm.command import Programs

pytestmark = ON_SLURM


@pytest.fixture
def hasty(cluster, slurm, tmp_path):
    """The same engine, which waits three seconds for an answer and no more."""
    programs = Programs(cluster.environment["SLURM_CONF"], read_s=3, write_s=3)
    return SlurmEngine(tmp_path / "engine", settings=slurm.settings, programs=programs)


def outage(ask):
    with pytest.raises(EngineUnavailable) as caught:
        ask()
    return caught.value.cause


def usage(award):
    now = instant()
    return award.slurm.usage(since=now - 600, until=now + 60, accounts=[award.name])


def test_without_its_controller_nothing_is_said_and_then_it_heals(award):
    award.hold()
    award.cluster.stop("slurmctld")

    assert outage(award.slurm.observe) in (Outage.CONTROLLER, Outage.SILENT)
    # The database still takes changes; the controller learns of them when it is back.
    stricter = award.cluster.ask(
        "sacctmgr", "-i", "modify", "account", award.name, "set", "GrpTRESMins=gres/gpu=1"
    )
    assert "Modified" in stricter
    award.cluster.start_all()

    assert award.account().limit_s[ALL_MODELS] == 60
    award.hold()


@pytest.mark.parametrize("daemon", ["slurmdbd", "mariadbd"])
def test_without_its_database_limits_hold_and_use_comes_late_but_whole(award, daemon):
    award.hold(cards_at_once=4)
    award.cluster.stop(daemon)

    assert outage(award.slurm.observe) is Outage.DATABASE
    assert outage(lambda: usage(award)) is Outage.DATABASE
    job = award.submit("--gres=gpu:4", "--time=1", script="sleep 1")
    too_many = award.submit("--gres=gpu:5", "--time=1")
    until(lambda: award.state(job), lambda said: said.startswith("COMPLETED"))
    assert award.state(too_many).startswith("PENDING Assoc")
    award.cluster.start_all()

    [run] = until(lambda: usage(award).ended, bool)
    assert (run.job_id, run.cards) == (job, 4)
    assert award.hold().found.steps == ()


@pytest.mark.parametrize("daemon", ["slurmdbd", "slurmctld"])
def test_a_daemon_that_hangs_is_not_waited_for(award, hasty, daemon):
    award.hold()
    award.cluster.freeze(daemon)
    try:
        began = time.monotonic()
        cause = outage(hasty.observe)
        took_s = time.monotonic() - began
    finally:
        award.cluster.thaw(daemon)

    assert cause is Outage.SILENT
    assert took_s < 10
    assert award.hold().found.steps == ()


def test_a_slow_answer_is_an_answer(award):
    award.hold()
    award.cluster.freeze("slurmdbd")
    timer = threading.Timer(10, award.cluster.thaw, ["slurmdbd"])
    timer.start()

    began = time.monotonic()
    done = award.hold()

    timer.join()
    assert done.found.steps == ()
    assert time.monotonic() - began >= 9


def _reconcile(home, settings, wanted, now):
    reconcile(SlurmEngine(home, settings=settings), wanted, now=now)


def test_a_reconcile_killed_anywhere_is_finished_by_the_next(award):
    names = [f"{award.name}-{number}" for number in range(60)]
    now = instant()

    def wanted(left_s):
        """Each with another allowance, so that it takes as many calls as there are accounts."""
        return [
            Wanted(**award.facts | {"account": name, "left_s": {H800: left_s + 60 * number}})
            for number, name in enumerate(names)
        ]

    killed = 0
    for after_s, left_s in ((0.1, 60_000), (0.25, 6_000), (0.5, 30_000)):
        arguments = (award.slurm.home, award.slurm.settings, wanted(left_s), now)
        child = multiprocessing.get_context("fork").Process(target=_reconcile, args=arguments)
        child.start()
        child.join(after_s)
        killed += child.is_alive()
        child.kill()
        child.join()

        seen = award.slurm.observe().accounts
        made = [seen[name] for name in names if name in seen]
        assert all(one.limit_s or not one.members for one in made), "usable without a limit"

    done = reconcile(award.slurm, wanted(30_000), now=now)

    assert killed >= 1, "none was killed in the middle"
    assert done.left.steps == ()
    assert reconcile(award.slurm, wanted(30_000), now=now).found.steps == ()


def test_a_lost_counter_gives_nobody_more_than_is_left(award):
    award.hold()
    award.submit("--gres=gpu:h800:8", "--time=1", script="sleep 20")
    [run] = until(lambda: usage(award).ended, bool)
    left_s = 36_000 - run.card_seconds
    award.hold(left_s={H800: left_s}, charged_s={H800: run.card_seconds})
    assert award.account().limit_s[ALL_MODELS] == 36_000

    award.cluster.stop("slurmctld")
    shutil.rmtree(award.cluster.home / "state")
    (award.cluster.home / "state").mkdir()
    shutil.chown(award.cluster.home / "state", "slurm", "slurm")
    award.cluster.start_all()
    award.hold()

    account = award.account()
    assert (account.counted_s[ALL_MODELS], account.limit_s[ALL_MODELS]) == (0, 0)
    award.hold(lost_s=lost_by(award.facts["charged_s"], shown_by(account)))
    assert award.account().limit_s[ALL_MODELS] == left_s // 60 * 60
    assert [run] == list(usage(award).ended), "what was used is told as before"


def test_a_submission_without_an_answer_is_found_again(cluster, slurm, tmp_path):
    order = JobOrder(
        key="J-7.1",
        argv=("sh", "-c", f"echo ran >> {tmp_path}/trace"),
        device_model=H800,
        slots=(0,),
        time_limit_s=30,
        grace_s=1,
    )
    slurm.start(order)
    (slurm.home / "jobs/J-7.1/submitted.json").unlink()
    assert slurm.poll(["J-7.1"])["J-7.1"].state is JobState.ABSENT, "so it is started again"

    slurm.start(order)

    until(lambda: slurm.poll(["J-7.1"])["J-7.1"].state, lambda state: state.is_final)
    assert (tmp_path / "trace").read_text() == "ran\n"


def test_a_job_whose_node_dies_is_lost_and_its_folder_says_until_when(cluster, slurm):
    order = JobOrder(
        key="J-8.1",
        argv=("sleep", "60"),
        device_model="ascend-910b",
        partition="ascend910b",
        slots=(0,),
        time_limit_s=90,
        grace_s=1,
    )
    slurm.start(order)
    until(lambda: slurm.poll(["J-8.1"])["J-8.1"].state, lambda state: state == "running")
    pid = slurm._folder("J-8.1").read("claim")["pid"]
    os.kill(pid, signal.SIGKILL)

    report = until(lambda: slurm.poll(["J-8.1"])["J-8.1"], lambda report: report.state.is_final)

    assert report.state is JobState.LOST
    assert slurm.poll(["J-8.1"])["J-8.1"] == report
