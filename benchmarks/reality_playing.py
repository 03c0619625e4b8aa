"""Short jobs on a real Slurm: submitted in real time, run for seconds, and read back."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.slurm.cluster import Cluster

from praya.core.simulator.cluster.jobs import Column

RUN_S_MAX = 12
BACKFILL = (
    *("bf_interval=1", "sched_interval=1", "bf_resolution=1"),
    *("bf_max_job_test=1000", "default_queue_depth=1000"),
)


@dataclass(frozen=True)
class Played:
    """Jobs as Slurm says they were, in the order of submission; whole seconds."""

    submit: Column
    start: Column
    end: Column
    limit: Column


def play(
    cluster: Cluster,
    asked: Sequence[tuple[str, ...]],
    rng: np.random.Generator,
    *,
    gap_s_mean: float,
) -> Played:
    """Submit jobs with these options, wait until all have ended, and read them back."""
    count = len(asked)
    run = rng.integers(1, RUN_S_MAX + 1, count)
    minutes = rng.integers(1, 4, count)
    gaps = rng.exponential(gap_s_mean, count)
    ids = []
    due = time.monotonic()
    for row, options in enumerate(asked):
        due += gaps[row]
        time.sleep(max(0.0, due - time.monotonic()))
        more = ("-t", str(minutes[row]), "-o", "/dev/null", "--wrap", f"exec sleep {run[row]}")
        ids.append(cluster.ask("sbatch", "--parsable", *options, *more))
    _until_all_ended(cluster, count)
    lines = _told_of(cluster, "JobIDRaw,Submit,Start,End,State")
    by_id = {line.split("|")[0]: line.split("|")[1:] for line in lines}
    rows = [by_id[one] for one in ids]
    assert {row[3] for row in rows} == {"COMPLETED"}, rows
    submit, start, end = (np.array([int(row[at]) for row in rows]) for at in range(3))
    return Played(submit, start, end, minutes * 60)


def told(played: Played, apart: Column) -> dict[str, Any]:
    """How far simulated starts lie from the real ones, and how many pairs change their order."""
    simulated = played.start - apart
    turned = (
        np.sign(played.start[:, None] - played.start) * np.sign(simulated[:, None] - simulated) < 0
    )
    pairs = len(apart) * (len(apart) - 1) / 2
    return {
        "wait_s_mean": round(float((simulated - played.submit).mean()), 1),
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
