"""Accounts that others made, as they are called on a real Slurm, and what becomes of odd names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.slurm.conftest import H800, MODELS, ON_SLURM, USERS, until

from praya.core.execution.limits import Standing, Wanted
from praya.core.execution.names import is_name_of_others
from praya.core.execution.reconciling import reconcile, steps_back

pytestmark = ON_SLURM
NAMES = ("physics_lab.2", "l" + "ong" * 20, "計算")
ODD = ("two words", "bar|bar", "new\nline", "back\\slash", "quo'te")  # Slurm takes them all


@pytest.fixture
def faculty(cluster):
    """A faculty with a group, as a site has them, and accounts with names of every kind."""
    add = ("sacctmgr", "-i", "add", "account")
    cluster.try_to(*add, "mapped-faculty", "organization=physics")  # once for all tests
    told = ("parent=mapped-faculty", "organization=physics")
    for name in (*NAMES, *ODD):
        cluster.try_to(*add, f"name={name}", *told)
    cluster.try_to("sacctmgr", "-i", "add", "user", USERS[0], f"account={NAMES[0]}")
    # Nobody is taken out of the account that is theirs where none is named.
    cluster.try_to("sacctmgr", "-i", "add", "user", USERS[1], "account=mapped-faculty")


def wanted(account, **facts):
    told = {"programme": "mapped", "members": frozenset(USERS[:2]), "left_s": {H800: 3_600}}
    return Wanted(account=account, **told | facts)


def test_accounts_of_others_are_told_by_their_names(cluster, slurm, faculty):
    found = {one.name: one for one in slurm.of_others()}
    assert "root" not in found
    assert found["mapped-faculty"].below
    group = found[NAMES[0]]
    assert (group.parent, group.owner, group.below) == ("mapped-faculty", "physics", False)
    assert group.members == {USERS[0]}
    assert found.keys() >= {*NAMES, "two words"}
    passable = {name for name, one in found.items() if one.parent == "mapped-faculty"}
    assert {name for name in passable if is_name_of_others(name)} == {*NAMES}
    slurm.observe()  # what bars and line breaks make of the rows stops nothing


def test_jobs_of_accounts_with_odd_names_stop_nothing(cluster, slurm, faculty):
    odd = ODD[1:3]
    cluster.try_to("sacctmgr", "-i", "add", "user", USERS[1], f"account={','.join(odd)}")
    told = ("--parsable", "--hold", "--time=1", "--output=/dev/null")
    job = {"user": USERS[1], "said": "#!/bin/sh\ntrue\n"}
    numbers = [
        until(
            lambda name=name: cluster.try_to("sbatch", f"--account={name}", *told, **job),
            lambda done: done.returncode == 0,
        ).stdout.strip()
        for name in odd
    ]

    found = slurm.observe()
    alive = {one.job_id: one.account for one in slurm.alive()}

    cluster.ask("scancel", *numbers)
    assert found.others >= {"mapped-faculty"}
    assert [alive[number] for number in numbers] == list(odd)


def test_they_are_held_read_and_given_back_under_their_own_names(cluster, slurm, faculty, clock):
    also = frozenset(NAMES)
    was = {name: slurm.observe(also=also).accounts[name] for name in NAMES}
    owners = {name: slurm.take_over(name) for name in NAMES}
    own = wanted("mapped-1", standing=Standing.SUSPENDED, is_kept=True)

    done = until(  # Slurm loses some of the members that are added at once
        lambda: reconcile(slurm, [*map(wanted, NAMES), own], now=clock()),
        lambda done: not done.left.steps,
    )

    mine = [one for one in done.left.obstacles if one.account in {*NAMES, "mapped-1"}]
    assert (done.not_taken, mine) == ((), [])
    assert "mapped-1" not in done.observed.accounts, "what is only kept is not made"
    jobs = {
        cluster.ask(
            "sbatch", "--parsable", f"--account={name}", "--gres=gpu:h800:1", "--time=1",
            "--output=/dev/null", user=USERS[1], said="#!/bin/sh\nsleep 30\n",
        ): name
        for name in NAMES
    }  # fmt: skip
    alive = until(
        lambda: {one.job_id: one.account for one in slurm.alive() if one.job_id in jobs},
        lambda seen: seen.keys() == jobs.keys(),
    )
    assert alive == jobs
    cluster.ask("scancel", *jobs)
    accounts = until(
        slurm.observe,
        lambda seen: not any(seen.accounts[name].members[USERS[1]].running for name in NAMES),
    ).accounts

    for name, owner in owners.items():
        slurm.give_back(name, owner)
    steps = [steps_back(accounts[name], was[name], device_models=MODELS.values()) for name in NAMES]
    assert slurm.apply([step for some in steps for step in some]) == ()
    seen = slurm.observe(also=also)
    assert (set(owners.values()), also <= slurm.observe().others) == ({"physics"}, True)
    for name in NAMES:
        has = replace(seen.accounts[name], counted_s={}, running_s={})
        assert has == replace(was[name], counted_s={}, running_s={})
