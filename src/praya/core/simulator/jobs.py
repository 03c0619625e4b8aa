"""Jobs as columns, and which of them a flat pool can run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.int64]


# More slots than any machine has, and few enough to be counted in 64 bits whatever is done to them.
SLOTS_MAX = 10**9
# Above this, an instant plus an estimate might not fit into 64 bits.
SECONDS_MAX = 1 << 60


class TooManySlots(Refusal):
    """The machine has more slots than are reckoned with; ``given`` and ``most``."""

    code = "trace.too_many_slots"


class RunsTooLong(Refusal):
    """The jobs together run longer than can be reckoned with: ``most`` seconds, of all cards."""

    code = "trace.runs_too_long"


class Dropped(StrEnum):
    """Why a job of a trace is left out of a simulation."""

    NO_RUN_TIME = "no_run_time"
    NO_SLOTS = "no_slots"
    LARGER_THAN_POOL = "larger_than_pool"


@dataclass(frozen=True, slots=True)
class FlatJobs:
    """Jobs of a flat pool in the order of submission, as columns of whole seconds and slots.

    ``rows`` says where each stood in the columns it was made from. The first is submitted at 0.
    """

    submit: Column
    run: Column
    estimate: Column
    slots: Column
    rows: Column

    def __len__(self) -> int:
        """How many jobs there are."""
        return len(self.submit)


def flat_jobs(
    *, submit: Column, run: Column, estimate: Column, slots: Column, pool: int
) -> tuple[FlatJobs, dict[Dropped, int]]:
    """The jobs that a pool can run, and how many were left out for which reason.

    Jobs without run time or slots are dropped, as are those larger than the pool; an estimate
    shorter than the run is raised to it. Jobs of one second keep the order they came in.

    Raises:
        TooManySlots: of the pool.

    """
    if pool > SLOTS_MAX:
        raise TooManySlots(given=pool, most=SLOTS_MAX)
    assert len(submit) == len(run) == len(estimate) == len(slots)
    kept = (run > 0) & (slots > 0) & (slots <= pool)
    if kept.all():
        rows = np.arange(len(submit), dtype=np.int64)
        dropped: dict[Dropped, int] = {}
    else:
        rows = np.flatnonzero(kept)
        no_run = run <= 0
        no_slots = ~no_run & (slots <= 0)
        counts = {
            Dropped.NO_RUN_TIME: int(no_run.sum()),
            Dropped.NO_SLOTS: int(no_slots.sum()),
            Dropped.LARGER_THAN_POOL: int((~no_run & (slots > pool)).sum()),
        }
        dropped = {reason: count for reason, count in counts.items() if count}
        submit, run, estimate, slots = submit[rows], run[rows], estimate[rows], slots[rows]
    if len(submit) > 1 and (submit[1:] < submit[:-1]).any():
        order = np.argsort(submit, kind="stable")
        rows = rows[order]
        submit, run, estimate, slots = submit[order], run[order], estimate[order], slots[order]
    begins = submit[0] if len(submit) else 0
    return (
        FlatJobs(submit - begins, run, np.maximum(estimate, run), slots, rows),
        dropped,
    )
