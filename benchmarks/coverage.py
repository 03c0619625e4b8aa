"""How often the waits told for waiting jobs hold, along recorded logs, over draws of moments.

KTH-SP2 is held against the starts it recorded. Philly tells no starts, nor how many cards each of
its virtual clusters had. So the rule, set before any was scored but 6c71a0: every virtual cluster
with a thousand jobs or more, on the fewest whole nodes of eight cards on which its work is at most
three fifths of what they could do; what comes is what FCFS gives there.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import polars as pl
from tests.core.simulator.shared_data import FOLDER

from benchmarks.sites import say
from praya.core.simulator.flat import FlatPolicy
from praya.core.simulator.forecast.replay import replay
from praya.traces.pasts import history_of, of_queue
from praya.traces.reading import read

if TYPE_CHECKING:
    from praya.core.simulator.forecast.replay import History
    from praya.traces.normal import Trace

KTH, PHILLY = "KTH-SP2-1996-2.1-cln.swf", "philly_jobs.csv"
JOBS_MIN, NODE_CARDS, BUSY_MOST = 1_000, 8, 0.6
MOMENTS, RUNS, DRAWS = 600, 30, (1, 2, 3)


def measure() -> dict[str, Any]:
    """Coverage of the 80 % interval and log loss, of each log and all its draws together."""
    found = {}
    for name, history, slots, policy in _logs():
        begun = time.process_time()
        held = [
            replay(history, pool=slots, policy=policy, moments=MOMENTS, runs=RUNS, seed=draw)
            for draw in DRAWS
        ]
        scores = [one.mended for one in held if one.mended is not None]
        raw = [one.raw for one in held if one.raw is not None]
        forecasts = sum(one.forecasts for one in scores)
        if not forecasts:
            say(f"{name}: nothing waits in its later half.")
            continue
        weights = [one.forecasts / forecasts for one in scores]
        found[name] = {
            "slots": slots,
            "forecasts": forecasts,
            "coverage": _mean([one.coverage for one in scores], weights),
            "least": round(min(one.coverage for one in scores), 4),
            "most": round(max(one.coverage for one in scores), 4),
            "coverage_raw": _mean([one.coverage for one in raw], weights),
            "loss_log": _mean([one.loss_log for one in scores], weights),
            "loss_log_raw": _mean([one.loss_log for one in raw], weights),
            "cpu_s": round(time.process_time() - begun, 1),
        }
    return found


def clusters_by_rule(trace: Trace) -> dict[str, int]:
    """The virtual clusters that the rule takes, most jobs first, and the slots it gives each."""
    table = (
        trace.jobs.filter((pl.col("run_s") > 0) & (pl.col("slots") > 0))
        .group_by(pl.col("queue").cast(pl.String))
        .agg(
            jobs=pl.len(),
            work=(pl.col("run_s") * pl.col("slots")).sum(),
            span_s=pl.col("submit_s").max() - pl.col("submit_s").min(),
        )
        .filter(pl.col("jobs") >= JOBS_MIN)
        .sort("jobs", "queue", descending=True)
    )
    return {
        name: NODE_CARDS * math.ceil(work / span_s / BUSY_MOST / NODE_CARDS)
        for name, work, span_s in table.select("queue", "work", "span_s").iter_rows()
    }


def shared(name: str, columns: str = "") -> Trace | None:
    """A log of the shared data; where it is not there, that is said."""
    if (FOLDER / name).exists():
        return read(FOLDER / name, columns=columns, skip_bad=True)
    say(f"{name} is not in {FOLDER}: it is left out.")
    return None


def _logs() -> Iterator[tuple[str, History, int, FlatPolicy]]:
    if trace := shared(KTH):
        easy = FlatPolicy.EASY
        history, slots = history_of(trace, pool=None, policy=easy, recorded=True)
        yield "KTH-SP2, recorded", history, slots, easy
    if trace := shared(PHILLY, columns="philly"):
        for name, pool in clusters_by_rule(trace).items():
            history, slots = history_of(
                of_queue(trace, name), pool=pool, policy=FlatPolicy.FCFS, recorded=False
            )
            yield f"Philly {name}, replayed", history, slots, FlatPolicy.FCFS


def _mean(values: list[float], weights: list[float]) -> float:
    total = sum(value * weight for value, weight in zip(values, weights, strict=True))
    return round(total, 4)
