"""What the fields about the life of an award must say together."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from praya.core.programme.checks import At, Checks
from praya.core.programme.document import ProgrammeRules
from praya.core.programme.field_checks import nearest
from praya.core.programme.findings import Fault, FindingCode
from praya.core.programme.life import CutRule, OwnPlan, StepCut, Tier

HUNDRED = Decimal(100)
CHECKS = Checks()
_needs = CHECKS.needs


@_needs(
    "life.steps.*.code",
    "life.straight_line.code",
    "life.own_plan.code",
    "life.window.code",
    "life.expiry.code",
    "life.tranches.code",
)
def _codes_are_unique(rules: ProgrammeRules) -> Iterator[Fault]:
    codes = [(at, rule.code) for at, rule in _cut_rules(rules)]
    if rules.life.tranches is not None:
        codes.append((("life", "tranches"), rules.life.tranches.code))
    seen: set[str] = set()
    for at, code in codes:
        if code in seen:
            yield Fault(FindingCode.CODE_TWICE, (*at, "code"), {"given": code})
        seen.add(code)


@_needs("life.steps.*.on_days", "life.steps.*.after_percent")
def _steps_look(rules: ProgrammeRules) -> Iterator[Fault]:
    for index, rule in enumerate(rules.life.steps):
        if not rule.on_days and rule.after_percent is None:
            yield Fault(FindingCode.LIFE_NO_DAY, ("life", "steps", index))


@_needs("life.steps.*.tiers", "life.own_plan.tiers")
def _less_use_costs_more(rules: ProgrammeRules) -> Iterator[Fault]:
    for at, rule in _cut_rules(rules):
        if isinstance(rule, StepCut | OwnPlan):
            yield from _tier_faults((*at, "tiers"), rule.tiers)


@_needs(
    "envelope.purposes.*.code",
    "life.steps.*.to_pool",
    "life.straight_line.to_pool",
    "life.own_plan.to_pool",
    "life.window.to_pool",
    "life.expiry.to_pool",
)
def _pools_are_known(rules: ProgrammeRules) -> Iterator[Fault]:
    known = [purpose.code for purpose in rules.envelope.purposes]
    for at, rule in _cut_rules(rules):
        if rule.to_pool is not None and rule.to_pool not in known:
            suggestion = nearest(rule.to_pool, known)
            facts = {"given": rule.to_pool, "known": tuple(known), "suggestion": suggestion}
            yield Fault(FindingCode.LIFE_UNKNOWN_POOL, (*at, "to_pool"), facts)


@_needs("life.tranches.parts")
def _tranches_make_a_grant(rules: ProgrammeRules) -> Iterator[Fault]:
    if rules.life.tranches is None:
        return
    parts = rules.life.tranches.parts
    at: At = ("life", "tranches", "parts")
    total = sum((part.percent for part in parts), Decimal(0))
    if total != HUNDRED:
        yield Fault(FindingCode.TRANCHE_SUM, at, {"sum": total})
    seen: set[str] = set()
    for index, part in enumerate(parts):
        if (part.report is None) != (index == 0):
            yield Fault(FindingCode.TRANCHE_REPORT, (*at, index), {"tranche": part.code})
        if part.code in seen:
            yield Fault(FindingCode.CODE_TWICE, (*at, index, "code"), {"given": part.code})
        seen.add(part.code)


@_needs("life.paid_ahead", "payment", "limits.shapes")
def _what_is_paid_ahead_is_invoiced_hours(rules: ProgrammeRules) -> Iterator[Fault]:
    """A lease is charged whether it is used or not, so nothing could be kept from it."""
    if rules.life.paid_ahead is None:
        return
    if rules.payment != "invoice" or rules.limits.shapes != ["card-hours"]:
        yield Fault(FindingCode.PAID_AHEAD_UNFIT, ("life", "paid_ahead"), {})


def _cut_rules(rules: ProgrammeRules) -> Iterator[tuple[At, CutRule]]:
    """Every rule that cuts, with its place."""
    for index, step in enumerate(rules.life.steps):
        yield ("life", "steps", index), step
    for name in ("straight_line", "own_plan", "window", "expiry"):
        rule = getattr(rules.life, name)
        if rule is not None:
            yield ("life", name), rule


def _tier_faults(at: At, tiers: list[Tier]) -> Iterator[Fault]:
    placed = sorted(enumerate(tiers), key=lambda pair: pair[1].used_below_percent)
    for (_, lower), (index, higher) in pairwise(placed):
        facts = {"below": higher.used_below_percent, "lower": lower.used_below_percent}
        if lower.used_below_percent == higher.used_below_percent:
            yield Fault(FindingCode.TIER_TWICE, (*at, index), facts)
        elif lower.cut_percent < higher.cut_percent:
            yield Fault(FindingCode.TIER_ORDER, (*at, index), facts)
