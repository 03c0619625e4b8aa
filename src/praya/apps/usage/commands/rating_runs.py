"""A run of a cluster on paper: the line it counts to, the price of its day, and what it costs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING

from praya.apps.life.queries import life_of
from praya.apps.usage.queries import days_of, per_hour, price_of, zone_of
from praya.apps.usage.rules import NoLine, line_for
from praya.core.metering import Rating, rate
from praya.core.programme.asking import NoPrice
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.apps.awards.models import AwardLine
    from praya.apps.usage.queries import Listed


@dataclass(frozen=True, slots=True)
class Terms:
    """What the runs of a day count to and are rated by; ``refunds`` are ends that are given back.

    ``per_hour`` is the price of a card-hour in the money of the line's programme.
    """

    line: AwardLine
    price: Listed
    per_hour: Money
    zone: tzinfo
    refunds: Collection[str]

    def rating(self, card_seconds: int) -> Rating:
        """What card-seconds on the line cost, and who bears it."""
        time = CardTime(card_seconds, self.line.device_model_code)
        return rate(time, per_hour=self.per_hour, rate_bp=self.line.award.rate_bp)


def terms_of_run(lines: Sequence[AwardLine], account: str, model: str, submitted_at: int) -> Terms:
    """The terms of a run of an award with these lines, by the day on which it was submitted.

    Raises, in this order:
        NoLine: the award has none in card-hours of the device model.
        NoPrice: the device model has none on that day.

    """
    zone = zone_of(lines[0].award) if lines else UTC
    return terms_on(lines, account, model, day_in(zone, submitted_at))


def terms_on(lines: Sequence[AwardLine], account: str, model: str, day: date) -> Terms:
    """As ``terms_of_run``, for all that were submitted on a day."""
    fitting = {line.pk: line for line in lines if line.device_model_code == model}
    if not fitting:
        raise NoLine(award=account, device_model=model)
    days = [(pk, days_of(line).first_on, days_of(line).last_on) for pk, line in fitting.items()]
    chosen = line_for(day, days)
    assert chosen is not None
    line = fitting[chosen]
    price = price_of(line, day)
    if price is None:
        raise NoPrice(device_model=model, day=day)
    refunds = life_of(line.award).refunds
    return Terms(line, price, per_hour(line, price), zone_of(line.award), refunds)


def day_in(zone: tzinfo, seconds: int) -> date:
    """The day of an instant of the cluster's, in a zone."""
    return datetime.fromtimestamp(seconds, zone).date()


def instant(seconds: int) -> datetime:
    """An instant of the cluster's, in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
