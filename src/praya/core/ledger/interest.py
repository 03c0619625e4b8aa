"""Simple interest on money that is owed: by the day, at dated rates, in whole minor units.

A year has 365 days, in a leap year too. Interest bears none. Each reckoning cuts down to the whole
minor unit and hands on what it cut away, so that many short ones come to what one long one does.

Worked example. HK$1,000.00 are owed at 4.5 % a year. A day adds ``100000 * 450 = 45000000`` parts,
of which 3,650,000 make a cent: 12 cents, and 1,200,000 parts are handed on. After 365 days it is
HK$45.00 exactly, whether it was reckoned once or each day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from praya.core.quantity import BASIS_POINTS

YEAR_DAYS = 365
PARTS_PER_UNIT = YEAR_DAYS * BASIS_POINTS
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interest:
    """Whole minor units, and the parts of one that are left."""

    minor: int
    rest: int


def interest(
    principal_minor: int,
    *,
    after: date,
    until: date,
    rate_bp_on: Callable[[date], int],
    rest: int = 0,
) -> Interest:
    """Interest for the days after one and until another, that one included; none if it is earlier.

    ``rate_bp_on`` is the rate a year in ten-thousandths, ``rest`` what was handed on before.
    """
    assert principal_minor >= 0, principal_minor
    assert 0 <= rest < PARTS_PER_UNIT, rest
    days = (after + ONE_DAY * number for number in range(1, (until - after).days + 1))
    parts = rest + principal_minor * sum(rate_bp_on(day) for day in days)
    return Interest(*divmod(parts, PARTS_PER_UNIT))
