"""Runs whose end a cluster lost: set aside, with what is known of them, until an end is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.usage.commands.correcting import Told, keep_aside
from praya.apps.usage.commands.rating_runs import instant
from praya.apps.usage.queries.completeness import aside_by_key
from praya.apps.usage.queries.receiving import awards_by_code, numbers_of_records
from praya.apps.usage.rules import RUNAWAY

if TYPE_CHECKING:
    from praya.core.execution.accounting import InFlight


def set_aside_runaways(
    *,
    cluster_code: str,
    runs: Iterable[InFlight],
    awards: Mapping[str, str],
    since: Mapping[str, int],
    now: datetime,
) -> list[str]:
    """Set runs aside that their cluster's accounts have as running and its controller has not.

    Nothing is charged: how long they held cards is known to nobody. What is written down is what
    they held until ``since``, when they were missed. If an end is told after all, it is charged
    then. One that was charged stands, as where older accounts were brought back. Answers the keys
    of those that were not set aside before; safe to repeat.
    """
    found = {f"{cluster_code}:{run.key}": run for run in runs}
    known = aside_by_key(found).keys() | numbers_of_records(found).keys()
    new = {key: run for key, run in found.items() if key not in known}
    by_code = awards_by_code({awards[run.account] for run in new.values()})
    for key, run in new.items():
        missed_at = max(since[run.key], run.began_at)
        told = Told(
            award=by_code[awards[run.account]],
            job_id=run.job_id,
            member=run.member,
            device_model=run.device_model,
            cards=run.cards,
            card_seconds=run.cards * (missed_at - run.began_at),
            began_at=instant(run.began_at),
            ended_at=instant(missed_at),
            end=RUNAWAY,
            why=RUNAWAY,
        )
        keep_aside(cluster_code, key, told, now=now)
    return list(new)
