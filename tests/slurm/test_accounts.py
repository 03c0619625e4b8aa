"""What a real Slurm says was used: every card-second once, whatever became of the job."""

import time
from dataclasses import replace
from functools import partial

import pytest
from tests.slurm.conftest import ASCEND, H800, ON_SLURM, USERS, instant, until

from praya.core.execution.accounting import RunEnd
from praya.core.execution.limits import Standing

pytestmark = ON_SLURM
A, B, C = USERS


@pytest.fixture
def used(award):
    """Wait until accounting tells of so many ended runs of the award; they come in order."""

    def wait(runs):
        def read():
            now = instant()
            return award.slurm.usage(since=now - 600, until=now + 60, accounts=[award.name])

        usage = until(read, lambda usage: len(usage.ended) >= runs)
        assert usage.unread == ()
        assert len(usage.ended) == runs, usage.ended
        return sorted(usage.ended, key=lambda run: (run.submitted_at, run.job_id))

    return wait


def test_a_run_is_in_one_of_two_reads_that_meet_where_it_ended(award, used):
    award.hold()
    award.submit("--gres=gpu:1", "--time=1", script="sleep 1")
    [run] = used(1)

    def read(since, until):
        return award.slurm.usage(since=since, until=until, accounts=[award.name]).ended

    for edge, after in ((run.ended_at, (run,)), (run.ended_at + 1, ())):
        assert read(edge, edge + 60) == after
        assert read(edge - 60, edge) == (() if after else (run,))


def told(run):
    return run.job_id, run.member, run.device_model, run.cards, run.end, run.exit_code, run.signal


def test_every_kind_of_job_comes_back_once(award, used):
    award.hold()
    odd = 'odd|name "with" \\ and\nline breaks 港 --x'
    failed = award.submit("--gres=gpu:h800:2", "--time=1", f"--job-name={odd}", script="exit 3")
    untyped = award.submit("--gres=gpu:1", "--time=1", "--job-name=-x", script="kill -SEGV $$")
    none = award.submit("--time=1", user=B, script="true")
    array = award.submit("--gres=gpu:1", "--time=1", "--array=1-2", script="sleep 1")
    het = award.submit(
        "--gres=gpu:h800:1", "--time=1", ":", "--gres=gpu:h800:2", "--time=1", script="sleep 1"
    )

    runs = used(7)

    assert sorted(map(told, runs)) == sorted(
        [
            (failed, A, H800, 2, RunEnd.FAILED, 3, 0),
            (untyped, A, H800, 1, RunEnd.FAILED, 0, 11),
            (none, B, "", 0, RunEnd.COMPLETED, 0, 0),
            (f"{array}_1", A, H800, 1, RunEnd.COMPLETED, 0, 0),
            (f"{array}_2", A, H800, 1, RunEnd.COMPLETED, 0, 0),
            (f"{het}+0", A, H800, 1, RunEnd.COMPLETED, 0, 0),
            (f"{het}+1", A, H800, 2, RunEnd.COMPLETED, 0, 0),
        ]
    )
    assert len({run.key for run in runs}) == 7
    assert used(7) == runs, "read again, the same"


def test_a_name_cannot_write_into_the_accounts(award, used):
    award.hold()
    forged = "x\n999999|999999|lab|root|h800|1|2|3|COMPLETED|1|1|gres/gpu=8|0:0|y"
    job = award.submit("--gres=gpu:1", "--time=1", f"--job-name={forged}", script="true")

    [run] = used(1)

    assert run.job_id == job


def test_a_requeued_job_is_two_runs_and_what_runs_is_in_flight(award, used):
    award.hold()
    job = award.submit("--gres=gpu:h800:4", "--time=5")
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))

    def in_flight():
        now = instant()
        return award.slurm.usage(since=now, until=now + 60, accounts=[award.name]).in_flight

    [alive] = until(in_flight, bool)
    assert (alive.job_id, alive.device_model, alive.cards) == (job, H800, 4)
    assert alive.time_limit_s == 300
    award.cluster.ask("scontrol", "requeue", job)
    [first] = used(1)
    assert (first.end, first.cards, first.nodes) == (RunEnd.REQUEUED, 4, 1)
    assert first.key == alive.key
    # Cancelled before it may begin again, it would be in no window, and nothing to charge.
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))
    award.cluster.ask("scancel", job)

    first_again, second = used(2)

    assert first_again == first
    assert (second.job_id, second.end) == (job, RunEnd.CANCELLED)
    assert second.key != first.key
    known = award.slurm.still_known({first.key, second.key})
    assert known == {second.key}, "the controller has what ended some minutes ago"


