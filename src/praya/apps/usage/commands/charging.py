"""Charges as they are made and stored: with the sums of their awards' months and lines' days.

Use that comes after its month was closed counts to the month that is open; its statement says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from praya.apps.usage.commands.adding import add_to_sums, insert_many
from praya.apps.usage.commands.rows import ChargeRow, UsageRow
from praya.apps.usage.models import Charge, ChargeMonth, UsageDay, UsageRecord
from praya.apps.usage.queries import closed_until_by_award, zone_of
from praya.apps.usage.rules import UsageKind, open_month
from praya.core.metering import Rating, card_seconds_by_day
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.usage.queries import Listed

_Use = tuple["AwardLine", UsageRecord | UsageRow, Rating]
_DayKey = tuple[int, date, str]
_DAY = ("line_id", "day", "kind")
_LEASE = UsageKind.LEASE.value


def charge_on(
    line: AwardLine,
    usage_id: int,
    rating: Rating,
    *,
    used_on: date,
    per_hour: Money,
    price: Listed,
    entry_key: str,
    now: datetime,
    service_class: str | None = None,
) -> ChargeRow:
    """The charge for a usage record on a line, as its award stands; not stored yet.

    ``per_hour`` is what a card-hour cost in the class of service: the line's, if none is named. It
    names the rules whose price list it rests on: the award's, or those whose fall was passed on.
    """
    award = line.award
    return ChargeRow(
        usage_id=usage_id,
        award_id=award.pk,
        line_id=line.pk,
        month=used_on.isoformat()[:7],
        rule_version_id=price.rule_version_id,
        price_minor_per_hour=per_hour.minor,
        price_from=price.row.valid_from,
        service_class=line.service_class if service_class is None else service_class,
        rate_bp=award.rate_bp,
        card_seconds=rating.time.seconds,
        list_minor=rating.list_price.minor,
        subsidy_minor=rating.subsidy.minor,
        own_minor=rating.own.minor,
        entry_key=entry_key,
        charged_at=now,
    )


def record_taken_back(charge: Charge, key: str, *, now: datetime) -> UsageRecord:
    """The record of a charge turned round: as much less than nothing; not stored yet."""
    usage = charge.usage
    return UsageRecord(
        key=key,
        kind=usage.kind,
        line_id=usage.line_id,
        cluster_code=usage.cluster_code,
        device_model_code=usage.device_model_code,
        cards=usage.cards,
        began_at=usage.began_at,
        ended_at=usage.ended_at,
        card_seconds=-usage.card_seconds,
        received_at=now,
        number=usage.number,
        member=usage.member,
        end=usage.end,
    )


def charge_taken_back(charge: Charge, usage_id: int, *, entry_key: str, now: datetime) -> Charge:
    """A charge turned round, for the record that says so; not stored yet."""
    return Charge(
        usage_id=usage_id,
        award_id=charge.award_id,
        line_id=charge.line_id,
        month=f"{day_used(charge.line, charge.usage):%Y-%m}",
        rule_version_id=charge.rule_version_id,
        price_minor_per_hour=charge.price_minor_per_hour,
        price_from=charge.price_from,
        service_class=charge.service_class,
        rate_bp=charge.rate_bp,
        card_seconds=-charge.card_seconds,
        list_minor=-charge.list_minor,
        subsidy_minor=-charge.subsidy_minor,
        own_minor=-charge.own_minor,
        entry_key=entry_key,
        charged_at=now,
    )


def day_used(line: AwardLine, usage: UsageRecord | UsageRow) -> date:
    """The day on which a use counts: that of its end, or the day of a lease, where it is."""
    return _day_counted(usage, zone_of(line.award))


def _day_counted(usage: UsageRecord | UsageRow, zone: ZoneInfo) -> date:
    counts_at = usage.began_at if usage.kind == _LEASE else usage.ended_at
    return counts_at.astimezone(zone).date()


def rating_of(charge: Charge) -> Rating:
    """What a charge was rated at."""
    currency = charge.award.programme.currency
    time = CardTime(charge.card_seconds, charge.usage.device_model_code)
    return Rating(time, Money(charge.list_minor, currency), Money(charge.subsidy_minor, currency))


@transaction.atomic
def store_charges(charges: Sequence[Charge | ChargeRow]) -> None:
    """Store charges and add them to their months; those of a closed month to the open one.

    Call it once the book has its entry. A month's row is locked from here until the transaction
    ends, so everybody takes it after the book's rows and nobody waits in a circle.
    """
    closed = closed_until_by_award({charge.award_id for charge in charges})
    for charge in charges:
        charge.month = open_month(charge.month, closed.get(charge.award_id))
    insert_many(Charge, charges)
    add_to_sums(ChargeMonth, ("award_id", "month"), _month_sums(charges))


def _month_sums(
    charges: Iterable[Charge | ChargeRow],
) -> dict[tuple[int, str], Counter[str]]:
    """What charges add up to, by award and month: the fields of a ``ChargeMonth``."""
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for charge in charges:
        month = sums[charge.award_id, charge.month]
        month["charges"] += 1
        month["card_seconds"] += charge.card_seconds
        month["list_minor"] += charge.list_minor
        month["subsidy_minor"] += charge.subsidy_minor
        month["own_minor"] += charge.own_minor
    return sums


def add_to_days(uses: Iterable[_Use]) -> None:
    """Add uses to the daily sums of their lines.

    Seconds count on the days on which cards were held; the job and its money on its last. A day of
    a lease is no job.
    """
    add_to_sums(UsageDay, _DAY, _day_sums(uses))


def take_from_days(line: AwardLine, usage: UsageRecord, rating: Rating) -> None:
    """Take a use that was added to the daily sums out of them again."""
    for (line_id, day, kind), added in sorted(_day_sums([(line, usage, rating)]).items()):
        changes = {name: F(name) - amount for name, amount in added.items()}
        UsageDay.objects.filter(line_id=line_id, day=day, kind=kind).update(**changes)


def _day_sums(uses: Iterable[_Use]) -> dict[_DayKey, Counter[str]]:
    sums: dict[_DayKey, Counter[str]] = defaultdict(Counter)
    zones: dict[int, ZoneInfo] = {}
    for line, usage, rating in uses:
        line_id, kind = usage.line_id, usage.kind
        zone = zones.get(line_id) or zones.setdefault(line_id, zone_of(line.award))
        days = card_seconds_by_day(
            usage.began_at,
            usage.ended_at,
            zone,
            cards=usage.cards,
            charged_s=usage.card_seconds,
        )
        for day, seconds in days.items():
            sums[line_id, day, kind]["card_seconds"] += seconds
        last = sums[line_id, _day_counted(usage, zone), kind]
        last["jobs"] += kind != _LEASE
        last["list_minor"] += rating.list_price.minor
        last["subsidy_minor"] += rating.subsidy.minor
        last["own_minor"] += rating.own.minor
    return sums
