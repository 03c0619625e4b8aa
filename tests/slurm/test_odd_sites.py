"""What is odd at some sites: machines taken whole, odd states, users who are gone."""

from __future__ import annotations

import subprocess

from tests.slurm.conftest import H800, ON_SLURM, instant, until
from tests.slurm.test_accounts import used  # noqa: F401 -- a fixture

from praya.core.execution.limits import Obstacle, ObstacleKind
from praya.core.execution.reconciling import reconcile
from praya.core.execution.waiting import Holds

pytestmark = ON_SLURM
GONE = "praya-trial-gone"


def in_flight(award):
    now = instant()
    return award.slurm.usage(since=now, until=now + 60, accounts=[award.name]).in_flight


def test_a_job_that_takes_its_machine_whole_is_bound_and_charged_by_every_card_of_it(award, used):  # noqa: F811
    award.hold(left_s={H800: 1200}, cards_at_once=2, cards_by_model={H800: 2})
    whole = ("--exclusive", "--time=5")
    jobs = [award.submit(*whole, *cards, script="sleep 2") for cards in ([], ["--gres=gpu:1"])]
    brief = award.submit("--exclusive", "--gres=gpu:h800:1", "--time=1", script="sleep 2")

    def states():
        return [award.state(job) for job in (*jobs, brief)]

    waiting = ["PENDING AssocGrpGRESMinutes"] * 2 + ["PENDING AssocGrpGRES"]
    until(states, lambda said: said == waiting)
    award.hold(left_s={H800: 36_000}, cards_at_once=8, cards_by_model={H800: 8})
    [first, *_] = until(lambda: in_flight(award), bool)
    assert (first.device_model, first.cards) == (H800, 8)

    assert [(run.cards, run.device_model) for run in used(3)] == [(8, H800)] * 3


def test_what_is_held_back_after_it_ran_waits_and_is_told(award):
    award.hold()
    job = award.submit("--time=5")
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))
    award.cluster.ask("scontrol", "requeuehold", "state=SpecialExit", job)
    until(lambda: award.state(job), lambda said: said.startswith("SPECIAL_EXIT"))

    [one] = award.slurm.alive()

    told = one.job_id, one.reason, one.holds, one.began_at
    assert told == (job, "job requeued in held state", Holds.HELD, None)


def test_what_a_user_runs_who_is_deleted_meanwhile_is_theirs_to_the_end(award, used):  # noqa: F811
    cluster, name = award.cluster, award.cluster.add_user(GONE)
    award.hold(members=frozenset({name}))
    job = award.submit("--gres=gpu:h800:2", "--time=1", user=name, script="sleep 15")
    until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))
    # What runs as the user does not keep an operator from deleting them.
    done = subprocess.run(["userdel", "--force", name], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr

    [held] = until(lambda: in_flight(award), bool)
    assert (held.job_id, held.member, held.cards) == (job, name, 2)
    [seen] = [one for one in award.slurm.alive() if one.job_id == job]
    assert (seen.account, seen.cards) == (award.name, 2)
    [run] = used(1)
    assert (run.job_id, run.member, run.cards) == (job, name, 2)

    cluster.stop("slurmctld")
    cluster.start("slurmctld")  # it looks for every user anew
    found = reconcile(award.slurm, [award.wanted], now=instant()).left
    mine = [one for one in found.obstacles if one.account == award.name]
    assert (found.steps, mine) == ((), [Obstacle(ObstacleKind.MEMBER_UNKNOWN, award.name, name)])
    assert used(1) == [run]
