"""What is asked when a cluster's own sums are compared with what was charged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet, Sum
from django.utils.timezone import get_default_timezone

from praya.apps.clusters.access import may_change_machines
from praya.apps.enforcement.access import check_may_see
from praya.apps.enforcement.models import ComparedDay, DayDifference, Link
from praya.apps.enforcement.queries import (
    account_of,
    account_of_lease,
    accounts_held,
    link_of,
    mapped_on,
)
from praya.apps.enforcement.queries.charged import accounts_charged
from praya.apps.enforcement.queries.reserving import leases_standing_on
from praya.apps.enforcement.rules import ACCOUNTS_LATE_S, check_days
from praya.apps.usage.queries import awards_told_of
from praya.apps.usage.queries.completeness import aside_by_key, corrections_on, records_now
from praya.apps.usage.rules import UsageKind
from praya.core.actor import Actor
from praya.core.execution.completeness import ChargedRun, ReasonKind, Span

if TYPE_CHECKING:
    from praya.apps.usage.models import RunCorrection, UsageRecord

DAYS_SHOWN = 7
CORRECTIONS_SHOWN = 100
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Completeness:
    """How a cluster's own sums and the book stand to each other, from a day to a day."""

    link: Link
    first_on: date
    last_on: date
    days: QuerySet[ComparedDay]
    differences: QuerySet[DayDifference]
    corrections: tuple[RunCorrection, ...]
    unread: tuple[dict[str, str], ...]  # lines of the cluster's that could not be read

    @property
    def to_look_at(self) -> int:
        """How many accounts have a difference on a day that somebody has to look at."""
        return self.days.exclude(to_look_at_s=0).count()


def completeness_visible_to(
    actor: Actor, code: str, *, now: datetime, first_on: date | None, last_on: date | None
) -> Completeness:
    """What was compared last, of the days asked for.

    If they are left out, the last is today, and the first six days before it or, if that is later,
    the day from which awards are held there.

    Of programmes that the actor operates or audits; for a site admin, of all. Lines that could not
    be read are anybody's: they are told who may change machines.

    Raises, in this order:
        NotAllowed, NotFound
        DaysUnfit: the last day is before the first, or there are too many.

    """
    check_may_see(actor)
    link = link_of(code)
    first_on, last_on = days_asked(link, first_on, last_on, now=now)
    days = ComparedDay.objects.filter(link=link, day__range=(first_on, last_on))
    days = days.filter(award_code__in=awards_told_of(actor))
    return Completeness(
        link=link,
        first_on=first_on,
        last_on=last_on,
        days=days,
        differences=DayDifference.objects.filter(of__in=days).select_related("of"),
        corrections=tuple(corrections_on(code, actor, CORRECTIONS_SHOWN)),
        unread=tuple(link.unread) if may_change_machines(actor) else (),
    )


def days_asked(
    link: Link, first_on: date | None, last_on: date | None, *, now: datetime
) -> tuple[date, date]:
    """The first and the last day asked for, or what stands for them if they are left out.

    Raises:
        DaysUnfit: the last day is before the first, or there are too many.

    """
    last_on = last_on or day_of(now)
    if first_on is None:
        # Before the first day that there is comes none.
        first_on = last_on - min((DAYS_SHOWN - 1) * ONE_DAY, last_on - date.min)
        first_on = max(first_on, min(held_on(link) or first_on, last_on))
    check_days(first_on, last_on)
    return first_on, last_on


def held_on(link: Link) -> date | None:
    """The day from which awards are held on a cluster, if they are."""
    return day_of(link.charged_since) if link.charged_since and link.enforced_since else None


def day_of(at: datetime) -> date:
    """The day of an instant, as midnight parts them at the site."""
    return at.astimezone(get_default_timezone()).date()


def reasons_of(days: Iterable[ComparedDay]) -> dict[int, dict[ReasonKind, tuple[int, int]]]:
    """Card-seconds and runs of each kind of reason, by compared day. One query."""
    found: dict[int, dict[ReasonKind, tuple[int, int]]] = defaultdict(dict)
    rows = DayDifference.objects.filter(of__in=[one.pk for one in days]).order_by()
    sums = rows.values_list("of", "kind").annotate(Sum("card_seconds"), Count("pk"))
    for pk, kind, seconds, runs in sums:
        found[pk][ReasonKind(kind)] = seconds, runs
    return found


def span_of(day: date) -> Span:
    """A day, from midnight to midnight."""
    begin, end = (
        int(datetime(one.year, one.month, one.day, tzinfo=get_default_timezone()).timestamp())
        for one in (day, day + ONE_DAY)
    )
    return Span(begin, end)


def accounts_on(link: Link) -> dict[str, str]:
    """The awards behind the accounts of a cluster, those of leases among them."""
    leases = {account: line.award.code for account, line in leases_standing_on(link).items()}
    return accounts_charged(link) | leases


def charged_runs(link: Link, span: Span, told: Mapping[str, str]) -> dict[str, ChargedRun]:
    """What runs of a cluster are charged now, if they held anything in a span; by their keys.

    A run that was put right counts as it was charged last. ``told`` are the accounts under which
    the cluster tells runs, by their keys: an award may have had several.
    """
    cluster_code, mapped, awards = link.cluster.code, mapped_on(link), accounts_held(link)
    begin, end = (datetime.fromtimestamp(at, UTC) for at in (span.since, span.until))
    records = records_now(cluster_code, since=begin, until=end)
    prefix = f"{cluster_code}:"
    return {
        run_key: _charged(run_key, record, mapped, awards, told.get(run_key, ""))
        for run_key, record in (
            (key.removeprefix(prefix), record) for key, record in records.items()
        )
    }


def _charged(
    key: str, record: UsageRecord, mapped: Mapping[str, str], awards: Mapping[str, str], told: str
) -> ChargedRun:
    line, code = record.line, record.line.award.code
    account = mapped.get(code, account_of(code))
    if record.kind == UsageKind.LEASE_JOB.value:
        account = account_of_lease(line.code)
    elif awards.get(told) == code:
        account = told
    return ChargedRun(
        key=key,
        account=account,
        job_id=record.number or (record.job.code if record.job else ""),
        member=record.member,
        device_model=record.device_model_code,
        cards=record.cards,
        began_at=int(record.began_at.timestamp()),
        ended_at=int(record.ended_at.timestamp()),
        card_seconds=record.card_seconds,
        is_measured_here=record.job is not None,
    )


def set_aside(cluster_code: str, keys: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """Why runs were set aside, and whether they are given back, by their keys."""
    asked = {f"{cluster_code}:{key}": key for key in keys}
    return {asked[key]: found for key, found in aside_by_key(asked).items()}


def read_span(first_on: date, last_on: date, *, now: datetime) -> Span:
    """What of a cluster's records is read to compare days: some of them end later."""
    since, until = span_of(first_on).since, span_of(last_on).until
    return Span(since, min(int(now.timestamp()), until + ACCOUNTS_LATE_S))


def told_before(link: Link, day: date) -> Mapping[tuple[str, str], datetime]:
    """When operators were told of what stands on a day, by account and device model."""
    rows = ComparedDay.objects.filter(link=link, day=day, told_at__isnull=False)
    return {(row.account, row.device_model): row.told_at for row in rows if row.told_at}
