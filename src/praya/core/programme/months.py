"""Calendar months, counted so that the 31st never slips into the month after."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

MONTHS_IN_YEAR = 12
# A month as addresses name it; of other years no day can be reckoned.
MONTH_PATTERN = r"[1-9][0-9]{3}-(0[1-9]|1[0-2])"


def month_start(day: date, *, months: int = 0) -> date:
    """The first day of the month ``months`` after the one of ``day``."""
    count = day.year * MONTHS_IN_YEAR + day.month - 1 + months
    return date(count // MONTHS_IN_YEAR, count % MONTHS_IN_YEAR + 1, 1)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where the month is too short.

    31 January plus one month is 28 February (29 in a leap year), plus two months 31 March.
    """
    first = month_start(day, months=months)
    return first.replace(day=min(day.day, monthrange(first.year, first.month)[1]))