def test_who_cancelled_a_run_is_told(award, used):
    award.hold()
    award.cluster.ask("sacctmgr", "-i", "add", "user", C, "account=root", "adminlevel=operator")
    try:
        for user in (A, C):
            job = award.submit("--gres=gpu:1", "--time=5")
            has_run = ("squeue", "-h", "-j", job, "-o", "%M")
            until(partial(award.cluster.ask, *has_run), lambda said: said not in {"", "0:00"})
            award.cluster.ask("scancel", job, user=user)

        runs = used(2)
    finally:
        award.cluster.ask("sacctmgr", "-i", "delete", "user", C)
    assert [run.end for run in runs] == [RunEnd.CANCELLED, RunEnd.CANCELLED_BY_ANOTHER]


def test_srun_and_salloc_are_held_and_told_as_sbatch_is(award, used):
    award.hold()

    def each():
        asked = (f"--account={award.name}", "--gres=gpu:h800:2", "--time=1", "sleep", "1")
        return [award.cluster.try_to(one, *asked, user=A) for one in ("srun", "salloc")]

    assert [done.returncode for done in each()] == [0, 0]
    runs = used(2)
    assert {(run.member, run.device_model, run.cards, run.end) for run in runs} == {
        (A, H800, 2, RunEnd.COMPLETED)
    }
    assert all(run.held_s for run in runs)
    award.hold(standing=Standing.SUSPENDED)
    assert ["AssocGrpSubmitJobsLimit" in done.stderr for done in each()] == [True, True]


def test_a_job_that_makes_way_for_a_higher_class_is_told_for_what_it_held(award, used):
    award.hold(left_s={ASCEND: 36_000})
    sacctmgr = ("sacctmgr", "-i")
    award.cluster.ask(*sacctmgr, "add", "qos", "trial-high", "set", "preempt=normal")
    try:
        award.cluster.ask(*sacctmgr, "modify", "account", award.name, "set", "qos+=trial-high")
        all_cards = ("--partition=ascend910b", "--gres=gpu:ascend910b:8", "--time=1")
        low = award.submit(*all_cards, "--no-requeue")
        has_run = ("squeue", "-h", "-j", low, "-o", "%M")
        until(lambda: award.cluster.ask(*has_run), lambda said: said not in {"", "0:00"})
        high = award.submit(*all_cards, "--qos=trial-high", script="sleep 1")

        first, second = used(2)
    finally:
        award.cluster.end_jobs()
        award.cluster.ask(*sacctmgr, "delete", "qos", "trial-high")
    assert (first.job_id, first.cards, first.end) == (low, 8, RunEnd.PREEMPTED)
    assert (second.job_id, second.end) == (high, RunEnd.COMPLETED)
    assert first.card_seconds == 8 * (first.ended_at - first.began_at)


def test_what_never_began_holds_nothing(award, used):
    award.hold(left_s={H800: 60})
    job = award.submit("--gres=gpu:1", "--time=10")
    until(lambda: award.state(job), lambda said: said.startswith("PENDING Assoc"))
    award.cluster.ask("scancel", job)

    [run] = used(1)

    assert (run.began_at, run.held_s, run.card_seconds) == (None, 0, 0)
    assert run.end is RunEnd.CANCELLED


def test_time_while_suspended_is_not_held(award, used):
    award.hold()
    job = award.submit("--gres=gpu:1", "--time=10")
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))
    time.sleep(2)
    award.cluster.ask("scontrol", "suspend", job)
    until(lambda: award.state(job), lambda said: said.startswith("SUSPENDED"))
    time.sleep(3)
    award.cluster.ask("scontrol", "resume", job)
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))
    award.cluster.ask("scancel", job)

    [run] = used(1)

    assert 0 < run.held_s < run.ended_at - run.began_at


def test_a_member_who_lowers_the_limit_of_a_running_job_is_charged_for_what_it_held(award, used):
    award.hold()
    award.submit(
        "--gres=gpu:1", "--time=10", script="scontrol update jobid=$SLURM_JOB_ID timelimit=1"
    )

    [run] = used(1)

    assert run.time_limit_s == 60, "accounting has only the last limit"
    assert run.end is RunEnd.COMPLETED
    for held_s in (61, 360, 599):
        assert replace(run, held_s=held_s, allowed_s=600).charged_s == held_s


def test_a_dead_node_is_the_centres_fault(award, used):
    award.hold(left_s={ASCEND: 36_000})
    job = award.submit(
        "--partition=ascend910b", "--gres=gpu:ascend910b:8", "--time=5", "--no-requeue"
    )
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))
    award.cluster.ask("scontrol", "update", "nodename=ascn01", "state=down", "reason=trial")

    [run] = used(1)

    assert (run.device_model, run.cards, run.end) == (ASCEND, 8, RunEnd.NODE_FAILED)


def test_what_was_used_is_what_the_counter_says(award, used):
    award.hold()
    award.submit("--gres=gpu:h800:8", "--time=1", script="sleep 9")

    [run] = used(1)

    account = award.account()
    assert account.counted_s[H800] == run.card_seconds // 60 * 60
    assert award.hold(left_s={H800: 36_000 - run.card_seconds},
                      charged_s={H800: run.card_seconds}).found.steps == ()  # fmt: skip
