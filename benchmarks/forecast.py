"""A committee question: what if we award these, buy those, and move that.

Twelve months, 20 awards, 200,000 jobs a year on 3,000 cards of two device models at
85 % load, thirty seeds, and a variant that buys 200 cards, drops an award and moves another. Asked
of as many processes as there are processors, from nothing: their start counts. Once with
priorities anew every five minutes, as Slurm does by default, and once every hour. And once as a
site asks it: each card is a node, and a job of 128 cards takes 128 of them.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from operator import mul
from typing import Any

import numpy as np

from praya.core.scheduling.placement import Rule
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Award, Cluster, Order, Partition, Policy, Weights
from praya.core.simulator.forecast.asking import ask
from praya.core.simulator.forecast.change_reading import read_change
from praya.core.simulator.forecast.changes import changed
from praya.core.simulator.forecast.question import (
    Demand,
    Device,
    ForecastQuestion,
    Kinds,
    Question,
    Standing,
)

YEAR, CARDS, AWARDS, JOBS, SEEDS = 365 * 86400, 3000, 20, 200_000, 30
SHAPES = ((1, 1), (2, 1), (4, 1), (8, 1), (8, 2), (8, 4), (8, 8), (8, 16))  # cards, nodes
PARTS = (0.45, 0.12, 0.12, 0.20, 0.06, 0.03, 0.015, 0.005)
LOAD, KINDS = 0.85, 1000
VARIANT = (
    "buy 200 H800 from 2027-03-01",
    "drop 'award 3'",
    "move 'award 4' to 2027-02-01",
)
EVERY_S = {"every five minutes": 300, "every hour": 3600}


def measure() -> dict[str, Any]:
    """Seconds of the question, by how often priorities are made anew, and as a site asks it."""
    by_priorities = {name: _committee(year(every_s)) for name, every_s in EVERY_S.items()}
    return {**by_priorities, "as a site asks": _committee(card_by_card(year(300)))}


def card_by_card(question: Question) -> Question:
    """The question with nodes of one card, of which a job takes as many as it asks for cards."""
    partitions = tuple(
        replace(one, nodes=one.nodes * one.cards, cards=1) for one in question.cluster.partitions
    )
    demands = tuple(
        replace(
            one,
            kinds=replace(
                one.kinds,
                nodes=tuple(map(mul, one.kinds.nodes, one.kinds.cards)),
                cards=(1,) * len(one.kinds.cards),
            ),
        )
        for one in question.demands
    )
    cluster = replace(question.cluster, partitions=partitions)
    return replace(question, cluster=cluster, demands=demands)


def _committee(base: Question) -> dict[str, Any]:
    variant = base
    for text in VARIANT:
        variant = changed(variant, [read_change(text, variant)])
    question = ForecastQuestion(base, variant, tuple(range(SEEDS)))
    # Kernels are compiled once on a machine.
    ask(ForecastQuestion(base, None, (0,)), processes=1)
    processes = len(os.sched_getaffinity(0))
    with _taken() as taken:
        answer = ask(question, processes=processes)
    assert answer.difference is not None
    return {**taken, "processes": processes, "jobs": int(answer.base.jobs.median or 0)}


@contextmanager
def _taken() -> Iterator[dict[str, float]]:
    """Seconds by the clock, and of CPU in this process and those it had."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)

    def spent() -> float:
        used = [resource.getrusage(kind) for kind in kinds]
        return sum(one.ru_utime + one.ru_stime for one in used)

    taken: dict[str, float] = {}
    wall, cpu = time.perf_counter(), spent()
    yield taken
    taken["wall_s"] = round(time.perf_counter() - wall, 1)
    taken["cpu_s"] = round(spent() - cpu, 1)


def year(every_s: int) -> Question:
    """Machines, awards and what they will ask for."""
    chance = np.random.default_rng(1)
    awards = tuple(
        Award(
            f"award {one}",
            cards_max=int(chance.choice([256, 512, 768])),
            card_seconds=int(LOAD * CARDS * YEAR / AWARDS),
            begins_at=0,
            ends_at=YEAR,
            shares=int(chance.integers(1, 5)),
            under=(f"group {one % 4}",),
        )
        for one in range(AWARDS)
    )
    weights = Weights(age=1000, fair_share=10_000, size=100, every_s=every_s)
    return Question(
        zero_on=date(2027, 1, 1),
        now_s=0,
        until_s=YEAR,
        cluster=Cluster((Partition("h", "H800", 250, 8), Partition("a", "A100", 125, 8)), awards),
        policy=Policy(Order.PRIORITY, Backfill.EASY, Rule.BEST_FIT, weights=weights),
        devices=(Device("H800", 100, 900, 200), Device("A100", 100, 500, 100)),
        demands=tuple(_demands(awards, chance)),
        standings=tuple(Standing(one.name, "university") for one in awards),
        energy_percent=130,
    )


def _demands(awards: tuple[Award, ...], chance: np.random.Generator) -> Iterator[Demand]:
    """Two thirds on the larger partition; office hours weigh twice."""
    hours = np.arange(168) % 24
    rhythm = tuple(np.where((hours >= 9) & (hours < 18), 2.0, 1.0).tolist())
    for award in awards:
        shape = np.array(SHAPES)[chance.choice(len(SHAPES), KINDS, p=PARTS)]
        run = np.clip(chance.lognormal(8.2, 1.6, KINDS), 60, 4 * 86400)
        wanted = LOAD * CARDS * YEAR / JOBS
        run = np.maximum(run * wanted / (shape[:, 0] * shape[:, 1] * run).mean(), 30)
        limit = (run * chance.uniform(1, 4, KINDS)) // 600 * 600 + 600
        columns = (shape[:, 1], shape[:, 0], run.astype(np.int64), limit.astype(np.int64))
        kinds = Kinds(*(tuple(column.tolist()) for column in columns))
        for place, part in (("H800", 2), ("A100", 1)):
            yield Demand(
                award=award.name,
                at=place,
                card_seconds=int(LOAD * CARDS * YEAR / AWARDS) * part // 3,
                begins_s=0,
                ends_s=YEAR,
                kinds=kinds,
                rhythm=rhythm,
                session_jobs=(1, 2, 8),
                pauses_s=(0, 60, 300),
                spread_percent=10,
            )
