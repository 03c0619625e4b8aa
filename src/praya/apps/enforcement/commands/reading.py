"""The round that reads a cluster's accounts: what ended is charged, what runs is held."""

from __future__ import annotations

from datetime import datetime

from praya.apps.enforcement.commands.following import engine_of, note_silent
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries import accounts_held, link_of
from praya.apps.enforcement.reserving import leases_standing_on
from praya.apps.enforcement.rules import READ_EVERY_S
from praya.apps.usage.commands import (
    Received,
    count_own_runs,
    hold_in_flight,
    measure_leased_runs,
    own_runs,
    receive_runs,
    release_unheard,
)
from praya.core.execution.accounting import begin_of_read
from praya.core.execution.port import EngineUnavailable

_AHEAD_S = 60  # the cluster's clock may be before Praya's


def read_accounts(*, code: str, now: datetime) -> Received | None:
    """Read what was used on a cluster since the last read; ``None`` where it is not yet time.

    Late records are met by reading some time again. The place is kept only after all was charged,
    so a read that was killed is made again, and what it had charged is known by its key.

    Raises:
        EngineUnavailable: the cluster did not answer. Since when is written down.

    """
    link = link_of(code)
    if link.enforced_since is None or not _is_due(link, now):
        return None
    now_s = int(now.timestamp())
    begun = link.read_until
    since = (
        int(link.enforced_since.timestamp()) - _AHEAD_S
        if begun is None
        else begin_of_read(last_read_at=min(begun, now_s), now=now_s)
    )
    try:
        usage = engine_of(link).usage(since=since, until=now_s + _AHEAD_S)
    except EngineUnavailable as outage:
        note_silent(link, outage, now=now)
        raise
    awards = accounts_held()
    # Praya's own jobs are held and charged as jobs; the cluster's counter has them all the same.
    own = own_runs(code, (*usage.ended, *usage.in_flight), user=own_user())
    ended = [run for run in usage.ended if run.key not in own]
    received = receive_runs(cluster_code=code, runs=ended, awards=awards, now=now)
    count_own_runs(cluster_code=code, runs=usage.ended, own=own)
    leases = leases_standing_on(link)
    measure_leased_runs(cluster_code=code, runs=ended, lines=leases, now=now)
    ours = [run for run in usage.in_flight if run.account in awards and run.key not in own]
    hold_in_flight(cluster_code=code, runs=ours, awards=awards, now=now)
    release_unheard(cluster_code=code, alive=[run.key for run in ours], now=now)
    Link.objects.filter(pk=link.pk).update(read_until=now_s, read_at=now)
    return received


def _is_due(link: Link, now: datetime) -> bool:
    return link.read_at is None or (now - link.read_at).total_seconds() >= READ_EVERY_S
