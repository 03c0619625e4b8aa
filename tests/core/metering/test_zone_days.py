"""Where days begin, and how held time falls on them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from praya.core.metering import instant_of, seconds_by_day

HONG_KONG = ZoneInfo("Asia/Hong_Kong")
LONDON = ZoneInfo("Europe/London")


def test_a_day_begins_where_the_programme_is():
    assert instant_of(date(2026, 3, 2), HONG_KONG) == datetime(2026, 3, 1, 16, tzinfo=UTC)


def test_held_time_is_cut_at_midnight_of_the_zone():
    began_at = datetime(2026, 3, 1, 15, 59, 50, tzinfo=UTC)

    parts = list(seconds_by_day(began_at, began_at + timedelta(seconds=30), HONG_KONG))

    assert parts == [(date(2026, 3, 1), 10), (date(2026, 3, 2), 20)]


def test_a_day_on_which_the_clocks_change_has_the_hours_it_has():
    began_at = instant_of(date(2026, 3, 29), LONDON)

    parts = list(seconds_by_day(began_at, instant_of(date(2026, 3, 30), LONDON), LONDON))

    assert parts == [(date(2026, 3, 29), 23 * 3600)]


@given(offset_s=st.integers(0, 10**7), length_s=st.integers(0, 10**6))
def test_no_second_is_lost_or_counted_twice(offset_s, length_s):
    began_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=offset_s)

    parts = list(seconds_by_day(began_at, began_at + timedelta(seconds=length_s), LONDON))

    assert sum(seconds for _, seconds in parts) == length_s
    assert [day for day, _ in parts] == sorted({day for day, _ in parts})
