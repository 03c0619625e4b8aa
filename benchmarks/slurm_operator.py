"""Awards brought to a real Slurm from nothing by an operator, who may not load files.

No two limits are alike and no two awards share a member, so hardly a call is saved. What is told
is the wall time of each round until all is held, and how many calls of ``sacctmgr`` it took: they
wait for the network nearly all the time. ``PRAYA_BENCH_AWARDS=500`` brings so many.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import pwd
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.slurm.cluster import private_cluster, why_not

from benchmarks.sites import say
from praya.core.execution.limits import Wanted
from praya.core.execution.reconciling import reconcile
from praya.engines.slurm import Settings, SlurmEngine
from praya.engines.slurm.command import Done, Programs

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

AWARDS, MEMBERS, ROUNDS_MAX = 100, 10, 12
OPERATOR, H800 = "praya-bench-op", "nvidia-h800"


class _Counted(Programs):
    """Counts the calls that change something."""

    def __init__(self, conf: str) -> None:
        super().__init__(conf)
        self.calls: Counter[str] = Counter()

    def change(self, *command: str, said: str | None = None, more_s: int = 0) -> Done:
        """See ``Programs.change``."""
        self.calls[" ".join(command[2:4]).partition(" file=")[0]] += 1
        return super().change(*command, said=said, more_s=more_s)


def measure() -> dict[str, Any]:
    """From nothing to held; nothing where no Slurm can run."""
    reason = why_not()
    if reason:
        say(f"{reason}: slurm-operator is left out.")
        return {}
    awards = int(os.environ.get("PRAYA_BENCH_AWARDS", AWARDS))
    with private_cluster() as cluster:
        cluster.add_user(OPERATOR)
        rights = (OPERATOR, "account=root", "adminlevel=Operator")
        cluster.ask("sacctmgr", "-iQ", "add", "user", *rights)
        fork = multiprocessing.get_context("fork")
        here, there = fork.Pipe(duplex=False)
        told = (cluster.name, cluster.environment["SLURM_CONF"], awards, there)
        child = fork.Process(target=_as_operator, args=told)
        child.start()
        rounds = json.loads(here.recv())
        child.join()
    return {
        f"{awards} awards from nothing": {
            "wall_s": round(sum(one["wall_s"] for one in rounds), 1),
            "rounds": len(rounds),
            "calls": sum(sum(one["calls"].values()) for one in rounds),
            "left": rounds[-1]["left"],
        }
    }


def _as_operator(name: str, conf: str, awards: int, there: Connection) -> None:
    """The child: drop every right but the operator's, and bring the awards."""
    user = pwd.getpwnam(OPERATOR)
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    programs = _Counted(conf)
    models = {"h800": H800, "ascend910b": "ascend-910b"}
    settings = Settings(cluster=name, conf=conf, models=models, is_held=True)
    wanted = [
        Wanted(
            account=f"op-{number:04d}",
            programme="op",
            members=frozenset(f"op{number * MEMBERS + one:05d}" for one in range(MEMBERS)),
            left_s={H800: 3_600 * (1_000 + number)},
            cards_at_once=8,
        )
        for number in range(awards)
    ]
    rounds: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as home:
        engine = SlurmEngine(Path(home), settings=settings, programs=programs)
        left = len(wanted)
        while left and len(rounds) < ROUNDS_MAX:
            programs.calls.clear()
            began = time.monotonic()
            now = int(time.time())  # noqa: TID251 -- real daemons read it too
            done = reconcile(engine, wanted, now=now)
            left = len(done.left.steps)
            wall_s = round(time.monotonic() - began, 1)
            rounds.append({"wall_s": wall_s, "left": left, "calls": dict(programs.calls)})
            say(f"  {rounds[-1]}")
    there.send(json.dumps(rounds))
