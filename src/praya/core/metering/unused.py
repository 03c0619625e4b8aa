"""Use it or lose it: after a share of its days, too little use costs a part of what is unused.

Worked example: a line of 1,000 card-hours over 100 days, checked after 50 % of the days, with 30 %
to be used by then and 50 % of the unused rest to be given back. It is checked when 50 days are
gone. Having used 200 hours (less than 300), it gives back half of 800: 400 hours, and the
subsidy that went with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

HUNDRED_BP = 10_000


@dataclass(frozen=True, slots=True)
class UnusedCheck:
    """A rule in ten-thousandths: when it looks, what is too little, what is given back."""

    after_bp: int
    used_below_bp: int
    cut_bp: int


def check_on(check: UnusedCheck, *, first_on: date, last_on: date) -> date:
    """The day on which a rule looks at a line: the first with its share of the days behind it."""
    days = (last_on - first_on).days + 1
    assert days > 0, (first_on, last_on)
    gone = -(-days * check.after_bp // HUNDRED_BP)
    return first_on + timedelta(days=gone)


def is_below(check: UnusedCheck, *, used: int, granted: int) -> bool:
    """Whether less than the rule's share of a grant is used."""
    return used * HUNDRED_BP < granted * check.used_below_bp


def cut_of_unused(check: UnusedCheck, *, used: int, granted: int) -> int:
    """What a grant loses if it is below: the rule's share of the unused rest, rounded down."""
    if not is_below(check, used=used, granted=granted):
        return 0
    return (granted - used) * check.cut_bp // HUNDRED_BP
