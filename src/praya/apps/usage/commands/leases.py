"""Leases, charged day by day when a day is over, busy or idle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from itertools import groupby
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import charge_line, return_line
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.usage.commands.charging import charge_on, store_charges
from praya.apps.usage.models import UsageDay, UsageRecord
from praya.apps.usage.queries import (
    lease_span,
    leases_to_accrue,
    leases_to_return,
    line_for_update,
    per_hour,
    price_of,
    zone_of,
)
from praya.apps.usage.rules import UsageKind
from praya.core.actor import Actor
from praya.core.metering import Lease, LeaseDay, instant_of, lease_days
from praya.core.programme.asking import NoPrice
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.usage.queries import Listed

PRAYA = Actor.praya("leases")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Accrued:
    """What an accrual did: whole days by line, and the lines it had to leave, with the reason."""

    days: dict[str, int]
    findings: dict[str, Refusal]


def accrue_leases(*, now: datetime) -> Accrued:
    """Charge every day of every lease that is over and not charged yet, however many there are.

    A line's days are counted in its programme's zone, from its first day or the day from which the
    award could be used, whichever is later. One transaction a line; a line that cannot be charged
    is among the findings and does not stop the others.
    """
    findings: dict[str, Refusal] = {}

    def accrue(line: AwardLine) -> int:
        try:
            return _accrue_line(line_id=line.pk, now=now)
        except Refusal as refusal:
            findings[line.code] = refusal
            return 0

    each = each_by_itself(
        leases_to_accrue(now), accrue, name_of=lambda line: line.code, what="lease"
    )
    return Accrued({line.code: days for line, days in each if days}, findings)


def return_leases(*, now: datetime) -> list[str]:
    """Return what is free on leases of ended awards; codes of those lines. Repeatable.

    A lease that has a day to charge, or cannot be charged, keeps what is free until it is. So call
    it after ``accrue_leases``. One transaction a line.
    """
    each = each_by_itself(
        leases_to_return(),
        lambda line: _return_line(line_id=line.pk, now=now),
        name_of=lambda line: line.code,
        what="lease to return",
    )
    return [line.code for line, is_done in each if is_done]


@transaction.atomic
def _return_line(*, line_id: int, now: datetime) -> bool:
    line = line_for_update(line_id)
    if lease_span(line, now) is not None:
        return False
    code = line.award.programme.code
    return_line(
        programme_code=code,
        line_code=line.code,
        key=line.award.key_of_end(line.code),
        reason="ended",
        by=PRAYA,
        now=now,
    )
    record(
        "lease.returned", subject=("award-line", line.code), by=PRAYA, now=now, programme_code=code
    )
    return True


@transaction.atomic
def _accrue_line(*, line_id: int, now: datetime) -> int:
    """Charge the days of one lease; how many."""
    line = line_for_update(line_id)
    span = lease_span(line, now)
    if span is None:
        return 0
    lease = Lease(line.device_model_code, line.cards, line.first_on, line.award.rate_bp)
    priced = cache(partial(_price_of, line))
    days = list(
        lease_days(
            lease,
            from_on=span.first_on,
            to_on=span.last_on,
            price_on=lambda day: per_hour(line, priced(day)),
        )
    )
    keys = _charge_months(line, days, now=now)
    _store(line, days, keys, priced, now=now)
    record(
        "lease.charged",
        subject=("award-line", line.code),
        by=PRAYA,
        now=now,
        programme_code=line.award.programme.code,
        first_on=span.first_on.isoformat(),
        last_on=span.last_on.isoformat(),
        card_seconds=sum(day.rating.time.seconds for day in days),
    )
    return len(days)


def _price_of(line: AwardLine, day: date) -> Listed:
    price = price_of(line, day)
    if price is None:
        raise NoPrice(device_model=line.device_model_code, day=day)
    return price


def _charge_months(line: AwardLine, days: list[LeaseDay], *, now: datetime) -> dict[str, str]:
    """One entry for each month of the days; the entries' keys by month."""
    keys = {}
    for month, part in _by_month(days):
        key = f"lease:{line.code}:{part[0].day}:{part[-1].day}"
        currency = part[0].per_hour.currency
        charge_line(
            programme_code=line.award.programme.code,
            line_code=line.code,
            key=key,
            time=CardTime(sum(d.rating.time.seconds for d in part), line.device_model_code),
            subsidy=Money(sum(d.rating.subsidy.minor for d in part), currency),
            own=Money(sum(d.rating.own.minor for d in part), currency),
            now=now,
            used_on=part[0].day,
            facts={"first_on": str(part[0].day), "last_on": str(part[-1].day)},
        )
        keys[month] = key
    return keys


def _store(
    line: AwardLine,
    days: list[LeaseDay],
    keys: dict[str, str],
    priced: Callable[[date], Listed],
    *,
    now: datetime,
) -> None:
    records = UsageRecord.objects.bulk_create([_usage_record(line, day, now=now) for day in days])
    store_charges(
        [
            charge_on(
                line,
                usage.pk,
                day.rating,
                used_on=day.day,
                per_hour=day.per_hour,
                price=priced(day.day),
                entry_key=keys[_month(day.day)],
                now=now,
            )
            for day, usage in zip(days, records, strict=True)
        ]
    )
    UsageDay.objects.bulk_create(
        [
            UsageDay(
                line=line,
                day=day.day,
                kind=UsageKind.LEASE.value,
                card_seconds=day.rating.time.seconds,
                list_minor=day.rating.list_price.minor,
                subsidy_minor=day.rating.subsidy.minor,
                own_minor=day.rating.own.minor,
            )
            for day in days
        ]
    )


def _usage_record(line: AwardLine, day: LeaseDay, *, now: datetime) -> UsageRecord:
    zone = zone_of(line.award)
    return UsageRecord(
        key=f"lease:{line.code}:{day.day}",
        kind=UsageKind.LEASE.value,
        line=line,
        device_model_code=line.device_model_code,
        cards=line.cards,
        began_at=instant_of(day.day, zone),
        ended_at=instant_of(day.day + ONE_DAY, zone),
        card_seconds=day.rating.time.seconds,
        received_at=now,
    )


def _by_month(days: list[LeaseDay]) -> Iterable[tuple[str, list[LeaseDay]]]:
    for month, part in groupby(days, key=lambda day: _month(day.day)):
        yield month, list(part)


def _month(day: date) -> str:
    return f"{day:%Y-%m}"
