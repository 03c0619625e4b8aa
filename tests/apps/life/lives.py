"""A site whose awards live under given rules, and what stands in its book."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from tests.awarding import Given, active_award, lead_of, make_site

from praya.apps.books.queries import line_numbers, pool_numbers
from praya.apps.life.commands import run_life_rules, warn_of_cuts
from praya.apps.usage.commands import submit_job

BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)  # when 1 February begins in Hong Kong
LINE = "PIR-0001.1"
HOUR = 3600
HUNDRED_DAYS = Given(hours=1000, first_on=date(2026, 2, 1), last_on=date(2026, 5, 11))
HALF = {
    "code": "half",
    "name": {"en": "Half-way check"},
    "after_percent": 50,
    "tiers": [{"used_below_percent": 30, "cut_percent": 50}],
    "warn_days_before": [30, 7],
    "waived_by": "committee",
}
LATE = HALF | {
    "code": "late",
    "name": {"en": "Late check"},
    "after_percent": 80,
    "tiers": [{"used_below_percent": 60, "cut_percent": 100}],
    "warn_days_before": [],
    "waived_by": None,
}
AGEING = {
    "code": "ageing",
    "name": {"en": "Ageing"},
    "every_days": 10,
    "warn_days_before": [],
    "waived_by": "officer",
}
HALVES = {
    "code": "halves",
    "name": {"en": "Halves"},
    "parts": [
        {"code": "first", "percent": 50},
        {"code": "second", "percent": 50, "report": {"en": "Progress report"}},
    ],
}


def award_under(life: dict, *, lines: list[Given] | None = None):
    """A site whose programme has these rules, and an award accepted as February begins."""
    make_site(BEGIN, life=life)
    return active_award(BEGIN, lines=lines or [HUNDRED_DAYS])


def day(number: int) -> datetime:
    """The instant at which so many days of the award are over."""
    return BEGIN + timedelta(days=number)


def live_until(number: int, *, since: int = 0) -> None:
    """The worker's rounds, once a day."""
    for each in range(since, number + 1):
        warn_of_cuts(now=day(each))
        run_life_rules(now=day(each))


def hold(award, card_hours: int, now: datetime, *, key: str = ""):
    """A job that holds so many card-hours."""
    return submit_job(
        award_code=award.code,
        cards=8,
        time_limit_s=card_hours * HOUR // 8,
        argv=["true"],
        key=key or str(now),
        by=lead_of(award, now),
        now=now,
    )


def committed(line: str = LINE) -> list[int]:
    """What stands on a line: card-hours, and minor units of subsidy."""
    time, money = line_numbers([line])[line]
    return [time.committed // HOUR, money.committed]


def pool_free(pool: str = "subsidy") -> int:
    """What is left in a pool."""
    return next((each.free for each in pool_numbers("pier") if each.pool == pool), 0)
