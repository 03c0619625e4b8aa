"""What a rule takes from a line when it looks at it.

Worked examples, for a line of 1,000 hours in the 100 days from 1 January 2026, of which 200 hours
are used when the rule looks:

- *step*: below 10 % of what stands on the line costs 25 % of the unused, below 25 % costs 15 %.
  With 200 of 1,000 used the second row calls: 15 % of 800 are 120 hours.
- *straight line*, on 20 February: 50 of 100 days are left, so 500 hours may remain; of 800, 300 are
  cut.
- *own plan*: 400 hours were to be used by now, and below 55 % of that costs 35 % of it. Used are
  50 %: 35 % of 400 are 140 hours. Took the rule 100 before, it takes 40 now.
- *window*, a leftover kept for one month, on 1 March: 31 of 100 days lie before February, so their
  310 hours were to be used; 690 may remain, and of 800, 110 are cut.
- *expiry*: all 800.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from praya.core.life.checks import BP_PER_PERCENT, HUNDRED_BP, Check, Span
from praya.core.life.plans import Plan
from praya.core.programme.life import (
    CutRule,
    Expiry,
    OwnPlan,
    SlidingWindow,
    StepCut,
    StraightLine,
    Tier,
)
from praya.core.programme.months import month_start


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands on a line, and what rules took from it and was not given back."""

    used: int  # settled or in flight
    free: int
    cut: int = 0
    cut_by_rule: int = 0

    @property
    def granted(self) -> int:
        """What the line was given in all."""
        return self.used + self.free + self.cut


@dataclass(frozen=True, slots=True)
class Taken:
    """What one of several rules takes on one day; ``called`` is what it would take by itself."""

    rule: CutRule
    check: Check
    called: int
    cut: int


def cut_of(rule: CutRule, check: Check, *, span: Span, plan: Plan, standing: Standing) -> int:
    """What a rule takes from a line at a check: never more than is free, rounded down."""
    match rule:
        case StepCut():
            percent = _called(rule.tiers, used=standing.used, of=standing.used + standing.free)
            cut = standing.free * percent // HUNDRED_BP
        case StraightLine():
            cut = standing.free - _line(rule, check.on, span, standing.granted)
        case OwnPlan():
            planned = plan.planned_by(check.on, standing.granted)
            percent = _called(rule.tiers, used=standing.used, of=planned)
            cut = planned * percent // HUNDRED_BP - standing.cut_by_rule
        case SlidingWindow():
            since = month_start(check.on, months=-rule.carry_months)
            gone = standing.granted * span.days_before(since) // span.days
            cut = standing.free - (standing.granted - gone)
        case Expiry():
            cut = standing.free
        case _:
            raise AssertionError(rule)
    return min(max(cut, 0), standing.free)


def cuts_on(
    looks: Sequence[tuple[CutRule, Check, int]], *, span: Span, plan: Plan, standing: Standing
) -> list[Taken]:
    """What several rules that look on one day take: the largest cut, which covers the others.

    Each look comes with what its rule took before. In which order they come makes no difference.
    """
    called = [
        (
            cut_of(
                rule,
                check,
                span=span,
                plan=plan,
                standing=Standing(standing.used, standing.free, standing.cut, taken),
            ),
            rule,
            check,
        )
        for rule, check, taken in looks
    ]
    called.sort(key=lambda each: (-each[0], each[1].code, each[2].mark))
    return [
        Taken(rule, check, called=cut, cut=cut if place == 0 else 0)
        for place, (cut, rule, check) in enumerate(called)
    ]


def cuts_in_turn(
    looks: Iterable[tuple[CutRule, Check]],
    *,
    span: Span,
    plan: Plan,
    standing: Standing,
    taken: Mapping[str, int],
) -> Iterator[tuple[Standing, list[Taken]]]:
    """Day by day what stands on a line and what rules take, if nothing more is used meanwhile.

    ``taken`` is what each rule took before, by its code.
    """
    so_far = dict(taken)
    in_order = sorted(looks, key=lambda look: look[1].on)
    for _, group in groupby(in_order, key=lambda look: look[1].on):
        of_day = [(rule, check, so_far.get(rule.code, 0)) for rule, check in group]
        cuts = cuts_on(of_day, span=span, plan=plan, standing=standing)
        yield standing, cuts
        for each in cuts:
            so_far[each.rule.code] = so_far.get(each.rule.code, 0) + each.cut
        gone = sum(each.cut for each in cuts)
        standing = Standing(
            standing.used, standing.free - gone, standing.cut + gone, standing.cut_by_rule
        )


def _called(tiers: Sequence[Tier], *, used: int, of: int) -> int:
    """The cut of the lowest row that a use calls, in ten-thousandths; of none, nothing."""
    for tier in sorted(tiers, key=lambda tier: tier.used_below_percent):
        if used * HUNDRED_BP < of * int(tier.used_below_percent * BP_PER_PERCENT):
            return int(tier.cut_percent * BP_PER_PERCENT)
    return 0


def _line(rule: StraightLine, day: date, span: Span, granted: int) -> int:
    """What may remain on a day under a straight line, rounded up."""
    left = span.days - span.days_before(day)
    slack = granted * int(rule.slack_percent * BP_PER_PERCENT)
    return -(-granted * left // span.days) - (-slack // HUNDRED_BP)
