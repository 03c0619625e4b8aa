"""What a forecast takes from a trace: kinds of jobs and lengths, or a history to be replayed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from praya.core.simulator.forecast.history import Past, past_of
from praya.traces.normal import flat_jobs_of
from praya.traces.refusals import NoSuchQueue, TraceEmpty
from praya.traces.shapes import shape_of, week_second

if TYPE_CHECKING:
    from praya.core.simulator.flat import FlatPolicy
    from praya.core.simulator.forecast.replay import History
    from praya.traces.normal import Trace


def past_of_trace(trace: Trace) -> Past:
    """Jobs, rhythm and lengths of a trace; its users keep their names."""
    shape, _ = shape_of(trace, seed=1)
    if "user" not in trace.jobs.columns:
        return past_of(shape)
    ran = trace.jobs.filter((pl.col("run_s") > 0) & (pl.col("slots") > 0))
    names = ran["user"].cast(pl.String).fill_null("")
    numbers = ran["user"].rank("dense").fill_null(0).cast(pl.Int64)
    return past_of(shape, dict(zip(numbers.to_list(), names.to_list(), strict=True)))


def of_queue(trace: Trace, queue: str) -> Trace:
    """The jobs of one queue, partition or virtual cluster.

    Raises:
        NoSuchQueue: no job is of that queue.

    """
    if "queue" not in trace.jobs.columns:
        raise NoSuchQueue(given=queue, known=[])
    names = trace.jobs["queue"].cast(pl.String)
    found = trace.jobs.filter(names == queue)
    if found.is_empty():
        raise NoSuchQueue(given=queue, known=sorted(names.drop_nulls().unique().to_list()))
    return replace(trace, jobs=found)


def history_of(
    trace: Trace, *, pool: int | None, policy: FlatPolicy, recorded: bool
) -> tuple[History, int]:
    """The jobs of a trace with their starts, and the slots of the machine.

    ``recorded`` takes the starts that the trace tells, and leaves out jobs without one; else they
    are those that the policy would have given.

    Raises:
        NoPool: neither the trace nor the caller says how many slots there are.
        TraceEmpty: no job is left.

    """
    from praya.core.simulator.flat import simulate  # noqa: PLC0415 -- it compiles
    from praya.core.simulator.forecast.replay import History  # noqa: PLC0415 -- as above

    if recorded:
        trace = replace(trace, jobs=trace.jobs.filter(pl.col("start_s") >= pl.col("submit_s")))
    if trace.jobs.is_empty():
        raise TraceEmpty(skipped=len(trace.skipped))
    jobs, _, slots = flat_jobs_of(trace, pool=pool)
    if not len(jobs):
        raise TraceEmpty(skipped=len(trace.skipped))
    kept = trace.jobs[jobs.rows]
    first = int(kept["submit_s"][0])
    if recorded:
        start = kept["start_s"].to_numpy() - first
    else:
        start = simulate(jobs, pool=slots, policy=policy)
    user = np.zeros(len(jobs), dtype=np.int64)
    if "user" in kept.columns:
        user = kept["user"].rank("dense").fill_null(0).cast(pl.Int64).to_numpy()
    limit = np.maximum(kept["limit_s"].to_numpy(), 0)
    return History(jobs, start, user, limit, week_second(trace, first)), slots
