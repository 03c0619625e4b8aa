"""Which warnings are due, from how an award stands: plain values in, warnings out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from praya.core.ledger import FourNumbers
from praya.core.life import KeptBack
from praya.core.metering import RunOut, Turn, run_out
from praya.core.programme.warnings import Warnings

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Outlook:
    """One commodity of an award: its four numbers, its use by day, and when it will be gone.

    ``kept`` is what of the free time rules keep back by now, by what opens it; ``turns`` are known
    changes of its pace.
    """

    numbers: FourNumbers
    daily: Sequence[int]
    kept: Sequence[KeptBack] = ()
    turns: Sequence[Turn] = ()

    @property
    def used_percent(self) -> int:
        """The share of what is committed that is settled, rounded down; all of nothing."""
        if self.numbers.committed == 0:
            return PERCENT
        return self.numbers.settled * PERCENT // self.numbers.committed

    @property
    def run_out(self) -> RunOut | None:
        """When what is free and in flight will be used up at the pace so far."""
        return run_out(self.daily, self.numbers.free + self.numbers.in_flight, self.turns)

    @property
    def kept_back(self) -> int:
        """What is free and may not be used by now."""
        return sum(one.amount for one in self.kept)

    @property
    def open_run_out(self) -> RunOut | None:
        """As ``run_out``, if nothing more opens; ``None`` also where all is open."""
        if not self.kept:
            return None
        left = self.numbers.free + self.numbers.in_flight - self.kept_back
        return run_out(self.daily, left, self.turns)

    @property
    def opens_on(self) -> date | None:
        """The first day on which more opens by itself; ``None`` where that takes a deed."""
        return min((one.opens_on for one in self.kept if one.opens_on is not None), default=None)


@dataclass(frozen=True, slots=True)
class AwardOutlook:
    """An award as warnings look at it; ``lines`` are the four numbers of each of its lines."""

    award: str
    title: str
    last_on: date
    outlooks: Sequence[Outlook]
    lines: Mapping[str, list[FourNumbers]] = field(default_factory=dict)


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
        yield from _open_run_out(rules, award, outlook, today)
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


def _open_run_out(
    rules: Warnings, award: AwardOutlook, outlook: Outlook, today: date
) -> Iterator[DueWarning]:
    """What is open is gone before more opens by itself, or before the award ends."""
    numbers, forecast = outlook.numbers, outlook.open_run_out
    if forecast is None or forecast.days >= rules.run_out_days:
        return
    gone_on = today + timedelta(days=forecast.days)
    if gone_on >= min(award.last_on, outlook.opens_on or award.last_on):
        return
    facts = _facts(award, outlook) | {
        "gone_on": gone_on,
        "kept": [[one.amount, one.opened_by.value, one.opens_on] for one in outlook.kept],
    }
    # What is open in all is part of the key: once more is, it is told anew.
    is_open = numbers.committed - outlook.kept_back
    key = f"open-run-out:{award.award}:{numbers.commodity}:{is_open}"
    yield DueWarning("warning.open_run_out", award.award, key, facts)


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
