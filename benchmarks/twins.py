"""Kernels of the flat pool beside their plain twin, on whole logs: every start, every policy.

Tests hold them together on small logs and on the first months of KTH-SP2; the twin takes minutes
for all of it. Virtual clusters of Philly are given machines by the rule of ``coverage``. Where a
hundred jobs wait on average, conservative backfill is left out: its twin plans all of them anew at
each instant.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from benchmarks.coverage import KTH, PHILLY, clusters_by_rule, shared
from benchmarks.sites import say
from praya.core.simulator import flat_twin
from praya.core.simulator.flat import FlatPolicy, simulate
from praya.traces.normal import flat_jobs_of
from praya.traces.pasts import of_queue

if TYPE_CHECKING:
    from praya.core.simulator.jobs import FlatJobs

CLUSTERS = 4  # those with the most jobs
WAITING_MOST = 100


def measure() -> dict[str, Any]:
    """How many jobs the two start at the same second, and what the twin took for it."""
    found = {}
    for name, jobs, pool in _logs():
        columns = (jobs.submit, jobs.run, jobs.estimate, jobs.slots)
        listed = [flat_twin.Job(*map(int, job)) for job in zip(*columns, strict=True)]
        for policy in FlatPolicy:
            start = simulate(jobs, pool=pool, policy=policy)
            waiting = (start - jobs.submit).sum() / start.max()
            if policy is FlatPolicy.CONSERVATIVE and waiting > WAITING_MOST:
                say(f"{name}, {policy}: {waiting:.0f} jobs wait on average; it is left out.")
                continue
            began = time.process_time()
            twin = flat_twin.simulate(listed, pool, policy)
            found[f"{name}, {policy}"] = {
                "slots": pool,
                "jobs": len(jobs),
                "same_starts": int((start == twin).sum()),
                "twin_cpu_s": round(time.process_time() - began, 1),
            }
            say(f"{name}, {policy}: {found[f'{name}, {policy}']}")
    return found


def _logs() -> Iterator[tuple[str, FlatJobs, int]]:
    if trace := shared(KTH):
        jobs, _dropped, pool = flat_jobs_of(trace)
        yield "KTH-SP2", jobs, pool
    if trace := shared(PHILLY, columns="philly"):
        for name, slots in islice(clusters_by_rule(trace).items(), CLUSTERS):
            jobs, _dropped, pool = flat_jobs_of(of_queue(trace, name), pool=slots)
            yield f"Philly {name}", jobs, pool
