"""A run of a cluster on paper: the line it counts to, the price of its day, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import cache
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


_Days = tuple[int, date, date]  # of a line: its number, the first and the last


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
    rate_bp: int

    def rating(self, card_seconds: int) -> Rating:
        """What card-seconds on the line cost, and who bears it."""
        time = CardTime(card_seconds, self.line.device_model_code)
        return rate(time, per_hour=self.per_hour, rate_bp=self.rate_bp)


def terms_of_run(lines: Sequence[AwardLine], account: str, model: str, submitted_at: int) -> Terms:
    """The terms of a run of an award with these lines, by the day on which it was submitted.

    Raises, in this order:
        NoLine: the award has none in card-hours of the device model.
        NoPrice: the device model has none on that day.

    """
    zone = zone_of(lines[0].award) if lines else UTC
    return terms_by_day({account: lines})(account, model, day_in(zone, submitted_at))


def terms_by_day(
    lines: Mapping[str, Sequence[AwardLine]],
) -> Callable[[str, str, date], Terms]:
    """What tells the terms of an account's runs by device model and day, as ``terms_of_run``.

    ``lines`` are those of awards of one programme, by account. What many runs have in common is
    found out once.
    """
    prices: dict[tuple[int, str, str, date], tuple[Listed, Money]] = {}

    @cache
    def terms(account: str, model: str, day: date) -> Terms:
        fitting, days = of_model(account, model)
        chosen = line_for(day, days)
        assert chosen is not None
        line = fitting[chosen]
        award = line.award
        key = award.rule_version_id, model, line.service_class, day
        if key not in prices:
            price = price_of(line, day)
            if price is None:
                raise NoPrice(device_model=model, day=day)
            prices[key] = price, per_hour(line, price)
        refunds = life_of(award).refunds
        return Terms(line, *prices[key], zone_of(award), refunds, award.rate_bp)

    @cache
    def of_model(account: str, model: str) -> tuple[dict[int, AwardLine], list[_Days]]:
        fitting = {one.pk: one for one in lines.get(account, ()) if one.device_model_code == model}
        if not fitting:
            raise NoLine(award=account, device_model=model)
        spans = {pk: days_of(line) for pk, line in fitting.items()}
        return fitting, [(pk, span.first_on, span.last_on) for pk, span in spans.items()]

    return terms


def day_in(zone: tzinfo, seconds: int) -> date:
    """The day of an instant of the cluster's, in a zone."""
    return datetime.fromtimestamp(seconds, zone).date()


def instant(seconds: int) -> datetime:
    """An instant of the cluster's, in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
