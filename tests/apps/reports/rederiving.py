"""A statement made again from usage records, the price list of a rule version, and a rate.

Nothing that was charged is read: seconds come from the meter, prices from the rules, the rest is
arithmetic. Charges only say on which month's statement a use stands, and under which entry.
"""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from praya.apps.awards.models import Award, AwardLine
from praya.apps.programmes.queries import rules_of
from praya.apps.reports.queries import Statement, StatementLine, statement
from praya.apps.usage.models import UsageRecord
from praya.core.metering import Lease, Rating, lease_days, rate
from praya.core.quantity import CardTime, Money


def rederived(award_code: str, month: str) -> Statement:
    """The statement as it should be."""
    made = statement(award_code, month)
    award = Award.objects.select_related("programme", "rule_version").get(code=award_code)
    records = {
        record.charge.entry_key + record.key: record
        for record in UsageRecord.objects.filter(charge__award=award, charge__month=month)
        .select_related("charge", "job", "line")
        .order_by("ended_at", "charge__id")
    }
    lines = [
        _line(award, record, seen)
        for record, seen in zip(records.values(), made.lines, strict=True)
    ]
    return replace(made, rate_bp=award.rate_bp, lines=tuple(lines))


def _line(award: Award, record: UsageRecord, seen: StatementLine) -> StatementLine:
    zone = ZoneInfo(award.programme.time_zone)
    rules = rules_of(award.rule_version)
    priced_at = record.job.submitted_at if record.job else record.began_at
    price = rules.price_on(record.device_model_code, priced_at.astimezone(zone).date())
    assert price is not None, record.key
    service_class = (record.job or record.line).service_class
    per_hour = rules.money(price.per_hour_in(service_class))
    rating = _rating(award, record, per_hour)
    return StatementLine(
        ended_at=record.ended_at,
        what=record.job.code if record.job else record.line.code,
        kind=record.kind,
        line_code=record.line.code,
        cards=record.cards,
        time=rating.time,
        price=per_hour,
        price_from=price.valid_from,
        service_class=service_class,
        rule_version=award.rule_version.number,
        rate_bp=award.rate_bp,
        list_price=rating.list_price,
        subsidy=rating.subsidy,
        own=rating.own,
        entry_key=seen.entry_key,
        usage_key=record.key,
        late_from=seen.late_from,
    )


def _rating(award: Award, record: UsageRecord, per_hour: Money) -> Rating:
    if record.job is not None:
        held = CardTime(record.card_seconds, record.device_model_code)
        return rate(held, per_hour=per_hour, rate_bp=award.rate_bp)
    return _day_of_lease(award, record.line, record)


def _day_of_lease(award: Award, line: AwardLine, record: UsageRecord) -> Rating:
    zone = ZoneInfo(award.programme.time_zone)
    rules = rules_of(award.rule_version)
    day = record.began_at.astimezone(zone).date()

    def price_on(asked) -> Money:
        price = rules.price_on(line.device_model_code, asked)
        return rules.money(price.per_hour_in(line.service_class))

    lease = Lease(line.device_model_code, line.cards, line.first_on, award.rate_bp)
    [one] = lease_days(lease, from_on=day, to_on=day, price_on=price_on)
    return one.rating
