"""A committee question, and how well forecasts of waits hold on two public logs.

The question: twelve months, 20 awards, 200,000 jobs a year on 3,000 cards of two device models at
85 % load, thirty seeds, and a variant that buys 200 cards, drops an award and moves another. Asked
of as many processes as there are processors, from nothing: their start counts.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import numpy as np
from tests.core.simulator.shared_data import FOLDER

from benchmarks.sites import say
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
LOGS = (
    ("KTH-SP2, recorded", "KTH-SP2-1996-2.1-cln.swf", "", "", None, "easy", True),
    ("Philly 6c71a0, replayed", "philly_jobs.csv", "philly", "6c71a0", 64, "fcfs", False),
)


def measure() -> dict[str, Any]:
    """Seconds of the question, and the scores."""
    return {"committee question": _committee(), **_scores()}


def _committee() -> dict[str, Any]:
    base = year()
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


def year() -> Question:
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
    weights = Weights(age=1000, fair_share=10_000, size=100, every_s=3600)
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


def _scores() -> dict[str, Any]:
    from praya.core.simulator.flat import FlatPolicy
    from praya.core.simulator.forecast.replay import replay
    from praya.traces.pasts import history_of, of_queue
    from praya.traces.reading import read

    found = {}
    for name, file, columns, queue, pool, policy, recorded in LOGS:
        if not (FOLDER / file).exists():
            say(f"{file} is not in {FOLDER}: {name} is left out.")
            continue
        trace = read(FOLDER / file, columns=columns, skip_bad=True)
        trace = of_queue(trace, queue) if queue else trace
        wanted = FlatPolicy(policy)
        history, slots = history_of(trace, pool=pool, policy=wanted, recorded=recorded)
        begun = time.process_time()
        held = replay(history, pool=slots, policy=wanted, moments=600, runs=30)
        assert held.raw is not None
        assert held.mended is not None
        found[name] = {
            "forecasts": held.mended.forecasts,
            "coverage": round(held.mended.coverage, 4),
            "coverage_raw": round(held.raw.coverage, 4),
            "loss_s": int(held.mended.loss_s),
            "loss_raw_s": int(held.raw.loss_s),
            "loss_log": round(held.mended.loss_log, 4),
            "loss_log_raw": round(held.raw.loss_log, 4),
            "cpu_s": round(time.process_time() - begun, 1),
        }
    return found
