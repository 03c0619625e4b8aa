"""What an outcome says in figures: of the machines, the waits, and each award."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from praya.core.scheduling.profile import NEVER
from praya.core.simulator.cluster.jobs import Column, Jobs
from praya.core.simulator.cluster.model import Cluster, State
from praya.core.simulator.cluster.outcome import Outcome
from praya.core.simulator.metrics import BOUND_S

_OVER = (State.COMPLETED, State.TIMED_OUT, State.FAILED, State.CANCELLED)
_NOT_OVER = (State.TO_COME, State.HELD, State.WAITING, State.RUNNING)


def report(
    cluster: Cluster, jobs: Jobs, outcome: Outcome, *, until: int = NEVER - 1
) -> dict[str, Any]:
    """The figures, as plain values fit for JSON.

    The span is from the first submission to the last end of a job, or to ``until``, the instant at
    which the simulation was stopped, where jobs were left then. Utilisation is card seconds held
    over card seconds installed in that span; waits are those of jobs that started, to their first
    start; an award's jobs count as unserved where they never started.
    """
    begin = int(jobs.submit.min()) if len(jobs) else 0
    is_cut = until < NEVER - 1 and bool(np.isin(outcome.state, _NOT_OVER).any())
    until = max(until if is_cut else int(outcome.segment_end.max(initial=0)), begin + 1)
    span = until - begin
    pool = jobs.wishes.pool[outcome.segment_wish]
    used = outcome.used(jobs, pool, len(cluster.pools), until)
    return {
        "jobs": len(jobs),
        "states": {state.name.lower(): outcome.count(state) for state in State},
        "span_s": span,
        "passes": outcome.passes,
        "utilisation": float(used.sum() / (cluster.cards * span)),
        "waits": waits_of(outcome.wait(jobs)),
        "bounded_slowdown_mean": _bounded_slowdown(jobs, outcome),
        "pools": _pools(cluster, used, span),
        "awards": _awards(cluster, jobs, outcome, until),
    }


def waits_of(wait: Column) -> dict[str, float | int | None]:
    """Mean, median, 90th and 99th percentile and the longest wait of jobs that started."""
    known = wait[wait >= 0]
    if not len(known):
        return dict.fromkeys(("mean_s", "median_s", "p90_s", "p99_s", "max_s"))
    median, p90, p99 = (float(one) for one in np.percentile(known, (50, 90, 99)))
    return {
        "mean_s": float(known.mean()),
        "median_s": median,
        "p90_s": p90,
        "p99_s": p99,
        "max_s": int(known.max()),
    }


def _bounded_slowdown(jobs: Jobs, outcome: Outcome) -> float | None:
    """Of jobs that ran to an end, as the flat pool has it: (end - submission) / seconds held."""
    ended = np.isin(outcome.state, _OVER) & (outcome.start >= 0)
    if not ended.any():
        return None
    held = np.zeros(len(jobs), dtype=np.int64)
    is_over = outcome.segment_end >= 0
    seconds = outcome.segment_end - outcome.segment_begin
    np.add.at(held, outcome.segment_job[is_over], seconds[is_over])
    there = outcome.end[ended] - jobs.submit[ended]
    return float(np.maximum(there / np.maximum(held[ended], BOUND_S), 1.0).mean())


def _pools(cluster: Cluster, used: Column, span: int) -> list[Mapping[str, Any]]:
    cards = [one.nodes * one.cards for one in cluster.partitions]
    cards += [one.cards for one in cluster.leases]
    return [
        {
            "name": name,
            "cards": total,
            "card_seconds": int(seconds),
            "utilisation": float(seconds / (total * span)),
        }
        for name, total, seconds in zip(cluster.pools, cards, used, strict=True)
    ]


def _awards(cluster: Cluster, jobs: Jobs, outcome: Outcome, until: int) -> list[Mapping[str, Any]]:
    number = len(cluster.awards)
    used = outcome.used(jobs, jobs.award[outcome.segment_job], number, until)
    wait, over = outcome.wait(jobs), np.isin(outcome.state, _OVER)
    rows: list[Mapping[str, Any]] = []
    for position, award in enumerate(cluster.awards):
        mine = jobs.award == position
        grant = award.card_seconds
        rows.append(
            {
                "name": award.name,
                "jobs": int(mine.sum()),
                "ended": int((mine & over).sum()),
                "unserved": int((mine & (outcome.start < 0)).sum()),
                "card_seconds": int(used[position]),
                "granted": grant,
                "share_of_grant": None if not grant else float(used[position] / grant),
                "wait_mean_s": waits_of(wait[mine])["mean_s"],
            }
        )
    return rows
