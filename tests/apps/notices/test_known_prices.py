"""The day on which money is gone reckons with the prices that are known."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.usage.test_following_prices import later_rules, prices, site
from tests.awarding import Given, active_award, make_site

from praya.apps.notices.queries import outlook_of
from praya.apps.usage.commands import accrue_leases
from praya.core.metering import Turn

pytestmark = pytest.mark.django_db
MORROW = date(2026, 3, 13)


def leased(now):
    """HK$504.00 of subsidy a day for eleven days; what is left of the year."""
    award = active_award(now, lines=[Given("cards", cards=1, first_on=now.date())])
    accrue_leases(now=now + timedelta(days=10))
    return award


def money_of(award, now):
    return next(one for one in outlook_of(award, now).outlooks if one.numbers.commodity == "HKD")


@pytest.mark.parametrize(
    ("rules", "turns"),
    [
        ({"price_of_awards": "follow"}, [Turn(1, 0.5)]),
        ({"price_of_awards": "keep"}, []),
    ],
)
def test_a_fall_that_is_passed_on_is_known_ahead(now, rules, turns):
    site(now, **rules)
    award, today = leased(now), now + timedelta(days=10)
    later_rules(15, MORROW, today)

    found = money_of(award, today)

    assert list(found.turns) == turns
    time = outlook_of(award, today).outlooks[0]
    assert list(time.turns) == []


def test_a_row_of_the_list_that_begins_later_turns_the_pace(now):
    dear, cheap = prices(30), prices(15)
    for row in cheap:
        row["valid_from"] = MORROW.isoformat()
    make_site(now - timedelta(days=1), prices=dear + cheap)
    award, today = leased(now), now + timedelta(days=10)
    before = money_of(award, today)

    assert list(before.turns) == [Turn(1, 0.5)]
    later = now + timedelta(days=14)
    accrue_leases(now=later)
    found = money_of(award, later)  # some of the days that were had the old price
    [turn] = found.turns
    per_day = sum(found.daily) / len(found.daily)
    assert (turn.days, round(turn.times * per_day)) == (0, 24 * 15_00 * 7 // 10)
