"""Days and instants, put in words as Django does it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format

from praya.words import dates

INSTANTS = (
    datetime(2027, 3, 5, 16, 0, tzinfo=UTC),
    datetime(2027, 3, 5, 15, 59, 59, tzinfo=UTC),
    datetime(2027, 12, 31, 1, 5, tzinfo=UTC),
)


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Hong_Kong", "America/New_York"])
def test_an_instant_is_written_as_django_writes_it(language, zone):
    with translation.override(language), timezone.override(zone):
        for at in INSTANTS:
            local = timezone.localtime(at)
            assert dates.instant(at) == date_format(local, "DATETIME_FORMAT")
            assert dates.instant_in_short(at) == date_format(local, "SHORT_DATETIME_FORMAT")


def test_a_day_follows_the_language_of_the_page():
    def written(language):
        with translation.override(language):
            return dates.day(date(2027, 3, 5))

    assert [written(one) for one in ("en", "zh-hant", "en")] == [
        "5 March 2027",
        "2027年3月5日",
        "5 March 2027",
    ]
