"""What a simulation says of the machine and of the wait, from the starts of its jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.int64]

# A job shorter than this counts as if it took so long, so that a second's wait of a job of one
# second is no slowdown of two.
BOUND_S = 10


@dataclass(frozen=True, slots=True)
class Waits:
    """How long jobs waited: seconds from submission to start.

    A percentile lies between the two jobs next to it, in proportion, as NumPy has it. The slowdown
    of a job is (wait + run) / max(run, 10 s), and at least 1; the mean goes over jobs.
    """

    mean_s: float
    median_s: float
    p90_s: float
    p99_s: float
    max_s: int
    bounded_slowdown_mean: float


def waits(*, submit: Column, start: Column, run: Column) -> Waits | None:
    """The waits of jobs; ``None`` where there are none."""
    if len(submit) == 0:
        return None
    wait = start - submit
    assert wait.min() >= 0, "no job starts before it is submitted"
    mean = float(wait.mean(dtype=np.float64))
    slowdown = np.maximum((wait + run) / np.maximum(run, BOUND_S), 1.0).mean()
    longest = int(wait.max())
    median, p90, p99 = np.percentile(wait, [50, 90, 99], overwrite_input=True)
    return Waits(
        mean_s=mean,
        median_s=float(median),
        p90_s=float(p90),
        p99_s=float(p99),
        max_s=longest,
        bounded_slowdown_mean=float(slowdown),
    )


def utilisation(*, submit: Column, start: Column, run: Column, slots: Column, pool: int) -> float:
    """Allocated slot-seconds over installed ones, from the first submission to the last end."""
    if len(submit) == 0:
        return 0.0
    span = int((start + run).max() - submit.min())
    # The product of two columns may be more than 64 bits hold.
    return float((run.astype(np.float64) * slots).sum()) / (span * pool)
