"""Runs in flight on clusters: held at their worst case, as Praya's own jobs are."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from praya.apps.books.commands import place_hold, release_hold
from praya.apps.books.rules import HoldState
from praya.apps.usage.commands.rating_runs import Terms, instant, terms_of_run
from praya.apps.usage.queries import days_of
from praya.apps.usage.queries.receiving import (
    MORE_MAX,
    OpenHolds,
    cluster_of,
    hold_key,
    lines_by_award,
    numbers_of_holds,
    numbers_of_records,
    open_holds_of_runs,
)
from praya.core.ledger import HoldEnded
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.core.execution.accounting import InFlight

_NONE = OpenHolds()
GRACE_S = 3600


@dataclass(frozen=True, slots=True)
class HeldInFlight:
    """The runs of which more was held, and what of each run's worst case is not held.

    ``unheld_s`` gives card-seconds by the cluster's own key of the run, and nothing where all is.
    """

    held: list[str]
    unheld_s: dict[str, int]


def hold_in_flight(
    *, cluster_code: str, runs: Iterable[InFlight], awards: Mapping[str, str], now: datetime
) -> HeldInFlight:
    """Hold the worst case of what runs on a cluster, and more where a time limit was raised.

    What the book cannot hold runs all the same, since the cluster let it, and is charged at its
    end; it is tried again in each read, and told of. A limit that is lowered frees nothing before
    the run has ended. A run that was let go of, and runs after all, is held anew; one that was
    charged is not held any more, whatever is told of it. Repeated, nothing more is held.
    """
    alive = {f"{cluster_code}:{run.key}": run for run in runs if run.cards and run.time_limit_s}
    lines = lines_by_award(set(awards.values()))
    holds = open_holds_of_runs(cluster_code)
    more = {key: _more_s(run, holds.get(key, _NONE)) for key, run in alive.items()}
    more = {key: more_s for key, more_s in more.items() if more_s > 0}
    charged, had = numbers_of_records(more), numbers_of_holds(more)
    done = HeldInFlight([], {})
    for key, more_s in more.items():
        if key in charged:
            continue
        run, number = alive[key], had[key]
        some = lines.get(awards.get(run.account, ""), [])
        try:
            if number > MORE_MAX:
                raise HoldEnded(key=key)
            terms = terms_of_run(some, run.account, run.device_model, run.submitted_at)
            _hold(terms, run, hold_key(key, number), more_s, now=now)
        except Refusal:
            done.unheld_s[run.key] = more_s
        else:
            done.held.append(key)
    return done


def release_unheard(*, cluster_code: str, alive: Iterable[str], now: datetime) -> list[str]:
    """Release holds of runs that neither run nor were charged, as after a cluster lost its state.

    ``alive`` are the keys of what runs or may run, as the cluster has them. Answers the keys of the
    runs.
    """
    running = {f"{cluster_code}:{key}" for key in alive}
    holds = open_holds_of_runs(cluster_code)
    over = [(key, one) for key, one in holds.items() if key not in running]
    for _, one in over:
        for each in one.keys:
            _release(one.programme_code, each, now=now)
    return [key for key, _ in over]


def release_more(*, cluster_code: str, ended: Container[str], now: datetime) -> None:
    """Let go of what was held when limits were raised, of runs that have ended.

    The first hold of each is left for what is charged; what was held more is free for it.
    """
    for key, one in open_holds_of_runs(cluster_code).items():
        if key in ended:
            for each in one.keys:
                if each != hold_key(key):
                    _release(one.programme_code, each, now=now)


def release_run(programme_code: str, key: str, *, now: datetime) -> None:
    """End the hold of a run of which nothing is charged under it."""
    _release(programme_code, hold_key(key), now=now)


def _release(programme_code: str, key: str, *, now: datetime) -> None:
    with suppress(HoldEnded):  # charged by another round, since it was looked for
        release_hold(
            programme_code=programme_code,
            hold_key=key,
            key=f"release:{key}",
            now=now,
            reason="over",
        )


def _more_s(run: InFlight, has: OpenHolds) -> int:
    """Card-seconds of a run's worst case that are not held.

    A limit that was lowered below what the run has used says nothing of its worst case.
    """
    worst_s = run.time_limit_s if has.keys else max(run.time_limit_s, run.held_s)
    return run.cards * worst_s - has.time_s


def _hold(terms: Terms, run: InFlight, key: str, card_seconds: int, *, now: datetime) -> None:
    line, rating = terms.line, terms.rating(card_seconds)
    # The clock goes on while a run is suspended, and a cluster may let it pass its limit.
    left_s = max(run.time_limit_s - run.held_s, GRACE_S)
    over_at = max(days_of(line).end_in(terms.zone), instant(run.began_at + run.time_limit_s))
    over_at = max(over_at, now + timedelta(seconds=left_s))
    hold = place_hold(
        programme_code=line.award.programme.code,
        line_code=line.code,
        key=key,
        time=rating.time,
        subsidy=rating.subsidy,
        expires_at=over_at + timedelta(minutes=1),
        now=now,
        facts={"run": run.job_id, "cluster": cluster_of(key), "member": run.member},
    )
    if hold.state != HoldState.OPEN.value:
        raise HoldEnded(key=key)
