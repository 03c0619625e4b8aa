"""Praya's own history: jobs as the API lists them, those that came in on clusters too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from praya.traces.normal import Trace, trace_of


def trace_of_site(
    jobs: Iterable[dict[str, Any]],
    runs: Iterable[dict[str, Any]] = (),
    *,
    pool: int | None = None,
) -> Trace:
    """The jobs that ran to their end; one card is one slot, and a queue is a device model.

    ``runs`` are those of clusters themselves. What was taken back or charged anew is one run still,
    and one whose submission is not known is left out.

    Raises:
        TraceEmpty: none did.

    """
    over = [job for job in jobs if job["started_at"] and job["ended_at"]]
    told = {
        run["usage"].partition("~")[0]: {**run, "started_at": run["began_at"]}
        for run in sorted(runs, key=lambda run: run["usage"])
        if run["submitted_at"] and run["card_seconds"] > 0
    }
    over += told.values()
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
