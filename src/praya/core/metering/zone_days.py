"""Days of a time zone: where they begin, and how held time falls on them.

A day counts 86 400 seconds in a lease whatever the clocks do; the instants here follow the clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=4096)
def instant_of(day: date, zone: tzinfo) -> datetime:
    """The instant at which a day begins in a zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def seconds_by_day(
    began_at: datetime, ended_at: datetime, zone: tzinfo
) -> Iterator[tuple[date, int]]:
    """Whole seconds between two instants, day by day; only days that have some."""
    assert began_at <= ended_at, (began_at, ended_at)
    here = began_at
    while here < ended_at:
        day = here.astimezone(zone).date()
        until = min(instant_of(day + ONE_DAY, zone), ended_at)
        yield day, int((until - here).total_seconds())
        here = until


def card_seconds_by_day(
    began_at: datetime, ended_at: datetime, zone: tzinfo, *, cards: int, charged_s: int
) -> dict[date, int]:
    """Charged card-seconds on the days on which the cards were held.

    No more than were charged; what is charged beyond what was held, as the whole second of a
    shorter use, counts on the last day.
    """
    first = began_at.astimezone(zone).date()
    if ended_at < instant_of(first + ONE_DAY, zone):  # as nearly all
        return {first: charged_s} if charged_s else {}
    days: dict[date, int] = {}
    left = charged_s
    for day, seconds in seconds_by_day(began_at, ended_at, zone):
        days[day] = min(left, seconds * cards)
        left -= days[day]
    if left:
        last = ended_at.astimezone(zone).date()
        days[last] = days.get(last, 0) + left
    return {day: some for day, some in days.items() if some}
