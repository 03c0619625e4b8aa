"""The log that a scenario names in place of jobs written out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from praya.core.simulator.scenario_log import Log
from praya.traces.columns import known_maps
from praya.traces.pasts import of_queue
from praya.traces.reading import Form, read
from praya.traces.refusals import TraceEmpty

if TYPE_CHECKING:
    from pathlib import Path

    from praya.core.simulator.scenario import TracePart


def log_of(part: TracePart, *, beside: Path, instead: Path | None = None) -> Log:
    """The jobs of the log that a scenario in the folder ``beside`` names, or of another file.

    Second 0 is the bound ``since``, or the first submission.

    Raises:
        NoSuchQueue: no job is of the queue.
        TraceEmpty: no job is left.

    And what the reader of the log refuses.

    """
    columns = part.map
    if columns and columns not in known_maps():
        columns = str(beside / columns)
    trace = read(
        instead or beside / part.file,
        form=Form(part.form) if part.form else None,
        columns=columns,
        skip_bad=part.skip_bad,
    )
    if part.queue:
        trace = of_queue(trace, part.queue)
    jobs = trace.jobs
    if part.since is not None:
        jobs = jobs.filter(pl.col("submit_s") >= _second(part.since, trace.zero_s))
    if part.until is not None:
        jobs = jobs.filter(pl.col("submit_s") < _second(part.until, trace.zero_s))
    if jobs.is_empty():
        raise TraceEmpty(skipped=len(trace.skipped))
    submit, run, limit, slots = (
        jobs[name].to_numpy().astype(np.int64) for name in ("submit_s", "run_s", "limit_s", "slots")
    )
    zero = submit.min() if part.since is None else _second(part.since, trace.zero_s)
    names = jobs["id"].cast(pl.String).to_list()
    return Log(names, submit - zero, run, limit, slots, len(trace.skipped))


def _second(at: datetime, zero_s: int) -> int:
    """The second of a log at which its own clock shows this."""
    return int(at.replace(tzinfo=UTC).timestamp()) - zero_s
