"""The order of a cluster's line as the simulator takes it."""

from __future__ import annotations

from praya.core.execution.discovery import LineSeen
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Order, Policy, Weights

# Use that never fades, on the scale of a forecast.
_NEVER_S = 100 * 365 * 86_400


def policy_from(line: LineSeen) -> Policy:
    """The simulator's policy for a line.

    Who may pass is taken as EASY: a place for the first in line. Slurm's backfill gives one to
    as many as it has time to look at.

    >>> policy_from(LineSeen(passes=False, by_priority=False)).backfill.value
    'none'
    """
    return Policy(
        order=Order.PRIORITY if line.by_priority else Order.SUBMIT,
        backfill=Backfill.EASY if line.passes else Backfill.NONE,
        weights=Weights(
            age=line.age,
            fair_share=line.fair_share,
            size=line.size,
            quality=line.quality,
            age_s_max=max(line.age_s_max, 1),
            half_life_s=line.half_life_s or _NEVER_S,
            every_s=max(line.every_s, 1),
            favour_small=line.favour_small,
        ),
    )
