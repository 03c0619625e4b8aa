"""What runs and waits now, and what awards will ask for, from the jobs of the last weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev
from typing import NamedTuple

from praya.apps.applications.rules import LineShape
from praya.apps.forecasts.queries.machines import Machines, Span
from praya.apps.forecasts.rules import invented_kinds
from praya.apps.usage.models import Job
from praya.apps.usage.rules import ALIVE, ON_SLOTS, JobState
from praya.core.simulator.forecast.question import (
    Demand,
    Kinds,
    RunningJob,
    RunTimes,
    WaitingJob,
)

HISTORY = timedelta(days=90)
HISTORY_JOBS_MAX = 20_000
PACE_DAYS = 28
PACE_DAYS_MIN = 7
# Fewer jobs say too little of what is to come.
JOBS_MIN = 5
SAMPLES_MAX = 400
JOBS_MOST = 20_000  # of one line in one run
PAUSE_S_MAX = 1_200  # as in core.simulator.generator
HOUR_S, DAY_S, WEEK_H = 3_600, 86_400, 168
SPREAD_LEAST, SPREAD_MOST, SPREAD_UNKNOWN = 10, 60, 20
OTHERS = "others"  # every award of other programmes, taken as one


class JobRow(NamedTuple):
    """A job as a forecast looks at it."""

    code: str
    programme: str
    line: str
    shape: str
    partition: int
    member: int
    cards: int
    limit_s: int
    state: str
    submitted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def run_s(self) -> int:
        """How long it ran."""
        assert self.started_at is not None, self
        assert self.ended_at is not None, self
        return max(1, int((self.ended_at - self.started_at).total_seconds()))


_FIELDS = (
    "code",
    "award__programme__code",
    "line__code",
    "line__shape",
    "partition_id",
    "member_id",
    "cards",
    "time_limit_s",
    "state",
    "submitted_at",
    "started_at",
    "ended_at",
)


@dataclass(frozen=True, slots=True)
class Work:
    """Jobs of some partitions: those that are not over, the first submitted first, and the past."""

    alive: list[JobRow]
    past: list[JobRow]

    def past_of(self, line: str) -> list[JobRow]:
        """Jobs of a line that have run, the latest first."""
        return [row for row in self.past if row.line == line]


def work_on(partition_ids: Iterable[int], now: datetime) -> Work:
    """Two queries: jobs that are not over, and the latest that ran in the last weeks."""
    here = Job.objects.filter(partition__in=list(partition_ids))
    alive = here.filter(state__in=[state.value for state in ALIVE]).order_by("id")
    ran = here.filter(ended_at__gte=now - HISTORY, started_at__isnull=False).order_by("-id")
    return Work(
        alive=[JobRow(*row) for row in alive.values_list(*_FIELDS)],
        past=[JobRow(*row) for row in ran.values_list(*_FIELDS)[:HISTORY_JOBS_MAX]],
    )


def running_jobs(
    work: Work, machines: Machines, span: Span, award_of: Callable[[JobRow], str | None]
) -> list[RunningJob]:
    """The jobs on slots, laid on nodes in service that no lease of now holds.

    Which slot is which matters to nobody: all of a partition are alike. A job for which there is
    no room, as where capacity was taken out under it, is left out.
    """
    leases = {one.name: one for one in machines.leases}
    free = {one.name: _open_nodes(machines, one.name, span.now_s) for one in machines.partitions}
    free |= {name: list(range(one.cards)) for name, one in leases.items()}
    found = []
    for row in work.alive:
        name, pool = award_of(row), _pool_of(row, machines, leases)
        if JobState(row.state) not in ON_SLOTS or name is None or pool is None:
            continue
        if len(free[pool]) < row.cards:
            continue
        nodes, free[pool] = free[pool][: row.cards], free[pool][row.cards :]
        begun = row.started_at or span.now
        found.append(
            RunningJob(
                name=_name_of(row, name),
                award=name,
                pool=pool,
                on=tuple(nodes),
                cards=1,
                begun_s=min(span.second(begun), span.now_s),
                limit_s=row.limit_s,
                user=str(row.member),
            )
        )
    return found


def waiting_jobs(
    work: Work, machines: Machines, span: Span, award_of: Callable[[JobRow], str | None]
) -> list[WaitingJob]:
    """The line, first submitted first."""
    leases = {one.name for one in machines.leases}
    found = []
    for row in work.alive:
        name, pool = award_of(row), _pool_of(row, machines, leases)
        if JobState(row.state) is not JobState.WAITING or name is None or pool is None:
            continue
        if row.cards > _size_of(machines, pool):
            continue
        found.append(
            WaitingJob(
                name=_name_of(row, name),
                award=name,
                at=pool,
                cards=1,
                nodes=row.cards,
                submit_s=min(span.second(row.submitted_at), span.now_s),
                limit_s=row.limit_s,
                user=str(row.member),
            )
        )
    return found


def run_times(past: Sequence[JobRow]) -> list[RunTimes]:
    """How much of their limits jobs ran, of everybody and of those who ran enough of them."""
    by_user: dict[str, list[int]] = defaultdict(list)
    for row in past:
        permille = min(1000, max(1, row.run_s * 1000 // row.limit_s))
        for user in ("", str(row.member)):
            if len(by_user[user]) < SAMPLES_MAX:
                by_user[user].append(permille)
    return [
        RunTimes(user, tuple(sorted(known)))
        for user, known in sorted(by_user.items())
        if not user or len(known) >= JOBS_MIN
    ]


@dataclass(frozen=True, slots=True)
class Promise:
    """A line as a forecast looks at it: what is left of it, and when."""

    name: str
    device_model: str
    cards: int
    left_s: int
    begins_s: int
    ends_s: int
    since_s: int  # when use could begin


def demand_of(
    promise: Promise, past: Sequence[JobRow], like: Sequence[JobRow], span: Span, *, at: str
) -> Demand | None:
    """What a line will ask for.

    With some weeks of use: as much a day as in the last four weeks until its end, though it gets
    no more than it has left. Without: all that is left. Its jobs are like those it had, else like
    those of others on the machines, else of sizes that halve from its cards at once.
    """
    begins_s, ends_s = max(promise.begins_s, span.now_s), min(promise.ends_s, span.until_s)
    if ends_s <= begins_s or promise.left_s <= 0:
        return None
    whole = max(promise.ends_s - begins_s, 1)
    total, spread = promise.left_s, SPREAD_UNKNOWN
    days = min(PACE_DAYS, (span.now_s - promise.since_s) // DAY_S)
    own = len(past) >= JOBS_MIN
    if own and days >= PACE_DAYS_MIN:
        daily = _daily(past, span.now, days)
        total = int(fmean(daily) * whole / DAY_S)
        spread = _spread(daily)
    share = total * (ends_s - begins_s) // whole
    if share <= 0:
        return None
    rows = list(past) if own else _alike(like, promise.cards, share)
    session_jobs, pauses = _sessions(rows)
    return Demand(
        award=promise.name,
        at=at,
        card_seconds=share,
        begins_s=begins_s,
        ends_s=ends_s,
        kinds=_kinds(rows, share) if rows else invented_kinds(promise.cards, promise.left_s),
        rhythm=_rhythm(rows),
        session_jobs=session_jobs,
        pauses_s=pauses,
        spread_percent=spread,
    )


def _alike(like: Sequence[JobRow], cards: int, share: int) -> list[JobRow]:
    """Jobs of others that fit; none where they are so small that no team would run so many."""
    rows = [row for row in like if row.cards <= cards]
    return rows if rows and share <= JOBS_MOST * _mean(rows) else []


def _mean(rows: Sequence[JobRow]) -> float:
    return fmean(row.cards * min(row.run_s, row.limit_s) for row in rows)


def _kinds(rows: Sequence[JobRow], share: int) -> Kinds:
    """The jobs as they were; longer ones where there would be more than can be simulated."""
    longer = max(1, -(-share // int(JOBS_MOST * _mean(rows))))
    step = -(-len(rows) // SAMPLES_MAX)
    chosen = rows[::step]
    return Kinds(
        nodes=tuple(row.cards for row in chosen),
        cards=(1,) * len(chosen),
        run_s=tuple(min(row.run_s, row.limit_s) * longer for row in chosen),
        limit_s=tuple(row.limit_s * longer for row in chosen),
    )


def _rhythm(rows: Sequence[JobRow]) -> tuple[float, ...]:
    """A weight for each hour of the week (UTC); one job more everywhere, so that none is empty."""
    if len(rows) < JOBS_MIN:
        return ()
    weights = [1.0] * WEEK_H
    for row in rows:
        at = row.submitted_at
        weights[at.weekday() * 24 + at.hour] += 1
    return tuple(weights)


def _sessions(rows: Sequence[JobRow]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How many jobs a session has, and the pauses inside; one without any are alone."""
    jobs, pauses = [], []
    by_member: dict[int, list[datetime]] = defaultdict(list)
    for row in rows:
        by_member[row.member].append(row.submitted_at)
    for instants in by_member.values():
        instants.sort()
        count = 1
        for before, after in pairwise(instants):
            pause = int((after - before).total_seconds())
            if pause <= PAUSE_S_MAX:
                pauses.append(pause)
                count += 1
            else:
                jobs.append(count)
                count = 1
        jobs.append(count)
    return tuple(jobs[:SAMPLES_MAX]) or (1,), tuple(pauses[:SAMPLES_MAX]) or (0,)


