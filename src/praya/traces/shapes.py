"""Shapes of workloads in files, and traces made from them."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from praya.core.simulator.generator import HOUR_S, WEEK_H, Shape, closeness, fit, generate
from praya.traces.normal import Trace, trace_of
from praya.traces.refusals import TraceEmpty, TraceUnreadable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from praya.core.simulator.generator import Closeness

_DAY_S = 86_400
# 1 January 1970 was a Thursday; weeks begin on Monday.
_THURSDAY_S = 3 * _DAY_S
_WEEK_S = WEEK_H * HOUR_S
# What NumPy raises for a file that holds no columns, other columns, or damaged ones.
_NO_SHAPE = (
    *(OSError, ValueError, TypeError, KeyError, EOFError),
    *(zipfile.BadZipFile, zlib.error),
)


def columns_of(trace: Trace) -> dict[str, NDArray[np.int64]]:
    """The jobs that ran, in the order of submission, users as numbers; else queues stand for them.

    Raises:
        TraceEmpty: no job ran.

    """
    jobs = trace.jobs.filter((pl.col("run_s") > 0) & (pl.col("slots") > 0))
    if jobs.is_empty():
        raise TraceEmpty(skipped=len(trace.skipped))
    jobs = jobs.sort("submit_s", maintain_order=True)
    found = {name: jobs[name].to_numpy() for name in ("submit_s", "run_s", "limit_s", "slots")}
    user = np.zeros(jobs.height, np.int64)
    for name in ("user", "queue"):
        if name in jobs.columns:
            # From 1 by name; 0 is nobody known.
            user = jobs[name].rank("dense").fill_null(0).cast(pl.Int64).to_numpy()
            break
    return found | {"user": user}


def shape_of(trace: Trace, *, seed: int) -> tuple[Shape, Closeness]:
    """The shape of a trace, and how close a workload of as many jobs comes to it."""
    columns = columns_of(trace)
    begins_s = week_second(trace, int(columns["submit_s"][0]))
    shape = fit(
        submit=columns["submit_s"],
        run=columns["run_s"],
        estimate=columns["limit_s"],
        slots=columns["slots"],
        user=columns["user"],
        begins_s=begins_s,
    )
    random = np.random.default_rng(seed)
    made = generate(shape, count=len(columns["submit_s"]), random=random)
    first = columns["submit_s"][0]
    return shape, closeness(
        columns | {"submit_s": columns["submit_s"] - first}, made, begins_s=begins_s
    )


def week_second(trace: Trace, second: int) -> int:
    """The second of the week, from Monday's midnight, of a second of a trace."""
    return (second + trace.zero_s + _THURSDAY_S) % _WEEK_S


def made_trace(shape: Shape, *, count: int, seed: int, load: float, pool: int | None) -> Trace:
    """A trace of so many jobs; second 0 is a Monday's midnight."""
    made = generate(shape, count=count, random=np.random.default_rng(seed), load=load)
    columns = {"id": np.arange(1, count + 1)} | made
    # 5 January 1970 was a Monday.
    return trace_of(columns, pool=pool, zero_s=_WEEK_S - _THURSDAY_S)


def write(shape: Shape, path: Path) -> None:
    """Keep a shape."""
    with path.open("wb") as file:
        kept = {name: np.asarray(value) for name, value in asdict(shape).items()}
        np.savez_compressed(file, allow_pickle=False, **kept)


def read(path: Path) -> Shape:
    """Read a shape.

    Raises:
        TraceUnreadable: the file is no shape.

    """
    try:
        with np.load(path, allow_pickle=False) as file:
            kept: dict[str, Any] = {one.name: file[one.name] for one in fields(Shape)}
        for name in ("span_s", "begins_s"):
            kept[name] = int(kept[name])
    except FileNotFoundError as error:
        raise TraceUnreadable(file=str(path), why="no_file") from error
    except _NO_SHAPE as error:
        raise TraceUnreadable(file=str(path), why="no_shape") from error
    shape = Shape(**kept)
    if not _is_sound(shape):
        raise TraceUnreadable(file=str(path), why="no_shape")
    return shape


def _is_sound(shape: Shape) -> bool:
    """Whether jobs can be drawn from it."""
    sessions = (shape.session_user, shape.session_jobs)
    jobs = (shape.job_user, shape.job_slots, shape.job_run, shape.job_estimate)
    for columns in (sessions, jobs, (shape.pauses,)):
        if any(one.dtype != np.int64 or one.shape != (len(columns[0]),) for one in columns):
            return False
    return bool(
        shape.rates.shape == (WEEK_H,)
        and shape.rates.dtype == np.float64
        and np.isfinite(shape.rates).all()
        and (shape.rates >= 0).all()
        and shape.rates.any()
        and len(shape.session_user)
        and (shape.session_jobs >= 1).all()
        and (shape.pauses >= 0).all()
        and np.isin(shape.session_user, shape.job_user).all()
        and (shape.job_user[1:] >= shape.job_user[:-1]).all()
        and (shape.job_run >= 1).all()
    )
