"""What runs and waits now, and what ran in the last weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from praya.apps.applications.rules import LineShape
from praya.apps.clusters.models import Partition as SitePartition
from praya.apps.forecasts.queries.free_nodes import FreeNodes, free_cards
from praya.apps.forecasts.queries.job_rows import JobRow
from praya.apps.forecasts.queries.machines import Machines, Span
from praya.apps.forecasts.queries.on_clusters import Places, alive_on, runs_on
from praya.apps.forecasts.rules import spread
from praya.apps.usage.models import Job
from praya.apps.usage.rules import ALIVE, ON_SLOTS, JobState
from praya.core.simulator.cluster.model import Partition
from praya.core.simulator.forecast.question import RunningJob, RunTimes, WaitingJob

HISTORY = timedelta(days=90)
HISTORY_JOBS_MAX = 20_000
# Fewer jobs say too little of what is to come.
JOBS_MIN = 5
SAMPLES_MAX = 400
EVERYBODY_MAX = 2_000
OTHERS = "others"  # every award of other programmes, taken as one


_FIELDS = (
    "code",
    "award__programme__code",
    "line__code",
    "line__shape",
    "partition_id",
    "member_id",
    "member__unix__name",
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


def work_on(partitions: Sequence[SitePartition], now: datetime) -> Work:
    """Five queries: jobs that are not over, and the latest that ran in the last weeks.

    Those that came in on clusters themselves are among both. Free use is left out: it is stopped
    for whatever is paid for, so nobody waits for it.
    """
    here = Job.objects.filter(partition__in=partitions, is_free_use=False)
    alive = here.filter(state__in=[state.value for state in ALIVE]).order_by("id")
    ran = here.filter(ended_at__gte=now - HISTORY, started_at__isnull=False).order_by("-id")
    places, most = Places(partitions), HISTORY_JOBS_MAX
    standing = [_row(*row) for row in alive.values_list(*_FIELDS)]
    past = [_row(*row) for row in ran.values_list(*_FIELDS)[:most]]
    there, over = list(alive_on(places, now)), runs_on(places, now - HISTORY, most)
    if there:
        standing = sorted([*standing, *there], key=lambda row: row.submitted_at)
    if over:
        past = sorted([*past, *over], key=lambda row: row.submitted_at, reverse=True)[:most]
    return Work(standing, past)


def _row(*facts: Any) -> JobRow:  # noqa: ANN401 -- columns of a job
    """A job of Praya's own; who has a name on the clusters is one with who submits there."""
    code, programme, line, shape, partition, member, name, cards, *rest = facts
    return JobRow(code, programme, line, shape, partition, name or str(member), cards, 0, *rest)


def running_jobs(
    work: Work, machines: Machines, span: Span, award_of: Callable[[JobRow], str | None]
) -> list[RunningJob]:
    """The jobs on slots, laid on nodes in service that no lease of now holds.

    Which node it is matters to nobody: all of a partition are alike. Nodes may be broken up
    otherwise than they truly are; then a job is laid card by card. One for which there is no room,
    as where capacity was taken out under it, is left out.
    """
    leases = {one.name: one for one in machines.leases}
    free = {pool: FreeNodes(cards) for pool, cards in free_cards(machines, span.now_s).items()}
    found = []
    for place, row in enumerate(work.alive, start=1):
        name, pool = award_of(row), _pool_of(row, machines, leases)
        if JobState(row.state) not in ON_SLOTS or name is None or pool is None:
            continue
        shape = spread(row.cards, _node_cards(machines, pool), row.nodes)
        for nodes, each in dict.fromkeys((shape, (row.cards, 1))):
            if on := free[pool].taken(nodes, each):
                break
        else:
            continue
        begun = row.started_at or span.now
        found.append(
            RunningJob(
                name=_name_of(row, name, place),
                award=name,
                pool=pool,
                on=on,
                cards=each,
                begun_s=min(span.second(begun), span.now_s),
                limit_s=row.limit_s,
                user=row.member,
            )
        )
    return found


def waiting_jobs(
    work: Work, machines: Machines, span: Span, award_of: Callable[[JobRow], str | None]
) -> list[WaitingJob]:
    """The line, first submitted first."""
    leases = {one.name for one in machines.leases}
    found = []
    for place, row in enumerate(work.alive, start=1):
        name, pool = award_of(row), _pool_of(row, machines, leases)
        if JobState(row.state) is not JobState.WAITING or name is None or pool is None:
            continue
        nodes, each = spread(row.cards, _node_cards(machines, pool), row.nodes)
        if not _fits(machines, pool, nodes, each):
            continue
        found.append(
            WaitingJob(
                name=_name_of(row, name, place),
                award=name,
                at=pool,
                cards=each,
                nodes=nodes,
                submit_s=min(span.second(row.submitted_at), span.now_s),
                limit_s=row.limit_s,
                user=row.member,
            )
        )
    return found


def run_times(past: Sequence[JobRow]) -> list[RunTimes]:
    """How much of their limits jobs ran, of everybody and of those who ran enough of them."""
    by_user: dict[str, list[int]] = defaultdict(list)
    for row in past:
        permille = min(1000, max(1, row.run_s * 1000 // row.limit_s))
        for user, most in (("", EVERYBODY_MAX), (row.member, SAMPLES_MAX)):
            if len(by_user[user]) < most:
                by_user[user].append(permille)
    return [
        RunTimes(user, tuple(reversed(known)))
        for user, known in sorted(by_user.items())
        if not user or len(known) >= JOBS_MIN
    ]


def _name_of(row: JobRow, award: str, place: int) -> str:
    """A job's code; those of other programmes are nobody's here, told apart by their place."""
    return f"{OTHERS}-{place}" if award == OTHERS else row.code


def _pool_of(
    row: JobRow, machines: Machines, leases: Mapping[str, object] | set[str]
) -> str | None:
    if row.shape == LineShape.CARDS.value:
        return row.line if row.line in leases else None
    return machines.names.get(row.partition)


def _home_of(machines: Machines, pool: str) -> tuple[Partition, int]:
    """The partition behind a pool, and how many cards the pool has."""
    homes = {one.name: one for one in machines.partitions}
    for lease in machines.leases:
        if lease.name == pool:
            return homes[lease.partition], lease.cards
    return homes[pool], homes[pool].nodes * homes[pool].cards


def _node_cards(machines: Machines, pool: str) -> int:
    return _home_of(machines, pool)[0].cards


def _fits(machines: Machines, pool: str, nodes: int, each: int) -> bool:
    """Whether a job could ever stand on a pool."""
    home, cards = _home_of(machines, pool)
    return each <= home.cards and nodes * each <= cards and nodes <= -(-cards // home.cards)
