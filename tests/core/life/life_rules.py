"""Rules as the programme file writes them."""

from __future__ import annotations

from typing import Any

from praya.core.programme.life import (
    Expiry,
    Life,
    OwnPlan,
    SlidingWindow,
    StepCut,
    StraightLine,
)

ALCC = [
    {"used_below_percent": 10, "cut_percent": 25},
    {"used_below_percent": 25, "cut_percent": 15},
]
NREL = [
    {"used_below_percent": 70, "cut_percent": 20},
    {"used_below_percent": 55, "cut_percent": 35},
    {"used_below_percent": 40, "cut_percent": 55},
    {"used_below_percent": 20, "cut_percent": 80},
]


def step(**fields: Any) -> StepCut:
    return StepCut(**_named("step", {"tiers": ALCC} | fields))


def straight_line(**fields: Any) -> StraightLine:
    return StraightLine(**_named("line", {"every_days": 10} | fields))


def own_plan(**fields: Any) -> OwnPlan:
    return OwnPlan(**_named("plan", {"every_months": 1, "tiers": NREL} | fields))


def window(**fields: Any) -> SlidingWindow:
    return SlidingWindow(**_named("window", fields))


def expiry(**fields: Any) -> Expiry:
    return Expiry(**_named("expiry", fields))


def life(**fields: Any) -> Life:
    return Life(**fields)


def _named(code: str, fields: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "name": {"en": code}} | fields
