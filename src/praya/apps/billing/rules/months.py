"""Months, as they stand on statements: ``2026-11``."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> str:
    """The month a day lies in."""
    return f"{day:%Y-%m}"


def first_of(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def last_of(month: str) -> date:
    """The last day of a month."""
    return _first_after(month) - timedelta(days=1)


def month_after(month: str) -> str:
    """The month that comes next."""
    return month_of(_first_after(month))


def months_between(month: str, later: str) -> int:
    """How many months lie from the one to the other; below nothing if the other is earlier.

    >>> months_between("2026-11", "2027-02")
    3
    """
    since, until = first_of(month), first_of(later)
    return 12 * (until.year - since.year) + until.month - since.month


def _first_after(month: str) -> date:
    return (first_of(month).replace(day=28) + timedelta(days=4)).replace(day=1)
