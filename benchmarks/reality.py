"""The flat pool against a real Slurm: the same 200 short jobs, run and simulated.

One node of 64 processors is a flat pool of 64 slots. Jobs are submitted in real time, run for
seconds, and are read back from Slurm's own accounts: submission, start and end of each. The
simulator is given the submissions, what Slurm says each ran, the limits and the sizes, and says
when each would have started. Slurm serves in order of submission: ``builtin`` never looks past the
first (``fcfs``), ``backfill`` gives every waiting job a place (``conservative``).

Slurm's times are whole seconds, and it needs a moment between the end of a job and the next start.
So starts fall behind, further for each job that waited for one that was late. ``dead_s`` is that
moment as it fits best, in whole seconds: how long processors lie idle after each job; with it the
simulator is asked once more.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.slurm.cluster import Cluster, private_cluster, why_not
from tests.slurm.configuration import Group

from benchmarks.sites import say
from praya.core.simulator.flat import FlatPolicy, simulate
from praya.core.simulator.jobs import flat_jobs

JOBS, POOL, SEED = 200, 64, 7
SIZES, SHARES = (1, 2, 4, 8, 16, 32, 48), (0.2, 0.15, 0.2, 0.2, 0.15, 0.07, 0.03)
GAP_S_MEAN, RUN_S_MAX, DEAD_S_MAX = 0.55, 12, 5
BACKFILL = (
    *("bf_interval=1", "sched_interval=1", "bf_resolution=1"),
    *("bf_max_job_test=1000", "default_queue_depth=1000"),
)
SCHEDULERS = {
    "builtin": (FlatPolicy.FCFS, "SchedulerType=sched/builtin\n"),
    "backfill": (
        FlatPolicy.CONSERVATIVE,
        f"SchedulerType=sched/backfill\nSchedulerParameters={','.join(BACKFILL)}\n",
    ),
}


@dataclass(frozen=True)
class Ran:
    """Jobs as Slurm says they were, in the order of submission; whole seconds."""

    submit: Any
    start: Any
    end: Any
    limit: Any
    slots: Any


def measure() -> dict[str, Any]:
    """Both schedulers; nothing where no Slurm can run."""
    reason = why_not()
    if reason:
        say(f"{reason}: reality is left out.")
        return {}
    return {
        f"{name}, {part}": figures
        for name, facts in SCHEDULERS.items()
        for part, figures in _one(*facts).items()
    }


def _one(policy: FlatPolicy, scheduler: str) -> dict[str, Any]:
    more = f"{scheduler}PriorityType=priority/basic\n"
    with private_cluster((Group("node", "none", 1, 1),), more) as cluster:
        ran = play(cluster, JOBS)
    return compared(ran, policy)


def play(cluster: Cluster, count: int) -> Ran:
    """Submit so many jobs in real time, wait until all have ended, and read them back."""
    rng = np.random.default_rng(SEED)
    slots = rng.choice(SIZES, count, p=SHARES)
    run = rng.integers(1, RUN_S_MAX + 1, count)
    minutes = rng.integers(1, 4, count)
    gaps = rng.exponential(GAP_S_MEAN, count)
    ids = []
    due = time.monotonic()
    for row in range(count):
        due += gaps[row]
        time.sleep(max(0.0, due - time.monotonic()))
        asked = ("-c", str(slots[row]), "-t", str(minutes[row]), "-o", "/dev/null")
        wrapped = ("--wrap", f"exec sleep {run[row]}")
        ids.append(cluster.ask("sbatch", "--parsable", *asked, *wrapped))
    _until_all_ended(cluster, count)
    told = _told_of(cluster, "JobIDRaw,Submit,Start,End,State")
    by_id = {line.split("|")[0]: line.split("|")[1:] for line in told}
    rows = [by_id[one] for one in ids]
    assert {row[3] for row in rows} == {"COMPLETED"}, rows
    submit, start, end = (np.array([int(row[at]) for row in rows]) for at in range(3))
    return Ran(submit, start, end, minutes * 60, slots)


def compared(ran: Ran, policy: FlatPolicy) -> dict[str, dict[str, Any]]:
    """How far the simulated starts lie from the real ones, at once and with the dead time."""
    apart = {dead_s: _apart(ran, policy, dead_s) for dead_s in range(DEAD_S_MAX + 1)}
    best = min(apart, key=lambda dead_s: float(np.abs(apart[dead_s]).mean()))
    held = float(((ran.end - ran.start) * ran.slots).sum())
    real = {
        "jobs": len(ran.submit),
        "utilisation": round(held / POOL / float(ran.end.max() - ran.submit.min()), 3),
        "wait_s_mean": round(float((ran.start - ran.submit).mean()), 1),
    }
    return {
        "real": real,
        "simulated": _told(ran, apart[0]),
        "with dead time": {"dead_s": best} | _told(ran, apart[best]),
    }


def _apart(ran: Ran, policy: FlatPolicy, dead_s: int) -> Any:  # noqa: ANN401 -- a column
    """Real start less simulated one, job by job."""
    run = np.maximum(ran.end - ran.start, 1) + dead_s
    jobs, dropped = flat_jobs(
        submit=ran.submit, run=run, estimate=np.maximum(ran.limit, run), slots=ran.slots, pool=POOL
    )
    assert not dropped
    starts = np.empty(len(run), np.int64)
    starts[jobs.rows] = simulate(jobs, pool=POOL, policy=policy) + ran.submit.min()
    return ran.start - starts


def _told(ran: Ran, apart: Any) -> dict[str, Any]:  # noqa: ANN401 -- a column
    simulated = ran.start - apart
    turned = np.sign(ran.start[:, None] - ran.start) * np.sign(simulated[:, None] - simulated) < 0
    pairs = len(apart) * (len(apart) - 1) / 2
    return {
        "wait_s_mean": round(float((simulated - ran.submit).mean()), 1),
        "apart_s_mean": round(float(np.abs(apart).mean()), 1),
        "apart_s_p90": round(float(np.quantile(np.abs(apart), 0.9)), 1),
        "apart_s_max": int(np.abs(apart).max()),
        "pairs_turned_percent": round(100 * float(turned.sum()) / 2 / pairs, 2),
    }


def _told_of(cluster: Cluster, fields: str) -> list[str]:
    since = "uts1000000000"  # Slurm takes no instant nearer to 1970
    return cluster.ask("sacct", "-nPXDa", "-S", since, "-o", fields).splitlines()


def _until_all_ended(cluster: Cluster, count: int) -> None:
    while cluster.ask("squeue", "-h", "-o", "%A"):
        time.sleep(0.5)
    for _ in range(60):  # records of ended jobs come some seconds later
        states = _told_of(cluster, "State,End")
        if len(states) >= count and not any("Unknown" in one or "RUN" in one for one in states):
            return
        time.sleep(0.5)
    raise RuntimeError("the accounts do not come")


if __name__ == "__main__":
    print(measure(), file=sys.stdout)
