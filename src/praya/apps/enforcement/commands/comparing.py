"""Comparing a cluster's own sums with what was charged, day by day and down to the run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from django.db import transaction

from praya.apps.enforcement.access import check_may_change
from praya.apps.enforcement.commands.following import engine_of
from praya.apps.enforcement.commands.reading import receive_ended
from praya.apps.enforcement.engines import HoldsAwards
from praya.apps.enforcement.models import ComparedDay, DayDifference, Link
from praya.apps.enforcement.queries import comparing, link_of
from praya.apps.enforcement.queries.charged import AHEAD_S, accounts_charged, charged_from
from praya.apps.enforcement.queries.reserving import leases_standing_on
from praya.apps.enforcement.rules import (
    COMPARE_EVERY_S,
    DAYS_COMPARED,
    Unreachable,
    check_comparable,
)
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.apps.programmes.queries import people_holding
from praya.apps.usage.queries.receiving import awards_by_code, with_allowances
from praya.core.actor import Actor, Role
from praya.core.execution.accounting import HOUR_S, InFlight, Usage, Used
from praya.core.execution.completeness import (
    Compared,
    Records,
    Span,
    Told,
    compare,
    told_runs,
)
from praya.core.execution.port import EngineUnavailable, Outage

_ROWS_AT_ONCE = 1000
_NOT_TOLD = "the accounts tell of nothing that ended, though their sums have what was charged"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing some days of a cluster found: rows, and those that somebody must look at."""

    days: int
    rows: int
    to_look_at: int


def compare_again(
    *, code: str, first_on: date | None, last_on: date | None, by: Actor, now: datetime
) -> Comparison:
    """Read a cluster's records and sums of some days, receive what was missed, compare. Repeatable.

    Days left out are as in ``completeness_visible_to``.

    Raises, in this order:
        NotAllowed, NotFound
        DaysUnfit: the last day is before the first, there are too many, or the first is before
            awards were held there or after today.
        Unreachable

    """
    check_may_change(by)
    link = link_of(code)
    first_on, last_on = comparing.days_asked(link, first_on, last_on, now=now)
    since = comparing.held_on(link)
    check_comparable(first_on, last_on, since=since, today=comparing.day_of(now))
    try:
        done = _compare(link, first_on, last_on, now=now)
    except EngineUnavailable as outage:
        raise Unreachable(said=str(outage)) from outage
    record(
        "cluster.compared",
        subject=("cluster", code),
        by=by,
        now=now,
        first_on=first_on.isoformat(),
        last_on=last_on.isoformat(),
        to_look_at=done.to_look_at,
    )
    return done


def compare_last_days(*, code: str, now: datetime) -> Comparison | None:
    """Compare the last days of a cluster; ``None`` where it is not yet time.

    Raises:
        EngineUnavailable: the cluster did not answer; what was found before stands.

    """
    link = link_of(code)
    if link.enforced_since is None or not _is_due(link, now):
        return None
    today = comparing.day_of(now)
    first_on = today - (DAYS_COMPARED - 1) * comparing.ONE_DAY
    return _compare(link, first_on, today, now=now)


