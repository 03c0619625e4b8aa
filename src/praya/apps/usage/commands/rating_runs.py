"""A run of a cluster on paper: the line it counts to, the price of its day, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from praya.apps.usage.queries import days_of, price_of, zone_of
from praya.apps.usage.rules import NoLine, line_for
from praya.core.metering import Rating, rate
from praya.core.programme.asking import NoPrice
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.core.programme.money import Price


def line_of_run(
    lines: Sequence[AwardLine], account: str, model: str, submitted_at: int
) -> AwardLine:
    """The line of an award that a run counts to.

    Raises:
        NoLine: the award has none in card-hours of the device model.

    """
    fitting = {line.pk: line for line in lines if line.device_model_code == model}
    if not fitting:
        raise NoLine(award=account, device_model=model)
    zone = zone_of(lines[0].award)
    day = instant(submitted_at).astimezone(zone).date()
    days = [(pk, days_of(line).first_on, days_of(line).last_on) for pk, line in fitting.items()]
    chosen = line_for(day, days)
    assert chosen is not None
    return fitting[chosen]


def price_of_run(line: AwardLine, submitted_at: int) -> Price:
    """The list price of the day on which a run was submitted.

    Raises:
        NoPrice: there is none.

    """
    day = instant(submitted_at).astimezone(zone_of(line.award)).date()
    price = price_of(line, day)
    if price is None:
        raise NoPrice(device_model=line.device_model_code, day=day)
    return price


def rating_of(line: AwardLine, time: CardTime, price: Price) -> Rating:
    """What time on a line costs, and who bears it."""
    per_hour = Money.parse(str(price.per_card_hour), line.award.programme.currency)
    return rate(time, per_hour=per_hour, rate_bp=line.award.rate_bp)


def instant(seconds: int) -> datetime:
    """An instant of the cluster's, in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
