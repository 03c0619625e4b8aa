"""One private Slurm for the session, and short ways to ask and tell it things."""

import itertools
import time

import pytest
from tests.slurm.commands import PAGE, is_told

from praya.core.execution.limits import Wanted
from praya.core.execution.reconciling import reconcile
from praya.engines.slurm import Settings, SlurmEngine
from praya.engines.slurm.command import Programs

H800, ASCEND = "nvidia-h800", "ascend-910b"
MODELS = {"h800": H800, "ascend910b": ASCEND}
USERS = ("praya-trial-a", "praya-trial-b", "praya-trial-c")
# One worker of several runs them all, beside one cluster.
ON_SLURM = [pytest.mark.slurm, pytest.mark.once, pytest.mark.slow]
_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def _told(monkeypatch):
    """Nothing is run on a real Slurm that the reference page does not tell of."""
    run = Programs._run

    def told(programs, command, **how):
        assert is_told(command), f"{command} is not in the table of {PAGE}"
        return run(programs, command, **how)

    monkeypatch.setattr(Programs, "_run", told)


@pytest.fixture
def cluster(slurm_cluster):
    """The session's cluster with everything running, and no job left over afterwards."""
    for user in USERS:
        slurm_cluster.add_user(user)
    slurm_cluster.start_all()
    yield slurm_cluster
    slurm_cluster.start_all()
    slurm_cluster.end_jobs()


@pytest.fixture
def programs(cluster):
    return Programs(cluster.environment["SLURM_CONF"])


@pytest.fixture
def slurm(cluster, programs, tmp_path):
    """The engine on the cluster."""
    conf = cluster.environment["SLURM_CONF"]
    settings = Settings(cluster=cluster.name, conf=conf, models=MODELS, is_held=True)
    return SlurmEngine(tmp_path / "engine", settings=settings, programs=programs)


@pytest.fixture
def award(cluster, slurm):
    """An award that nobody else has, made to hold on the cluster, as ``award(left_s=...)``."""
    return Award(cluster, slurm, f"aw-{next(_numbers)}")


def instant():
    """Now, in seconds since 1970: Slurm's own clock is not to be set."""
    return int(time.time())  # noqa: TID251 -- real daemons read it too


@pytest.fixture
def clock():
    return instant


class Award:
    """What is wanted of one account, changed and reconciled as the book would."""

    def __init__(self, cluster, slurm, name):
        self.cluster, self.slurm, self.name = cluster, slurm, name
        self.facts = {
            "account": name,
            "programme": f"{name}-prog",
            "members": frozenset(USERS[:2]),
            "left_s": {H800: 36_000},
        }

    @property
    def wanted(self):
        return Wanted(**self.facts)

    def hold(self, *, now=None, **facts):
        """Change what is wanted, and make the cluster hold it."""
        self.facts |= facts
        now = now or instant()
        done = reconcile(self.slurm, [self.wanted], now=now)
        assert done.left.steps == (), done.left
        assert done.not_taken == (), done.not_taken
        return done

    def account(self):
        return self.slurm.observe().accounts[self.name]

    def submit(self, *options, user=USERS[0], script="sleep 600"):
        """Submit as a member does; the number of the job."""
        return self.cluster.ask(
            "sbatch", "--parsable", f"--account={self.name}", "--output=/dev/null", *options,
            user=user, said=f"#!/bin/sh\n{script}\n",
        )  # fmt: skip

    def refused(self, *options, user=USERS[0]):
        """What sbatch says when it refuses."""
        done = self.cluster.try_to(
            "sbatch", "--parsable", f"--account={self.name}", "--output=/dev/null", *options,
            user=user, said="#!/bin/sh\nsleep 60\n",
        )  # fmt: skip
        assert done.returncode == 1, done.stdout
        return done.stderr

    def state(self, job):
        """State and reason of a job, as Slurm has them."""
        return self.cluster.try_to(
            "squeue", "-h", "--states=all", "-j", job, "-o", "%T %r"
        ).stdout.strip()


def until(ask, holds, *, within_s=60):
    """Ask until the answer holds; it is returned."""
    give_up_at = time.monotonic() + within_s
    while not holds(answer := ask()):
        assert time.monotonic() < give_up_at, answer
        time.sleep(0.1)
    return answer
