"""Days and instants as a reader writes them."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

_MIDNIGHT = "00:00"


def day(on: date) -> str:
    """``5 March 2027``."""
    return _day(on, get_language())


def instant(at: datetime) -> str:
    """``5 March 2027, 14:05``, in the site's zone."""
    return _in_pattern(at, "DATETIME_FORMAT")


def instant_in_short(at: datetime) -> str:
    """``5 Mar 2027, 14:05``, in the site's zone."""
    return _in_pattern(at, "SHORT_DATETIME_FORMAT")


@lru_cache(maxsize=5_000)
def _day(on: date, language: str | None) -> str:
    del language  # it decides the order and the words
    return date_format(on, "DATE_FORMAT")


def _in_pattern(at: datetime, pattern: str) -> str:
    # A list has many instants of few days: the day is put in words once, the hour filled in.
    local = timezone.localtime(at)
    written = _at_midnight(local.date(), pattern, get_language())
    return written.replace(_MIDNIGHT, f"{local.hour:02}:{local.minute:02}")


@lru_cache(maxsize=5_000)
def _at_midnight(on: date, pattern: str, language: str | None) -> str:
    del language  # it decides the order and the words
    written = date_format(datetime.combine(on, time()), pattern)
    assert _MIDNIGHT in written, pattern
    return written
