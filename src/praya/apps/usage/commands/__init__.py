"""What changes jobs and usage.

People submit and cancel jobs, and take back what was charged. The rest are the worker's rounds:
each may be repeated, takes one short transaction for each job or line, and leaves what it could not
do to the next round.
"""

from praya.apps.usage.commands.cancelling import cancel_job
from praya.apps.usage.commands.closing import close_cluster
from praya.apps.usage.commands.expiring import expire_jobs, sweep_holds
from praya.apps.usage.commands.forgetting import forget_jobs
from praya.apps.usage.commands.in_flight import hold_in_flight, release_unheard
from praya.apps.usage.commands.leased_runs import measure_leased_runs
from praya.apps.usage.commands.leases import accrue_leases, return_leases
from praya.apps.usage.commands.own_runs import count_before, count_own_runs, own_runs
from praya.apps.usage.commands.receiving import Received, receive_runs
from praya.apps.usage.commands.runaways import set_aside_runaways
from praya.apps.usage.commands.scheduling import run_schedule
from praya.apps.usage.commands.submitting import submit_job
from praya.apps.usage.commands.taking_back import approve_correction
from praya.apps.usage.commands.tracking import track_jobs

__all__ = [
    "Received",
    "accrue_leases",
    "approve_correction",
    "cancel_job",
    "close_cluster",
    "count_before",
    "count_own_runs",
    "expire_jobs",
    "forget_jobs",
    "hold_in_flight",
    "measure_leased_runs",
    "own_runs",
    "receive_runs",
    "release_unheard",
    "return_leases",
    "run_schedule",
    "set_aside_runaways",
    "submit_job",
    "sweep_holds",
    "track_jobs",
]
