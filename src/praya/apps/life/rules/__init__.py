"""What holds for the life of an award on paper, beside ``core.life``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from praya.apps.life.rules.refusals import (
    AlreadyOpen,
    CannotWaive,
    CheckMade,
    NothingCut,
    NotOpenYet,
    PartUsed,
    PlanFixed,
    PlanUnfit,
    ReportAccepted,
    TrancheNotLast,
    TrancheNotNext,
    WaiverUsed,
)
from praya.core.life import Plan, Span
from praya.core.programme.life import Tranches

CARD_HOURS_MAX = 10**9

# The mark under which a waiver lets the later months of a window be used.
LATER_MONTHS = "later-months"

__all__ = [
    "LATER_MONTHS",
    "AlreadyOpen",
    "CannotWaive",
    "CheckMade",
    "NotOpenYet",
    "NothingCut",
    "PartUsed",
    "PlanFixed",
    "PlanUnfit",
    "ReportAccepted",
    "TrancheNotLast",
    "TrancheNotNext",
    "WaiverUsed",
    "check_next_tranche",
    "check_plan",
    "plan_of",
    "planned_within",
]


def check_plan(*, line: str, months: Mapping[str, int], span: Span) -> None:
    """Refuse a plan that cannot be one.

    Raises:
        PlanUnfit: a month that is none or outside the line; an amount below zero or beyond any
            line; nothing planned at all.

    """
    first, last = f"{span.first_on:%Y-%m}", f"{span.last_on:%Y-%m}"
    for month, amount in months.items():
        if not _is_month(month) or not first <= month <= last:
            raise PlanUnfit(line=line, reason="month", month=month, first=first, last=last)
        if not 0 <= amount <= CARD_HOURS_MAX:
            raise PlanUnfit(line=line, reason="amount", month=month, first=first, last=last)
    if not any(months.values()):
        raise PlanUnfit(line=line, reason="nothing", month="", first=first, last=last)


def plan_of(months: Mapping[str, int]) -> Plan:
    """A stored plan as a value."""
    return Plan(
        tuple(
            (date.fromisoformat(f"{month}-01"), amount) for month, amount in sorted(months.items())
        )
    )


def planned_within(months: Mapping[str, int], span: Span) -> dict[str, int]:
    """What of a plan lies in the months of a line; nothing at all if nothing is planned there.

    A team that could begin only later than it meant to is not held to the months before.
    """
    first, last = f"{span.first_on:%Y-%m}", f"{span.last_on:%Y-%m}"
    return {month: hours for month, hours in months.items() if first <= month <= last and hours}


def check_next_tranche(*, award: str, tranches: Tranches, opened: int, part_code: str) -> None:
    """Refuse a part that is not the next to be opened; ``opened`` counts those opened by reports.

    Raises:
        TrancheNotNext: another is, or all are open.

    """
    rest = tranches.parts[opened + 1 :]
    following = rest[0].code if rest else ""
    if part_code != following:
        raise TrancheNotNext(award=award, given=part_code, following=following)


def _is_month(text: str) -> bool:
    try:
        return f"{date.fromisoformat(f'{text}-01'):%Y-%m}" == text
    except ValueError:
        return False
