"""Runs in flight on clusters: held at their worst case, as Praya's own jobs are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from praya.apps.books.commands import place_hold, release_hold
from praya.apps.usage.commands.rating_runs import line_of_run, price_of_run, rating_of
from praya.apps.usage.queries import days_of, zone_of
from praya.apps.usage.queries.receiving import (
    hold_key,
    holds_of_runs,
    lines_by_award,
    open_holds_of_runs,
)
from praya.core.quantity import CardTime
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.core.execution.accounting import InFlight


def hold_in_flight(
    *, cluster_code: str, runs: Iterable[InFlight], awards: Mapping[str, str], now: datetime
) -> list[str]:
    """Hold the worst case of what runs on a cluster.

    What the book cannot hold runs all the same, since the cluster let it, and is charged at its
    end. Answers the keys of new holds.
    """
    alive = {f"{cluster_code}:{run.key}": run for run in runs}
    lines = lines_by_award(set(awards.values()))
    known = holds_of_runs(alive)
    held = []
    for key, run in alive.items():
        if key in known or not run.cards or not run.time_limit_s:
            continue
        some = lines.get(awards.get(run.account, ""), [])
        try:
            line = line_of_run(some, run.account, run.device_model, run.submitted_at)
            _hold(line, run, key, now=now)
        except Refusal:
            continue
        held.append(key)
    return held


def release_unheard(*, cluster_code: str, alive: Iterable[str], now: datetime) -> list[str]:
    """Release holds of runs that neither run nor were charged, as after a cluster lost its state.

    ``alive`` are the keys of what runs, as the cluster has them. Answers the keys of the runs.
    """
    running = {f"{cluster_code}:{key}" for key in alive}
    over = [key for key in open_holds_of_runs(cluster_code).items() if key[0] not in running]
    for key, programme_code in over:
        release_run(programme_code, key, now=now)
    return [key for key, _ in over]


def release_run(programme_code: str, key: str, *, now: datetime) -> None:
    """End the hold of a run of which nothing is charged under it."""
    release_hold(
        programme_code=programme_code,
        hold_key=hold_key(key),
        key=f"release:{hold_key(key)}",
        now=now,
        reason="over",
    )


def _hold(line: AwardLine, run: InFlight, key: str, *, now: datetime) -> None:
    price = price_of_run(line, run.submitted_at)
    time = CardTime(run.cards * run.time_limit_s, line.device_model_code)
    place_hold(
        programme_code=line.award.programme.code,
        line_code=line.code,
        key=hold_key(key),
        time=time,
        subsidy=rating_of(line, time, price).subsidy,
        expires_at=max(days_of(line).end_in(zone_of(line.award)), now) + timedelta(minutes=1),
        now=now,
        facts={"run": run.job_id, "cluster": key.partition(":")[0], "member": run.member},
    )
