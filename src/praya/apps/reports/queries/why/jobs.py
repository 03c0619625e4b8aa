"""Why a job holds what it holds, and was charged what it was."""

from __future__ import annotations

from dataclasses import dataclass

from praya.apps.reports.queries.why.chain import Ground, GroundKind, Why, WhyCode
from praya.apps.reports.queries.why.charges import ground_of, why_charge
from praya.apps.usage.models import Job
from praya.apps.usage.queries import charge_behind, hold_behind, job_of
from praya.core.actor import Actor


@dataclass(frozen=True, slots=True)
class JobWhy:
    """A job with what it holds, time first, and its charge; a lease's job has neither."""

    job: Job
    holds: tuple[Why, ...]
    charge: Why | None


def why_job(code: str, actor: Actor) -> JobWhy:
    """A job, its hold and its charge, each with the entries behind it.

    Raises:
        NotFound: there is no such job, or the actor may not know of it.

    """
    job = job_of(code, actor)
    hold, charge = hold_behind(job), charge_behind(job)
    holds: list[Why] = []
    if hold is not None:
        entries = [hold.made_by_entry, hold.ended_by_entry]
        facts = {
            "hold": hold.key,
            "state": hold.state,
            "made_at": hold.made_at,
            "expires_at": hold.expires_at,
            "cards": job.cards,
            "time_limit_s": job.time_limit_s,
        }
        grounds = (
            Ground(GroundKind.JOB, {"job": job.code}),
            *(ground_of(entry) for entry in entries if entry is not None),
        )
        holds = [
            Why(WhyCode.HOLD, commodity, amount, facts, grounds=grounds)
            for commodity, amount in hold.held.amounts()
        ]
    return JobWhy(
        job, tuple(holds), None if charge is None else why_charge(charge.usage.key, actor)
    )
