"""Days of a time zone: where they begin, and how held time falls on them.

A day counts 86 400 seconds in a lease whatever the clocks do; the instants here follow the clocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo


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
        until = min(instant_of(day + timedelta(days=1), zone), ended_at)
        yield day, int((until - here).total_seconds())
        here = until
