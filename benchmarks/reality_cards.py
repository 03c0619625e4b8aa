"""The full model against a real Slurm: short jobs on cards, gangs among them, run and simulated.

Two machines of eight accelerators, whose device files are pretended. Jobs ask by ``--gres`` for one
to eight cards of a machine, or for four or eight of both. What Slurm says of them is simulated as
``reality`` does it, on nodes: a card that is free on the wrong machine helps nobody.

``multifactor`` has priorities of age and quality of service, which ``sacctmgr`` tells it; otherwise
Slurm serves in order of submission.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from tests.slurm.cluster import Cluster as Slurm
from tests.slurm.cluster import private_cluster
from tests.slurm.configuration import Group

from benchmarks.reality_playing import BACKFILL, Played, play, told
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.jobs import Column, jobs_of
from praya.core.simulator.cluster.model import (
    Award,
    Cluster,
    Order,
    Partition,
    Policy,
    Quality,
    Weights,
)
from praya.core.simulator.cluster.simulate import simulate

MACHINES, CARDS = 2, 8
# Machines and cards of each, and how often.
SHAPES = ((1, 1), (1, 2), (1, 4), (1, 8), (2, 4), (2, 8))
SHARES = (0.3, 0.25, 0.2, 0.1, 0.08, 0.07)
GAP_S_MEAN, SEED, DEAD_S_MAX = 1.5, 11, 5
QUALITIES = {"low": 0, "middle": 50, "high": 100}
_AGE_S_MAX, _EVERY_S, _WEIGHT = 300, 60, 1_000


@dataclass(frozen=True)
class Scheduler:
    """Lines of ``slurm.conf``, and the policy that is the same."""

    lines: str
    policy: Policy
    has_qualities: bool = False


_BACKFILL = f"SchedulerType=sched/backfill\nSchedulerParameters={','.join(BACKFILL)}\n"
_MULTIFACTOR = (
    f"PriorityType=priority/multifactor\nPriorityWeightAge={_WEIGHT}\nPriorityWeightQOS={_WEIGHT}\n"
    f"PriorityMaxAge=00:{_AGE_S_MAX // 60:02d}:00\nPriorityCalcPeriod=00:{_EVERY_S // 60:02d}:00\n"
)
SCHEDULERS = {
    "builtin": Scheduler(
        "SchedulerType=sched/builtin\nPriorityType=priority/basic\n",
        Policy(Order.SUBMIT, Backfill.NONE),
    ),
    "backfill": Scheduler(
        f"{_BACKFILL}PriorityType=priority/basic\n", Policy(Order.SUBMIT, Backfill.CONSERVATIVE)
    ),
    "multifactor": Scheduler(
        f"{_BACKFILL}{_MULTIFACTOR}",
        Policy(
            Order.PRIORITY,
            Backfill.CONSERVATIVE,
            weights=Weights(age=_WEIGHT, quality=_WEIGHT, age_s_max=_AGE_S_MAX, every_s=_EVERY_S),
        ),
        has_qualities=True,
    ),
}


def measure(count: int) -> dict[str, Any]:
    """Each scheduler on a cluster of its own."""
    return {
        f"cards, {name}, {part}": figures
        for name in SCHEDULERS
        for part, figures in compared(ran(name, count), SCHEDULERS[name].policy).items()
    }


@dataclass(frozen=True)
class OnCards:
    """What was asked of the machines, and what came of it."""

    played: Played
    nodes: Column
    cards: Column
    quality: Column


def ran(name: str, count: int) -> OnCards:
    """So many jobs on a real Slurm with this scheduler."""
    scheduler = SCHEDULERS[name]
    rng = np.random.default_rng(SEED)
    shapes = np.array(SHAPES)[rng.choice(len(SHAPES), count, p=SHARES)]
    quality = rng.integers(0, len(QUALITIES), count)
    asked: list[tuple[str, ...]] = [
        ("-N", str(nodes), f"--gres=gpu:h800:{cards}") for nodes, cards in shapes.tolist()
    ]
    with private_cluster((Group("h800n", "h800", CARDS, MACHINES),), scheduler.lines) as slurm:
        if scheduler.has_qualities:
            _make_qualities(slurm)
            names = list(QUALITIES)
            asked = [
                (*one, f"--qos={names[number]}")
                for one, number in zip(asked, quality.tolist(), strict=True)
            ]
        played = play(slurm, asked, rng, gap_s_mean=GAP_S_MEAN)
    return OnCards(played, shapes[:, 0], shapes[:, 1], quality)


def _make_qualities(slurm: Slurm) -> None:
    for name, priority in QUALITIES.items():
        slurm.ask("sacctmgr", "-iQ", "add", "qos", name, f"priority={priority}")
    slurm.ask("sacctmgr", "-iQ", "modify", "user", "root", "set", f"qos+={','.join(QUALITIES)}")


def compared(found: OnCards, policy: Policy) -> dict[str, dict[str, Any]]:
    """How far the simulated starts lie from the real ones, at once and with the dead time."""
    played = found.played
    apart = {dead_s: _apart(found, policy, dead_s) for dead_s in range(DEAD_S_MAX + 1)}
    best = min(apart, key=lambda dead_s: float(np.abs(apart[dead_s]).mean()))
    held = float(((played.end - played.start) * found.nodes * found.cards).sum())
    whole_s = float(played.end.max() - played.submit.min())
    real = {
        "jobs": len(played.submit),
        "utilisation": round(held / (MACHINES * CARDS) / whole_s, 3),
        "wait_s_mean": round(float((played.start - played.submit).mean()), 1),
    }
    return {
        "real": real,
        "simulated": told(played, apart[0]),
        "with dead time": {"dead_s": best} | told(played, apart[best]),
    }


def _apart(found: OnCards, policy: Policy, dead_s: int) -> Column:
    """Real start less simulated one, job by job."""
    played = found.played
    run = np.maximum(played.end - played.start, 1) + dead_s
    zero = int(played.submit.min())
    cluster = Cluster(
        (Partition("h800", "h800", MACHINES, CARDS),),
        (Award("all"),),
        qualities=tuple(Quality(name, priority) for name, priority in QUALITIES.items()),
    )
    jobs, rows = jobs_of(
        submit=played.submit - zero,
        pool=0,
        nodes=found.nodes,
        cards=found.cards,
        run=run,
        limit=np.maximum(played.limit, run),
        quality=found.quality,
    )
    starts = np.empty(len(run), np.int64)
    starts[rows] = simulate(cluster, jobs, policy).start + zero
    return played.start - starts
