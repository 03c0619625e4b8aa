"""What is in a trace, in a dozen figures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from praya.traces.normal import Trace

_DAY_S = 86_400


def described(trace: Trace) -> dict[str, Any]:
    """Figures of a trace; what it does not say is None.

    Load is what the jobs held over what the machine had, from the first submission to the last.
    """
    jobs = trace.jobs
    ran = jobs.filter((pl.col("run_s") > 0) & (pl.col("slots") > 0))
    submit = jobs["submit_s"].to_numpy()
    span = int(submit.max() - submit.min())
    held = float((ran["run_s"].cast(pl.Float64) * ran["slots"]).sum())
    limited = ran.filter(pl.col("limit_s") > 0)
    return {
        "jobs": jobs.height,
        "lines_skipped": len(trace.skipped),
        "jobs_that_ran": ran.height,
        "users": jobs["user"].n_unique() if "user" in jobs.columns else None,
        "queues": jobs["queue"].n_unique() if "queue" in jobs.columns else None,
        "slots": trace.pool,
        "days": span / _DAY_S,
        "load": held / (span * trace.pool) if trace.pool and span else None,
        "slots_largest": jobs["slots"].max(),
        "slots_quartiles": _quartiles(ran["slots"]),
        "run_s_quartiles": _quartiles(ran["run_s"]),
        "overestimation_quartiles": _quartiles(
            pl.select(pl.max_horizontal(limited["limit_s"], limited["run_s"]) / limited["run_s"])
            .to_series()
            .cast(pl.Float64)
        ),
        "wait_s_quartiles": _waits(jobs),
    }


def _waits(jobs: pl.DataFrame) -> list[float] | None:
    if "start_s" not in jobs.columns:
        return None
    known = jobs.filter(pl.col("start_s") >= 0)
    return _quartiles(known["start_s"] - known["submit_s"])


def _quartiles(values: pl.Series) -> list[float] | None:
    if values.is_empty():
        return None
    found = [values.quantile(share, "linear") for share in (0.25, 0.5, 0.75)]
    return [round(value, 3) for value in found if value is not None]