def _is_due(link: Link, now: datetime) -> bool:
    """Once an hour, some minutes after it: by then the cluster has summed the hour before."""
    if link.compared_at is None:
        return True
    last, this = (int(at.timestamp()) - COMPARE_EVERY_S // 6 for at in (link.compared_at, now))
    return last // COMPARE_EVERY_S != this // COMPARE_EVERY_S


def _compare(link: Link, first_on: date, last_on: date, *, now: datetime) -> Comparison:
    """Each day by itself, as far as the cluster has summed it."""
    engine = engine_of(link)
    span = comparing.read_span(first_on, last_on, now=now)
    read = engine.usage(since=span.since, until=span.until + AHEAD_S)
    if read.left_out:  # all of it would seem not to have been charged
        raise EngineUnavailable(read.left_out)
    accounts = comparing.accounts_on(link)
    usage = with_allowances(link.cluster.code, read, accounts=accounts)
    own = _receive(link, usage, now=now)
    every = told_runs(usage, now=int(now.timestamp()))
    told = _under_own_keys([run for run in every if run.account in accounts], own)
    others = {run.key for run in every if run.account not in accounts}
    summed_until = engine.summed_until(since=span.since, until=int(now.timestamp()))
    compared: list[tuple[date, Span, list[Compared]]] = []
    for offset in range((last_on - first_on).days + 1):
        day = first_on + offset * comparing.ONE_DAY
        whole = comparing.span_of(day)
        part = Span(whole.since, min(whole.until, summed_until))
        if part.until - part.since >= HOUR_S:
            found = _compare_day(link, engine, part, told, accounts, others=others)
            compared.append((day, part, found))
    every_row = [one for _, _, found in compared for one in found]
    if not usage.ended and any(one.is_silence for one in every_row):
        raise EngineUnavailable(_NOT_TOLD, cause=Outage.DATABASE)
    for day, part, found in compared:
        is_whole = part == comparing.span_of(day)
        _keep(link, day, found, accounts, whole=is_whole, until=part.until, now=now)
    Link.objects.filter(pk=link.pk).update(
        compared_at=now,
        summed_until=datetime.fromtimestamp(summed_until, UTC),
        unread=[{"line": one.line, "why": one.why} for one in usage.unread[:20]],
    )
    to_look_at = sum(bool(_to_look_at(one)) for one in every_row)
    return Comparison(len(compared), len(every_row), to_look_at)


def _receive(link: Link, usage: Usage, *, now: datetime) -> dict[str, str]:
    """What the rounds have missed, as a record that came very late, is received here.

    Answers Praya's own keys of jobs that are its own, by the runs' keys.
    """
    _, own = receive_ended(
        link,
        usage,
        awards=accounts_charged(link),
        leases=leases_standing_on(link),
        now=now,
    )
    runs: list[Used | InFlight] = [*usage.ended, *usage.in_flight]
    return {run.key: run.run_key for run in runs if run.key in own}


def _under_own_keys(told: Sequence[Told], own: Mapping[str, str]) -> list[Told]:
    """Praya's own jobs are charged under keys of their own: job and attempt."""
    return [
        replace(run, key=":".join(own[run.key].rsplit(".", 1))) if run.key in own else run
        for run in told
    ]


def _compare_day(
    link: Link,
    engine: HoldsAwards,
    span: Span,
    told: Sequence[Told],
    accounts: Mapping[str, str],
    *,
    others: Collection[str],
) -> list[Compared]:
    """One day; what was charged under an account that was given back since is of others now."""
    code = link.cluster.code
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for total in engine.totals(since=span.since, until=span.until):
        if total.account in accounts:
            sums[total.account, total.device_model] += total.card_seconds
    here = [run for run in told if run.began_at < span.until and run.ended_at >= span.since]
    charged = comparing.charged_runs(link, span, {run.key: run.account for run in here})
    records = Records(
        told=here,
        charged={key: one for key, one in charged.items() if key not in others},
        aside=comparing.set_aside(code, [run.key for run in here]),
        held_since=charged_from(link, accounts),
    )
    return compare(span, sums, records)


def _to_look_at(one: Compared) -> int:
    return sum(abs(each.card_seconds) for each in one.reasons if each.kind.needs_a_look)


@transaction.atomic
def _keep(
    link: Link,
    day: date,
    found: Sequence[Compared],
    accounts: Mapping[str, str],
    *,
    whole: bool,
    until: int,
    now: datetime,
) -> None:
    """Put what was found in place of what was found before, and tell operators once of news."""
    told = comparing.told_before(link, day)
    ComparedDay.objects.filter(link=link, day=day).delete()
    rows = {
        one: ComparedDay(
            link=link,
            day=day,
            account=one.account,
            award_code=accounts.get(one.account, ""),
            device_model=one.device_model,
            summed_s=one.summed_s,
            charged_s=one.charged_s,
            to_look_at_s=_to_look_at(one),
            until=datetime.fromtimestamp(until, UTC),
            compared_at=now,
            told_at=told.get((one.account, one.device_model)) if _to_look_at(one) else None,
        )
        for one in found
    }
    news = [row for row in rows.values() if whole and row.to_look_at_s and row.told_at is None]
    for row in news:
        row.told_at = now
    ComparedDay.objects.bulk_create(rows.values(), batch_size=_ROWS_AT_ONCE)
    DayDifference.objects.bulk_create(
        (
            DayDifference(
                of=row,
                kind=reason.kind.value,
                card_seconds=reason.card_seconds,
                job_id=reason.job_id[:60],
                member=reason.member[:40],
                key=reason.key[:120],
                why=reason.why[:60],
            )
            for one, row in rows.items()
            for reason in one.reasons
        ),
        batch_size=_ROWS_AT_ONCE,
    )
    if news:
        _tell_operators(link, day, news, now=now)


def _tell_operators(link: Link, day: date, news: Sequence[ComparedDay], *, now: datetime) -> None:
    by_programme: dict[str, list[ComparedDay]] = defaultdict(list)
    awards = awards_by_code({row.award_code for row in news})
    for row in news:
        by_programme[awards[row.award_code].programme.code].append(row)
    for programme_code, rows in sorted(by_programme.items()):
        for person in people_holding(programme_code, Role.OPERATOR, now):
            send_letter(
                "cluster.incomplete",
                to=person,
                programme=programme_code,
                cluster=link.cluster.code,
                name=link.cluster.name,
                day=day,
                accounts=[row.account for row in rows],
                card_seconds=sum(row.to_look_at_s for row in rows),
            )
