"""A lease of ten days in February 2026 on two H800 cards, charged, and the people about it.

List HK$14,400.00, subsidy HK$10,080.00, own share HK$4,320.00.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tests.awarding import Given, active_award, lead_of, make_site
from tests.factories import appointed

from praya.apps.awards.models import Award
from praya.apps.usage.commands import accrue_leases
from praya.core.actor import Actor, Role

BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)  # 1 February in Hong Kong begins
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEN_DAYS = Given("cards", cards=2, first_on=date(2026, 2, 1), last_on=date(2026, 2, 10))


@dataclass(frozen=True)
class House:
    """An award with charges of February, its lead, and finance."""

    award: Award
    lead: Actor
    finance: Actor
    other_finance: Actor
    officer: Actor


def make_house(
    *, is_charged: bool = True, lines: Sequence[Given] = (TEN_DAYS,), **changed: object
) -> House:
    """The lease of February, charged to its end; ``changed`` are fields of the rules."""
    before = BEGIN - timedelta(days=5)
    make_site(before, **changed)
    award = active_award(BEGIN - timedelta(days=1), lines=list(lines))
    if is_charged:
        accrue_leases(now=BEGIN + timedelta(days=11))
    return House(
        award=award,
        lead=lead_of(award, MARCH),
        finance=appointed("pier", Role.FINANCE, before, "cash@pier.example"),
        other_finance=appointed("pier", Role.FINANCE, before, "desk@pier.example"),
        officer=appointed("pier", Role.OFFICER, before, "second.officer@pier.example"),
    )
