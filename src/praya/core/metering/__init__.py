"""What held time costs, and how it falls on days: arithmetic only.

A small glossary. *Held* time is charged, busy or idle. A *rating* is held time at a list price with
the shares of the programme and of the user. A *lease* is charged day by day, by the difference of
sums since its first day, so that rounding never drifts: the days add up to the lease.
"""

from praya.core.metering.burn import BURN_DAYS, RunOut, Turn, run_out
from praya.core.metering.leases import Lease, LeaseDay, lease_days
from praya.core.metering.rating import Rating, charged_seconds, rate, worst_case_seconds
from praya.core.metering.zone_days import card_seconds_by_day, instant_of, seconds_by_day

__all__ = [
    "BURN_DAYS",
    "Lease",
    "LeaseDay",
    "Rating",
    "RunOut",
    "Turn",
    "card_seconds_by_day",
    "charged_seconds",
    "instant_of",
    "lease_days",
    "rate",
    "run_out",
    "seconds_by_day",
    "worst_case_seconds",
]
