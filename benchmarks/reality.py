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
from typing import Any

import numpy as np
from tests.slurm.cluster import Cluster, private_cluster, why_not
from tests.slurm.configuration import Group

from benchmarks import reality_cards
from benchmarks.reality_playing import BACKFILL, Played, play, told
from benchmarks.sites import say
from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.flat import FlatPolicy, simulate
from praya.core.simulator.jobs import flat_jobs

JOBS, POOL, SEED = 200, 64, 7
SIZES, SHARES = (1, 2, 4, 8, 16, 32, 48), (0.2, 0.15, 0.2, 0.2, 0.15, 0.07, 0.03)
GAP_S_MEAN, DEAD_S_MAX = 0.55, 5
SCHEDULERS = {
    "builtin": (FlatPolicy.FCFS, "SchedulerType=sched/builtin\n"),
    "backfill": (
        FlatPolicy.CONSERVATIVE,
        f"SchedulerType=sched/backfill\nSchedulerParameters={','.join(BACKFILL)}\n",
    ),
}


def measure() -> dict[str, Any]:
    """Both schedulers of the flat pool, then the full model; nothing where no Slurm can run."""
    reason = why_not()
    if reason:
        say(f"{reason}: reality is left out.")
        return {}
    return {
        f"{name}, {part}": figures
        for name, facts in SCHEDULERS.items()
        for part, figures in _one(*facts).items()
    } | reality_cards.measure(JOBS)


def _one(policy: FlatPolicy, scheduler: str) -> dict[str, Any]:
    more = f"{scheduler}PriorityType=priority/basic\n"
    with private_cluster((Group("node", "none", 1, 1),), more) as cluster:
        ran, slots = play_slots(cluster, JOBS)
    return compared(ran, slots, policy)


def play_slots(cluster: Cluster, count: int) -> tuple[Played, Column]:
    """So many jobs of processors alone, and how many each held."""
    rng = np.random.default_rng(SEED)
    slots = rng.choice(SIZES, count, p=SHARES)
    asked = [("-c", str(one)) for one in slots]
    return play(cluster, asked, rng, gap_s_mean=GAP_S_MEAN), slots


def compared(ran: Played, slots: Column, policy: FlatPolicy) -> dict[str, dict[str, Any]]:
    """How far the simulated starts lie from the real ones, at once and with the dead time."""
    apart = {dead_s: _apart(ran, slots, policy, dead_s) for dead_s in range(DEAD_S_MAX + 1)}
    best = min(apart, key=lambda dead_s: float(np.abs(apart[dead_s]).mean()))
    held = float(((ran.end - ran.start) * slots).sum())
    real = {
        "jobs": len(ran.submit),
        "utilisation": round(held / POOL / float(ran.end.max() - ran.submit.min()), 3),
        "wait_s_mean": round(float((ran.start - ran.submit).mean()), 1),
    }
    return {
        "real": real,
        "simulated": told(ran, apart[0]),
        "with dead time": {"dead_s": best} | told(ran, apart[best]),
    }


def _apart(ran: Played, slots: Column, policy: FlatPolicy, dead_s: int) -> Column:
    """Real start less simulated one, job by job."""
    run = np.maximum(ran.end - ran.start, 1) + dead_s
    jobs, dropped = flat_jobs(
        submit=ran.submit, run=run, estimate=np.maximum(ran.limit, run), slots=slots, pool=POOL
    )
    assert not dropped
    starts = np.empty(len(run), np.int64)
    starts[jobs.rows] = simulate(jobs, pool=POOL, policy=policy) + ran.submit.min()
    return ran.start - starts


if __name__ == "__main__":
    print(measure(), file=sys.stdout)
