"""When a rule looks at a line.

Worked example: a line runs from 1 January for 100 days. A rule after 50 % of the days looks on
20 February, the first day with 50 behind it, under the mark ``after-50``. If the line is prolonged
to 200 days the rule looks on 11 April, under the same mark; where it has looked before, it has.
A rule that looks every 30 days looks on 31 January, 2 March and 1 April, each marked by its day.
An expiry after 90 days looks on 1 April; also at a line that was exchanged from this on 1 March,
since time that is exchanged grows no younger.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from praya.core.programme.life import (
    CutRule,
    Expiry,
    OwnPlan,
    SlidingWindow,
    StepCut,
    StraightLine,
)
from praya.core.programme.months import month_start

BP_PER_PERCENT = 100
HUNDRED_BP = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """The days on which a line could be used, both included: from acceptance if that was later.

    ``aged_from`` is from when what is on it could, if that was before: on the line that it was
    exchanged from.
    """

    first_on: date
    last_on: date
    aged_from: date | None = None

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last_on - self.first_on).days + 1

    def days_before(self, day: date) -> int:
        """How many are over when a day begins."""
        return min(max((day - self.first_on).days, 0), self.days)


@dataclass(frozen=True, slots=True)
class Check:
    """One look of a rule at a line. ``mark`` is unique among those of the rule."""

    mark: str
    on: date


def checks_of(rule: CutRule, span: Span) -> list[Check]:
    """Every look of a rule at a line, in order: after its first day, and until its last."""
    not_before = _not_before(rule, span)
    if span.last_on < span.first_on:
        return []
    looks = {
        each.mark: each for each in _looks(rule, span) if not_before <= each.on <= span.last_on
    }
    return sorted(looks.values(), key=lambda each: (each.on, each.mark))


def months_from(first_on: date, last_on: date) -> Iterator[date]:
    """The first days of the months that begin after one day and until another."""
    month = month_start(first_on, months=1)
    while month <= last_on:
        yield month
        month = month_start(month, months=1)


def months_of(span: Span) -> list[date]:
    """The first days of all months that a line touches."""
    return [span.first_on.replace(day=1), *months_from(span.first_on, span.last_on)]


def _not_before(rule: CutRule, span: Span) -> date:
    return span.first_on + timedelta(days=max(rule.spare_days, 1))


def _looks(rule: CutRule, span: Span) -> Iterator[Check]:
    match rule:
        case StepCut():
            yield from (_on_day(day) for day in rule.on_days)
            if rule.after_percent is not None:
                bp = int(rule.after_percent * BP_PER_PERCENT)
                gone = -(-span.days * bp // HUNDRED_BP)
                mark = f"after-{rule.after_percent.normalize():f}"
                yield Check(mark, span.first_on + timedelta(days=gone))
        case StraightLine():
            steps = range(rule.every_days, span.days, rule.every_days)
            yield from (_on_day(span.first_on + timedelta(days=step)) for step in steps)
        case OwnPlan():
            months = list(months_from(span.first_on, span.last_on))
            yield from map(_on_day, months[rule.every_months - 1 :: rule.every_months])
        case SlidingWindow():
            yield from map(_on_day, months_from(span.first_on, span.last_on))
        case Expiry():
            since = span.aged_from or span.first_on
            on = since + timedelta(days=rule.after_days)
            # What was exchanged just before it expires does so on the first day on which it may.
            is_older = since < span.first_on
            yield Check("expiry", max(on, _not_before(rule, span)) if is_older else on)
        case _:
            raise AssertionError(rule)


def _on_day(day: date) -> Check:
    return Check(day.isoformat(), day)
