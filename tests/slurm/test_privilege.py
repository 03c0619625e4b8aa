"""Praya's side as an ordinary unix user with an operator's rights: what that is enough for."""

from __future__ import annotations

import multiprocessing
import os
import pwd
from dataclasses import replace

import pytest
from tests.slurm.conftest import H800, MODELS, ON_SLURM, USERS, until

from praya.core.execution.limits import Wanted
from praya.core.execution.reconciling import reconcile, steps_back
from praya.engines.slurm import Settings, SlurmEngine
from praya.engines.slurm.command import Programs
from praya.engines.slurm.observing import qualities

pytestmark = ON_SLURM
OPERATOR = "praya-trial-op"
WANTED = Wanted(
    account="least-1",
    programme="least",
    members=frozenset({USERS[0], OPERATOR}),
    left_s={H800: 3600},
    cards_at_once=4,
)
AWKWARD = "--gpus=8 \"; touch pwned; ' 計算\n|x"


def _become(name, ask, sent):
    """The child: drop every right but the user's, then ask and send what came of it."""
    user = pwd.getpwnam(name)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    try:
        sent.send(ask())
    except BaseException as error:  # noqa: BLE001 -- the test wants to read it
        sent.send(error)


@pytest.fixture
def as_operator(cluster):
    """Run something as a user who is no root and an operator of this Slurm only."""
    cluster.add_user(OPERATOR)
    cluster.try_to("sacctmgr", "-i", "add", "user", OPERATOR, "account=root", "adminlevel=Operator")
    # The controller hears of it some time after its accounts do.
    known = ("scontrol", "show", "assoc_mgr", f"users={OPERATOR}", "flags=users")
    until(lambda: cluster.try_to(*known).stdout, lambda said: "AdminLevel=Operator" in said)

    def run(ask, user=OPERATOR):
        fork = multiprocessing.get_context("fork")
        here, there = fork.Pipe(duplex=False)
        child = fork.Process(target=_become, args=(user, ask, there))
        child.start()
        assert here.poll(60), "no answer"
        answer = here.recv()
        child.join()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return run


@pytest.fixture
def engine(cluster):
    settings = Settings(
        cluster=cluster.name,
        conf=cluster.environment["SLURM_CONF"],
        models=MODELS,
        is_held=True,
    )
    return SlurmEngine(cluster.home / "shared/least", settings=settings)


@pytest.fixture
def is_private(cluster):
    """Nobody but operators is shown what is others'."""
    conf = cluster.home / "etc/slurm.conf"
    before = conf.read_text()
    conf.write_text(f"{before}PrivateData=accounts,events,jobs,nodes,reservations,usage,users\n")
    cluster.ask("scontrol", "reconfigure")
    yield
    conf.write_text(before)
    cluster.ask("scontrol", "reconfigure")


def test_an_operator_finds_holds_and_reads_and_is_no_administrator(
    cluster, engine, as_operator, clock, is_private
):
    found = as_operator(engine.discover)
    assert "h800" in found.kinds
    unmet = [check.code for check in as_operator(engine.check_settings) if not check.is_met]
    assert unmet == ["setting.kinds"]

    done = as_operator(lambda: reconcile(engine, [WANTED], now=clock()))
    # Other tests left accounts behind that nobody wants here.
    in_the_way = [one for one in done.left.obstacles if one.account == WANTED.account]
    assert (done.left.steps, in_the_way, done.not_taken) == ((), [], ())
    less = replace(WANTED, members=frozenset({OPERATOR}), cards_at_once=2)
    done = as_operator(lambda: reconcile(engine, [less], now=clock()))
    assert (done.left.steps, done.not_taken) == ((), ())
    assert engine.observe().accounts["least-1"].cards_at_once == 2

    job = cluster.ask(
        "sbatch", "--parsable", "--account=least-1", "--gres=gpu:h800:1", "--time=5",
        "--output=/dev/null", f"--job-name={AWKWARD}", user=OPERATOR, said="#!/bin/sh\nsleep 60\n",
    )  # fmt: skip
    # Nodes answer again some time after their controller read its file anew.
    [there] = until(
        lambda: [one for one in as_operator(engine.alive) if one.job_id == job],
        lambda jobs: [one for one in jobs if one.began_at],
    )
    assert (there.account, there.member, there.cards) == ("least-1", OPERATOR, 1)
    since = clock() - 60
    cluster.ask("sacctmgr", "-i", "modify", "account", "least-1", "set", "grpjobs=90")
    [change] = until(
        lambda: [
            one
            for one in as_operator(lambda: engine.foreign_changes(since=since))
            if "grp_jobs=90" in one.values
        ],
        lambda found: found,
    )
    assert (change.actor, change.where) == ("root", "least-1")
    cluster.ask("scancel", job)
    used = until(
        lambda: [
            run
            for run in as_operator(
                lambda: engine.usage(since=clock() - 600, until=clock() + 60)
            ).ended
            if run.job_id == job
        ],
        lambda runs: runs,
    )
    assert (used[0].account, used[0].member) == ("least-1", OPERATOR)
    assert not (cluster.home / "shared/pwned").exists()


def test_a_user_without_an_operator_s_rights_is_named(engine, as_operator):
    checks = as_operator(engine.check_settings, user=USERS[0])
    assert [check.code for check in checks if not check.is_met] == [
        "setting.kinds",
        "setting.level",
    ]


def test_what_an_operator_may_not_do_is_refused_and_not_needed(cluster, as_operator):
    programs = Programs(cluster.environment["SLURM_CONF"])
    node = cluster.nodes[0]

    def refused(*command):
        return cluster.try_to(*command).returncode != 0

    def tried():
        return [
            refused("sacctmgr", "-i", "add", "qos", "least-qos"),
            refused("scontrol", "update", f"nodename={node}", "state=drain", "reason=no"),
            refused("scontrol", "token", f"username={USERS[0]}"),
        ]

    assert as_operator(tried) == [True] * 3
    assert "least-qos" not in qualities(programs)
    assert "DRAIN" not in cluster.ask("sinfo", "-h", "-n", node, "-o", "%T").upper()


def test_an_operator_takes_over_an_account_that_others_made(cluster, engine, as_operator, clock):
    add = ("sacctmgr", "-i", "add")
    cluster.ask(*add, "account", "least-2", "organization=physics")
    cluster.ask(*add, "user", USERS[1], "account=least-2")
    wanted = replace(WANTED, account="least-2")
    planned = engine.plan([wanted], engine.observe(), now=clock())
    mine = [one.kind.value for one in planned.obstacles if one.account == "least-2"]
    assert mine == ["name-taken"]

    owner = as_operator(lambda: engine.take_over("least-2"))
    before = engine.observe().accounts["least-2"]

    done = as_operator(lambda: reconcile(engine, [wanted], now=clock()))
    assert (done.left.steps, done.not_taken) == ((), ())
    account = engine.observe().accounts["least-2"]
    assert set(account.members) == {USERS[0], OPERATOR}
    assert account.parent == "least"

    back = steps_back(account, before, device_models=MODELS.values())
    as_operator(lambda: engine.give_back("least-2", owner))
    assert as_operator(lambda: engine.apply(back)) == ()
    assert "least-2" in engine.observe().others
    again = as_operator(lambda: engine.take_over("least-2"))
    assert (again, owner) == ("physics", "physics")
    now = engine.observe().accounts["least-2"]
    assert (now.parent, set(now.members)) == (before.parent, set(before.members))
    assert (now.limit_s, now.cards_at_once) == (before.limit_s, before.cards_at_once)
