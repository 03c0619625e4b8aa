"""Which warnings are due, from how an award stands: plain values in, warnings out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from praya.core.ledger import FourNumbers
from praya.core.metering import RunOut, run_out
from praya.core.programme.warnings import Warnings

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Outlook:
    """One commodity of an award: its four numbers, its use by day, and when it will be gone."""

    numbers: FourNumbers
    daily: Sequence[int]

    @property
    def used_percent(self) -> int:
        """The share of what is committed that is settled, rounded down; all of nothing."""
        if self.numbers.committed == 0:
            return PERCENT
        return self.numbers.settled * PERCENT // self.numbers.committed

    @property
    def run_out(self) -> RunOut | None:
        """When what is free and in flight will be used up at the pace so far."""
        return run_out(self.daily, self.numbers.free + self.numbers.in_flight)


@dataclass(frozen=True, slots=True)
class AwardOutlook:
    """An award as warnings look at it."""

    award: str
    title: str
    last_on: date
    outlooks: Sequence[Outlook]


@dataclass(frozen=True, slots=True)
class DueWarning:
    """Something to tell the people of an award; ``key`` makes that it is told once."""

    kind: str
    award: str
    key: str
    facts: dict[str, Any] = field(default_factory=dict)


def due_warnings(rules: Warnings, award: AwardOutlook, today: date) -> Iterator[DueWarning]:
    """What is due today. Of several thresholds passed at once only the highest is told."""
    for outlook in award.outlooks:
        yield from _used(rules, award, outlook)
        yield from _run_out(rules, award, outlook, today)
    yield from _ends(rules, award, today)


def _used(rules: Warnings, award: AwardOutlook, outlook: Outlook) -> Iterator[DueWarning]:
    numbers = outlook.numbers
    if not numbers.committed:
        return
    passed = [percent for percent in rules.used_percent if outlook.used_percent >= percent]
    if passed:
        percent = max(passed)
        # What is committed is part of the key: a supplement begins anew.
        key = f"used:{award.award}:{numbers.commodity}:{numbers.committed}:{percent}"
        facts = _facts(award, outlook) | {"percent": percent}
        yield DueWarning("warning.used", award.award, key, facts)


def _run_out(
    rules: Warnings, award: AwardOutlook, outlook: Outlook, today: date
) -> Iterator[DueWarning]:
    numbers, forecast = outlook.numbers, outlook.run_out
    if forecast is None or not numbers.free or forecast.days >= rules.run_out_days:
        return
    gone_on = today + timedelta(days=forecast.days)
    if gone_on >= award.last_on:
        return
    latest = forecast.latest_days
    facts = _facts(award, outlook) | {
        "gone_on": gone_on,
        "soonest_on": today + timedelta(days=forecast.soonest_days),
        "latest_on": None if latest is None else today + timedelta(days=latest),
        "last_on": award.last_on,
    }
    key = f"run-out:{award.award}:{numbers.commodity}:{numbers.committed}"
    yield DueWarning("warning.run_out", award.award, key, facts)


def _ends(rules: Warnings, award: AwardOutlook, today: date) -> Iterator[DueWarning]:
    left = (award.last_on - today).days
    near = [days for days in rules.days_before_end if 0 <= left <= days]
    if near:
        facts = {
            "award": award.award,
            "title": award.title,
            "last_on": award.last_on,
            "days": left,
            "free": [[one.numbers.commodity, one.numbers.free] for one in award.outlooks],
        }
        key = f"ends:{award.award}:{award.last_on}:{min(near)}"
        yield DueWarning("warning.ends", award.award, key, facts)


def _facts(award: AwardOutlook, outlook: Outlook) -> dict[str, Any]:
    numbers = outlook.numbers
    return {
        "award": award.award,
        "title": award.title,
        "commodity": numbers.commodity,
        "settled": numbers.settled,
        "in_flight": numbers.in_flight,
        "free": numbers.free,
        "committed": numbers.committed,
    }
