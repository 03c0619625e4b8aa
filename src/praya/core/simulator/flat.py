"""The flat pool: identical slots, and the start of every job under a policy.

The rules stand in ``flat_twin``; the kernels follow them to the second.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from praya.core.simulator.jobs import SECONDS_MAX, FlatJobs, RunsTooLong
from praya.core.simulator.kernels.conservative import conservative
from praya.core.simulator.kernels.easy import easy
from praya.core.simulator.kernels.in_order import fcfs, sjf

if TYPE_CHECKING:
    from numpy.typing import NDArray


class FlatPolicy(StrEnum):
    """Who starts next."""

    FCFS = "fcfs"
    SJF = "sjf"
    EASY = "easy"
    CONSERVATIVE = "conservative"


def simulate(jobs: FlatJobs, *, pool: int, policy: FlatPolicy) -> NDArray[np.int64]:
    """When each job starts; the same jobs, pool and policy always give the same starts.

    Raises:
        RunsTooLong: the last might end later than can be counted.

    """
    if len(jobs) == 0:
        return np.empty(0, np.int64)
    _validate(jobs, pool)
    # A kernel is compiled for each kind of array: columns of a file may be read-only.
    submit, run, estimate, slots = (
        np.require(column, np.int64, ["C", "W"])
        for column in (jobs.submit, jobs.run, jobs.estimate, jobs.slots)
    )
    match policy:
        case FlatPolicy.FCFS:
            return fcfs(submit, run, slots, pool)
        case FlatPolicy.SJF:
            return sjf(submit, run, estimate, slots, pool)
        case FlatPolicy.EASY:
            return easy(submit, run, estimate, slots, pool)
        case FlatPolicy.CONSERVATIVE:
            return conservative(submit, run, estimate, slots, pool)


def warm(policy: FlatPolicy) -> None:
    """Load a policy's kernel, and compile it at the very first use."""
    one = np.ones(1, np.int64)
    simulate(FlatJobs(one - 1, one, one, one, one - 1), pool=1, policy=policy)


def _validate(jobs: FlatJobs, pool: int) -> None:
    assert jobs.slots.min() >= 1, "a job holds something"
    assert jobs.slots.max() <= pool, "a job larger than the pool would wait for ever"
    assert jobs.run.min() >= 1, "a job takes time"
    assert (jobs.estimate >= jobs.run).all(), "no job outlives its estimate"
    assert (jobs.submit[1:] >= jobs.submit[:-1]).all(), "jobs stand in the order of submission"
    latest = float(jobs.submit[-1]) + float(jobs.run.sum(dtype=np.float64)) + jobs.estimate.max()
    if latest >= SECONDS_MAX:
        raise RunsTooLong(most=SECONDS_MAX)
