"""The normal form of a trace: one table, whatever it was read from, kept in Parquet.

The columns stand in ``COLUMNS``; docs/reference/traces.md says what each holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from praya.core.simulator.jobs import flat_jobs
from praya.traces.refusals import NoPool, TraceEmpty, TraceUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from praya.core.simulator.jobs import Dropped, FlatJobs

FORM = "praya-trace-1"
COLUMNS = ("id", "submit_s", "run_s", "limit_s", "slots", "start_s", "user", "queue")
# What a flat pool needs; the rest of a wide file need not be read for it.
FLAT = ("id", "submit_s", "run_s", "limit_s", "slots")
_NUMBERS = ("submit_s", "run_s", "limit_s", "slots", "start_s")
_DIGITS_MAX = 15
_LARGEST = 10**_DIGITS_MAX - 1


@dataclass(frozen=True, slots=True)
class Trace:
    """Jobs of a machine as they were submitted and ran.

    ``pool`` is how many slots the machine had, if the file says so. ``skipped`` are the numbers of
    lines that could not be read and were left out, because that was asked for. ``zero_s`` is what
    second 0 of the trace is in the machine's own clock, in seconds since the beginning of 1970.
    """

    jobs: pl.DataFrame
    pool: int | None = None
    skipped: tuple[int, ...] = field(default=())
    zero_s: int = 0

    def __post_init__(self) -> None:
        """Hold the columns to the form; numbers may stand for codes."""
        assert set(FLAT) <= set(self.jobs.columns) <= set(COLUMNS), self.jobs.columns


def trace_of(
    columns: Mapping[str, object],
    *,
    pool: int | None,
    skipped: tuple[int, ...] = (),
    zero_s: int = 0,
) -> Trace:
    """A trace from columns of the normal form.

    Raises:
        TraceEmpty: there is no job in it.

    """
    jobs = pl.DataFrame(columns)
    if jobs.height == 0:
        raise TraceEmpty(skipped=len(skipped))
    return Trace(jobs, pool, skipped, zero_s)


def flat_jobs_of(
    trace: Trace, *, pool: int | None = None
) -> tuple[FlatJobs, dict[Dropped, int], int]:
    """The jobs for a flat pool, how many were dropped and why, and the pool's slots.

    Raises:
        NoPool: neither the trace nor the caller says how many slots there are.

    """
    slots = pool or trace.pool
    if slots is None:
        raise NoPool
    jobs, dropped = flat_jobs(
        submit=trace.jobs["submit_s"].to_numpy(),
        run=trace.jobs["run_s"].to_numpy(),
        estimate=trace.jobs["limit_s"].to_numpy(),
        slots=trace.jobs["slots"].to_numpy(),
        pool=slots,
    )
    return jobs, dropped, slots


def write(trace: Trace, path: Path) -> None:
    """Keep a trace in the normal form."""
    told = {"form": FORM, "zero_s": str(trace.zero_s)}
    if trace.pool is not None:
        told["pool"] = str(trace.pool)
    with path.open("wb") as file:  # Polars shortens the path that it could not open
        trace.jobs.write_parquet(file, compression="zstd", metadata=told)


def read(path: Path, *, only: tuple[str, ...] | None = None) -> Trace:
    """Read the normal form; ``only`` some of its columns.

    Raises:
        TraceUnreadable: the file is no Parquet, or another table, or a number in it is none.
        TraceEmpty: there is no job in it.

    """
    try:
        told = pl.read_parquet_metadata(path)
        columns = set(pl.read_parquet_schema(path))
        if told.get("form") != FORM or not set(FLAT) <= columns <= set(COLUMNS):
            raise TraceUnreadable(file=str(path), why="not_normal")
        jobs = pl.read_parquet(path, columns=list(only) if only else None)
    except pl.exceptions.PolarsError as error:
        raise TraceUnreadable(file=str(path), why="not_parquet") from error
    if jobs.height == 0:
        raise TraceEmpty(skipped=0)
    pool, zero_s = (_whole(told.get(name, "0")) for name in ("pool", "zero_s"))
    numbers = [jobs[name] for name in jobs.columns if name in _NUMBERS]
    if pool is None or zero_s is None or not all(map(_are_whole, numbers)):
        raise TraceUnreadable(file=str(path), why="odd_values")
    return Trace(jobs, pool if pool > 0 else None, zero_s=zero_s)


def _whole(written: str) -> int | None:
    """The number that is written, if it is one and its digits are few enough."""
    digits = written.removeprefix("-")
    is_one = digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS_MAX
    return int(written) if is_one else None


def _are_whole(column: pl.Series) -> bool:
    """Whether a column holds whole numbers alone, none of them too large to be reckoned with."""
    if not column.dtype.is_integer() or column.null_count():
        return False
    return bool(column.is_between(-_LARGEST, _LARGEST).all())
