"""The full model: a year of 200,000 jobs of 20 awards on 3,000 cards of two device models.

The work fills 90 % of the card seconds there are. Nodes have CPU cores and memory, jobs ask for up
to 16 nodes, awards have caps and stand in a share tree, priority is by age, fair share and size,
with EASY backfill and best fit.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from praya.core.scheduling.placement import Rule
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.jobs import Jobs, jobs_of
from praya.core.simulator.cluster.model import Award, Cluster, Order, Partition, Policy, Weights
from praya.core.simulator.cluster.report import report
from praya.core.simulator.cluster.simulate import Simulation, simulate

YEAR, CARDS, AWARDS = 365 * 86400, 3000, 20
SHAPES = ((1, 1), (2, 1), (4, 1), (8, 1), (8, 2), (8, 4), (8, 8), (8, 16))  # cards, nodes
PARTS = (0.45, 0.12, 0.12, 0.20, 0.06, 0.03, 0.015, 0.005)
REPETITIONS = 3


def measure() -> dict[str, Any]:
    """Jobs for each CPU second, once compiled; the least of some repetitions counts."""
    cluster, jobs = year(200_000, load=0.9, seed=1)
    weights = Weights(age=1000, fair_share=10_000, size=100)
    figures = {}
    for name, every_s in (("priorities every 5 min", 300), ("priorities every hour", 3600)):
        rules = Weights(**{**_fields(weights), "every_s": every_s})
        policy = Policy(Order.PRIORITY, Backfill.EASY, Rule.BEST_FIT, weights=rules)
        Simulation(cluster, jobs, policy).advance(instants=10)
        spent = [_spent(cluster, jobs, policy) for _ in range(REPETITIONS)]
        figures[name] = {"cpu_s": round(min(spent), 3), "jobs_per_s": int(len(jobs) / min(spent))}
    whole = [_whole_run(seed) for seed in range(REPETITIONS)]
    figures["a run with its jobs and report"] = {
        "cpu_s": round(min(whole), 3),
        "sixty_cpu_s": round(60 * sum(whole) / len(whole), 1),
    }
    return figures


def _whole_run(seed: int) -> float:
    """What one of a committee's runs costs: jobs are made, simulated and summed up."""
    begun = time.process_time()
    cluster, jobs = year(200_000, load=0.9, seed=seed)
    weights = Weights(age=1000, fair_share=10_000, size=100)
    policy = Policy(Order.PRIORITY, Backfill.EASY, Rule.BEST_FIT, weights=weights)
    report(cluster, jobs, simulate(cluster, jobs, policy))
    return time.process_time() - begun


def _fields(weights: Weights) -> dict[str, Any]:
    return {name: getattr(weights, name) for name in Weights.__dataclass_fields__}


def _spent(cluster: Cluster, jobs: Jobs, policy: Policy) -> float:
    simulation = Simulation(cluster, jobs, policy)
    begun = time.process_time()
    simulation.advance()
    return time.process_time() - begun


def year(number: int, *, load: float, seed: int) -> tuple[Cluster, Jobs]:
    """A cluster and a year of jobs that would fill so much of it."""
    chance = np.random.default_rng(seed)
    partitions = (
        Partition("h", "H800", nodes=250, cards=8, cpus=64, memory=1024),
        Partition("a", "A100", nodes=125, cards=8, cpus=64, memory=512),
    )
    awards = tuple(
        Award(
            f"award {one}",
            cards_max=int(chance.choice([256, 512, 768])),
            shares=int(chance.integers(1, 5)),
            under=(f"group {one % 4}",),
        )
        for one in range(AWARDS)
    )
    shape = np.array(SHAPES)[chance.choice(len(SHAPES), number, p=PARTS)]
    cards, nodes = shape[:, 0], shape[:, 1]
    run = np.clip(chance.lognormal(8.2, 1.6, number), 60, 5 * 86400)
    run = np.maximum(run * load * CARDS * YEAR / (cards * nodes * run).sum(), 30).astype(np.int64)
    limit = (run * chance.uniform(1, 4, number)).astype(np.int64) // 600 * 600 + 600
    jobs, _ = jobs_of(
        submit=np.sort(chance.integers(0, YEAR, number)),
        pool=(chance.random(number) < 1 / 3).astype(np.int64),
        cards=cards,
        nodes=nodes,
        cpus=cards * 8,
        memory=cards * 64,
        run=run,
        limit=limit,
        award=chance.integers(0, AWARDS, number),
    )
    return Cluster(partitions, awards), jobs
