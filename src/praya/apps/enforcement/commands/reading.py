"""The round that reads a cluster's accounts: what ended is charged, what runs is held."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.enforcement.commands.following import engine_of, note_silent
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.charged import AHEAD_S, accounts_charged, charged_from
from praya.apps.enforcement.reserving import leases_standing_on
from praya.apps.enforcement.rules import READ_DAYS_MAX, READ_EVERY_S
from praya.apps.usage.commands import (
    Received,
    count_own_runs,
    hold_in_flight,
    measure_leased_runs,
    own_runs,
    receive_runs,
    release_unheard,
)
from praya.core.execution.accounting import DAY_S, InFlight, Usage, begin_of_read
from praya.core.execution.port import EngineUnavailable

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine

_AT_ONCE = 20_000  # runs charged in one transaction


def read_accounts(*, code: str, now: datetime) -> Received | None:
    """Read what was used on a cluster since the last read; ``None`` where it is not yet time.

    Late records are met by reading some time again, and a long silence is read piece by piece. The
    place is kept only after all of a piece was charged, so a piece whose read was killed is read
    again, and what was charged of it is known by its key.

    Raises:
        EngineUnavailable: the cluster did not answer. Since when is written down.

    """
    link = link_of(code)
    if link.enforced_since is None or not _is_due(link, now):
        return None
    now_s = int(now.timestamp())
    begun = link.read_until
    since = (
        int(link.enforced_since.timestamp()) - AHEAD_S
        if begun is None
        else begin_of_read(last_read_at=min(begun, now_s), now=now_s)
    )
    awards, leases = accounts_charged(link), leases_standing_on(link)
    received = Received()
    ours: list[InFlight] = []
    for begin, end in _pieces(since, now_s + AHEAD_S):
        try:
            usage = engine_of(link).usage(since=begin, until=end)
        except EngineUnavailable as outage:
            note_silent(link, outage, now=now)
            raise
        done, own = receive_ended(link, usage, awards=awards, leases=leases, now=now)
        received.add(done)
        # The last piece has all that runs now.
        ours = [run for run in usage.in_flight if run.account in awards and run.key not in own]
        Link.objects.filter(pk=link.pk).update(read_until=min(max(end, begun or end), now_s))
    hold_in_flight(cluster_code=code, runs=ours, awards=awards, now=now)
    release_unheard(cluster_code=code, alive=[run.key for run in ours], now=now)
    Link.objects.filter(pk=link.pk).update(read_until=now_s, read_at=now)
    return received


def receive_ended(
    link: Link,
    usage: Usage,
    *,
    awards: Mapping[str, str],
    leases: Mapping[str, AwardLine],
    now: datetime,
) -> tuple[Received, dict[str, int]]:
    """Receive the runs of a read that ended since awards are held there, each once. Repeatable.

    What was received before is put right also where it is told to have ended earlier.
    Praya's own jobs are held and charged as jobs, so nothing is charged for them here; the
    cluster's counter has them too, so they are counted. Answers them as well, also those in
    flight: the ids of the jobs, by the run's key.
    """
    code, since = link.cluster.code, charged_from(link, (*awards, *leases))
    own = own_runs(code, (*usage.ended, *usage.in_flight), user=own_user())
    others = [run for run in usage.ended if run.key not in own]
    received = Received()
    for some in (others[at : at + _AT_ONCE] for at in range(0, len(others), _AT_ONCE)):
        received.add(
            receive_runs(cluster_code=code, runs=some, awards=awards, since=since, now=now)
        )
    count_own_runs(cluster_code=code, runs=usage.ended, own=own)
    leased = [run for run in others if run.ended_at >= since.get(run.account, 0)]
    measure_leased_runs(cluster_code=code, runs=leased, lines=leases, now=now)
    return received, own


def _pieces(since: int, until: int) -> Iterator[tuple[int, int]]:
    """A span in pieces, the earliest first: what came together in a long silence is too much."""
    while since < until:
        end = min(since + READ_DAYS_MAX * DAY_S, until)
        yield since, end
        since = end


def _is_due(link: Link, now: datetime) -> bool:
    """The clock may have been set back since: then what was read last lies ahead."""
    return link.read_at is None or abs((now - link.read_at).total_seconds()) >= READ_EVERY_S
