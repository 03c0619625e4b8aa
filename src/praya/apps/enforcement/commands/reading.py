"""The round that reads a cluster's accounts: what ended is charged, what runs is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.enforcement.commands.following import answers_again, engine_of, note_silent
from praya.apps.enforcement.engines import own_user
from praya.apps.enforcement.models import ClusterJob, Link
from praya.apps.enforcement.queries import link_of
from praya.apps.enforcement.queries.charged import AHEAD_S, accounts_charged, charged_from
from praya.apps.enforcement.queries.reserving import leases_standing_on
from praya.apps.enforcement.rules import (
    READ_DAYS_MAX,
    READ_EVERY_S,
    Asked,
    lost_since,
    runaways,
)
from praya.apps.usage.commands import (
    Received,
    count_own_runs,
    hold_in_flight,
    measure_leased_runs,
    own_runs,
    receive_runs,
    release_unheard,
    set_aside_runaways,
)
from praya.apps.usage.queries.receiving import runs_held, with_allowances
from praya.core.execution.accounting import DAY_S, InFlight, Usage, spans_of_read
from praya.core.execution.port import EngineUnavailable

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine

_AT_ONCE = 10_000  # runs charged in one transaction; on SQLite others wait for it


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
    begun, until = link.read_until, now_s + AHEAD_S
    awards, leases = accounts_charged(link), leases_standing_on(link)
    received = Received()
    ours: list[InFlight] = []
    unheard = runs_held(code)
    for begin, end in _pieces(_spans(link, link.enforced_since, now_s)):
        try:
            read = engine_of(link).usage(since=begin, until=end, alive=end == until)
            awards = accounts_charged(link_of(code))  # one may have been given back meanwhile
            usage = with_allowances(code, read, accounts={*awards, *leases})
            done, own = receive_ended(link, usage, awards=awards, leases=leases, now=now)
        except EngineUnavailable as outage:
            note_silent(link, Asked.ACCOUNTS, outage, now=now)
            raise
        received.add(done)
        unheard.difference_update(run.key for run in usage.ended)
        unheard.difference_update(run.key for run in usage.in_flight)
        # The last piece has all that runs now; no other is asked for it.
        ours = [run for run in usage.in_flight if run.account in awards and run.key not in own]
        Link.objects.filter(pk=link.pk).update(read_until=min(max(end, begun or end), now_s))
    lost = lost_since(link.lost, ours, now_s=now_s)
    over = runaways(lost, now_s=now_s)
    gone = [run for run in ours if run.key in over]
    set_aside_runaways(cluster_code=code, runs=gone, awards=awards, since=lost, now=now)
    ours = [run for run in ours if run.key not in over]
    held = hold_in_flight(cluster_code=code, runs=ours, awards=awards, now=now)
    unheld_s: Counter[str] = Counter()  # a job with two kinds of cards is two runs
    for run in ours:
        unheld_s[run.job_id] += held.unheld_s.get(run.key, 0)
    _note_unheld(link, unheld_s)
    alive = {run.key for run in ours} | _still_there(link, unheard)
    release_unheard(cluster_code=code, alive=alive, now=now)
    facts = {"lost": lost, **answers_again(Asked.ACCOUNTS)}
    Link.objects.filter(pk=link.pk).update(read_until=now_s, read_at=now, **facts)
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
    # An entry for each line that a batch meets: so each account's runs stay together.
    others.sort(key=lambda run: run.account)
    received = Received()
    for some in (others[at : at + _AT_ONCE] for at in range(0, len(others), _AT_ONCE)):
        received.add(
            receive_runs(cluster_code=code, runs=some, awards=awards, since=since, now=now)
        )
    count_own_runs(cluster_code=code, runs=usage.ended, own=own)
    leased = [run for run in others if run.ended_at >= since.get(run.account, 0)]
    measure_leased_runs(cluster_code=code, runs=leased, lines=leases, now=now)
    return received, own


def _still_there(link: Link, unheard: set[str]) -> frozenset[str]:
    """Runs of which the accounts tell nothing, and which may run all the same.

    The accounts may fail to ask their database, and then tell of nothing as if nothing had run.
    So what is held is let go of only if the controller does not know the run either; while that is
    away, all is kept.
    """
    if not unheard:
        return frozenset()
    try:
        return engine_of(link).still_known(unheard)
    except EngineUnavailable:
        return frozenset(unheard)


def _note_unheld(link: Link, unheld_s: Mapping[str, int]) -> None:
    """Keep what of running jobs' worst cases is not held; most often nothing differs."""
    for job in link.jobs.filter(began_at__isnull=False).only("number", "unheld_s"):
        now_s = unheld_s.get(job.number, 0)
        if job.unheld_s != now_s:
            ClusterJob.objects.filter(pk=job.pk).update(unheld_s=now_s)


def _spans(link: Link, enforced_since: datetime, now_s: int) -> list[tuple[int, int]]:
    """What is to be read, the earliest first; the last span goes a little beyond now."""
    if link.read_until is None:
        since = int((link.charged_since or enforced_since).timestamp()) - AHEAD_S
        return [(since, now_s + AHEAD_S)]
    last = min(link.read_until, now_s)
    *older, (since, _) = spans_of_read(last_read_at=last, now=now_s)
    return [*older, (since, now_s + AHEAD_S)]


def _pieces(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in pieces: what came together in a long silence is too much for one."""
    for since, until in spans:
        for begin in range(since, until, READ_DAYS_MAX * DAY_S):
            yield begin, min(begin + READ_DAYS_MAX * DAY_S, until)


def _is_due(link: Link, now: datetime) -> bool:
    """The clock may have been set back since: then what was read last lies ahead."""
    return link.read_at is None or abs((now - link.read_at).total_seconds()) >= READ_EVERY_S