def _daily(past: Sequence[JobRow], now: datetime, days: int) -> list[int]:
    """Card-seconds of jobs by the day on which they ended, of the last so many days."""
    daily = [0] * days
    for row in past:
        assert row.ended_at is not None, row
        ago = int((now - row.ended_at).total_seconds()) // DAY_S
        if 0 <= ago < days:
            daily[ago] += row.cards * row.run_s
    return daily


def _spread(daily: Sequence[int]) -> int:
    """How unsure the mean of so many days is, in percent of it."""
    mean = fmean(daily)
    if not mean or len(daily) < PACE_DAYS_MIN:
        return SPREAD_UNKNOWN
    percent = round(100 * stdev(daily) / (mean * sqrt(len(daily))))
    return min(max(percent, SPREAD_LEAST), SPREAD_MOST)


def _name_of(row: JobRow, award: str) -> str:
    """A job's code; those of other programmes are nobody's here."""
    return f"{OTHERS}-{row.code.rpartition('-')[2]}" if award == OTHERS else row.code


def _pool_of(
    row: JobRow, machines: Machines, leases: Mapping[str, object] | set[str]
) -> str | None:
    if row.shape == LineShape.CARDS.value:
        return row.line if row.line in leases else None
    return machines.names.get(row.partition)


def _size_of(machines: Machines, pool: str) -> int:
    sizes: dict[str, int] = {one.name: one.nodes for one in machines.partitions}
    sizes |= {one.name: one.cards for one in machines.leases}
    return sizes[pool]


def _open_nodes(machines: Machines, partition: str, now_s: int) -> list[int]:
    """Nodes of a partition that are in service now and on which no lease stands now."""
    [nodes] = [one.nodes for one in machines.partitions if one.name == partition]
    closed = {
        node
        for one in machines.windows
        if one.partition == partition and one.begins_at <= now_s < one.ends_at
        for node in range(one.first_node, one.first_node + one.nodes)
    }
    leased = sum(
        one.cards
        for one in machines.leases
        if one.partition == partition and one.begins_at <= now_s < one.ends_at
    )
    return [node for node in range(nodes - leased) if node not in closed]
