"""The team's own schedule of use, as the form asks for it: card-hours by month.

It is written as whole numbers, one for each calendar month that the line touches: a line from
15 January to 3 March with ``100 300 600`` plans 100 card-hours in January and 600 in March. Only
the shares count, since an award may be smaller than what was asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from praya.core.programme.months import month_start

Planned = dict[str, int]  # card-hours by month: 2026-11
Fault = tuple[str, dict[str, Any]]
HOURS_MAX = 10**9


def months_touched(first_on: date, last_on: date) -> list[str]:
    """The months that some of the days lie in, as ``2026-11``."""
    count = 12 * (last_on.year - first_on.year) + last_on.month - first_on.month + 1
    return [f"{month_start(first_on, months=step):%Y-%m}" for step in range(count)]


def plan_in(
    text: str, *, first_on: date, last_on: date, required: bool
) -> tuple[Planned | None, Fault | None]:
    """A plan as it was typed, or what is wrong with it; nothing where none is given or needed."""
    numbers = text.replace(",", " ").replace(";", " ").split()
    if not numbers:
        return None, ("missing", {}) if required else None
    months = months_touched(first_on, last_on)
    if not all(number.isascii() and number.isdecimal() for number in numbers):
        return None, ("plan-not-whole", {})
    if len(numbers) != len(months):
        return None, ("plan-months", {"months": len(months), "given": len(numbers)})
    if any(len(number) > len(str(HOURS_MAX)) or int(number) > HOURS_MAX for number in numbers):
        return None, ("too-large", {})
    plan = {month: int(number) for month, number in zip(months, numbers, strict=True)}
    if not any(plan.values()):
        return None, ("plan-nothing", {})
    return {month: hours for month, hours in plan.items() if hours}, None


def plan_typed(plan: Mapping[str, int] | None, *, first_on: date, last_on: date) -> str:
    """A plan as it is typed."""
    if not plan:
        return ""
    return " ".join(str(plan.get(month, 0)) for month in months_touched(first_on, last_on))
