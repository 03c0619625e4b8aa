"""Praya's own history: jobs as the API lists them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from praya.traces.normal import Trace, trace_of


def trace_of_site(jobs: Iterable[dict[str, Any]], *, pool: int | None = None) -> Trace:
    """The jobs that ran to their end; one card is one slot, and a queue is a device model.

    Raises:
        TraceEmpty: none did.

    """
    over = [job for job in jobs if job["started_at"] and job["ended_at"]]
    over.sort(key=lambda job: (job["submitted_at"], job["code"]))
    starts = [_second(job["started_at"]) for job in over]
    columns: dict[str, list[Any]] = {
        "id": [job["code"] for job in over],
        "submit_s": [_second(job["submitted_at"]) for job in over],
        "run_s": [
            _second(job["ended_at"]) - start for job, start in zip(over, starts, strict=True)
        ],
        "limit_s": [job["time_limit_s"] for job in over],
        "slots": [job["cards"] for job in over],
        "start_s": starts,
        "user": [job["member"] for job in over],
        "queue": [job["device_model"] for job in over],
    }
    return trace_of(columns, pool=pool)


def _second(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())
