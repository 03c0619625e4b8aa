"""Rows by the thousand: what is put past the ORM stands there as the ORM would have put it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from praya.apps.usage.commands.adding import text_of_instant

AT = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL takes instants as they are")
@pytest.mark.parametrize(
    "instant",
    [AT, AT + timedelta(microseconds=70), AT.astimezone(ZoneInfo("Asia/Hong_Kong"))],
)
def test_an_instant_is_kept_as_django_keeps_it(instant):
    assert text_of_instant(instant) == connection.ops.adapt_datetimefield_value(instant)
