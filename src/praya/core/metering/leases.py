"""A lease day by day, by the difference of sums since its first day.

Worked example: one card at HK$0.33 an hour and 70 %. A day lists at ``24 * 33 = 792`` cents.
The subsidy since the first day is 554 cents after one day and 1108 after two, so the second day's
is 554; the third's is ``1663 - 1108 = 555``. Three days add up to the share of three days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from praya.core.metering.rating import Rating
from praya.core.quantity import CardTime, Money

DAY_S = 86_400
DAY_H = 24


@dataclass(frozen=True, slots=True)
class Lease:
    """Cards of a device model held from a day on, at a subsidy in ten-thousandths."""

    device_model: str
    cards: int
    first_on: date
    rate_bp: int


@dataclass(frozen=True, slots=True)
class LeaseDay:
    """One day of a lease, rated; ``per_hour`` is that day's list price of a card-hour."""

    day: date
    per_hour: Money
    rating: Rating


def lease_days(
    lease: Lease, *, from_on: date, to_on: date, price_on: Callable[[date], Money]
) -> Iterator[LeaseDay]:
    """The days ``from_on`` to ``to_on`` of a lease, both included; ``price_on`` is a card-hour's.

    Which days are asked for changes no day's figures.
    """
    assert lease.first_on <= from_on, (lease, from_on)
    day_time = CardTime(lease.cards * DAY_S, lease.device_model)
    since_first: Money | None = None
    day = lease.first_on
    while day <= to_on:
        per_hour = price_on(day)
        list_price = Money(lease.cards * DAY_H * per_hour.minor, per_hour.currency)
        before = since_first or Money(0, per_hour.currency)
        since_first = before + list_price
        if day >= from_on:
            subsidy = since_first.share(lease.rate_bp) - before.share(lease.rate_bp)
            yield LeaseDay(day, per_hour, Rating(day_time, list_price, subsidy))
        day += timedelta(days=1)
