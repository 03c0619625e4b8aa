"""What an application planned is what the award is held to, until the team says otherwise."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.applications.cases import line
from tests.apps.awards.cases import accepted, money
from tests.factories import make_programme

from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import Outcome
from praya.apps.life.commands import give_plan
from praya.apps.life.queries import line_life
from praya.apps.programmes.queries import actor_for
from praya.core.review.amount import LineAmount

pytestmark = pytest.mark.django_db

OWN_PLAN = {
    "code": "plan",
    "name": {"en": "Held to the plan"},
    "every_months": 1,
    "tiers": [{"used_below_percent": 40, "cut_percent": 50}],
}
ASKED = 9000
DAYS = {"first_on": "2026-04-15", "last_on": "2026-06-10"}
HOURS = line(shape="card-hours", cards="16", card_hours=str(ASKED), **DAYS)


def award_planned(plan: str, now, *, card_hours: int = ASKED):
    """An award in force whose application had this plan."""
    make_programme(now, life={"own_plan": OWN_PLAN})
    money(now)
    amount = LineAmount(1, 16, card_hours)
    outcome = Outcome.AWARD if card_hours == ASKED else Outcome.PART_AWARD
    return accepted(now, asked=[HOURS | {"plan": plan}], lines=[amount], outcome=outcome)


def life_seen(award, now):
    return line_life(f"{award.code}.1", actor_for(award.lead, now))


def test_an_award_begins_with_the_plan_it_was_asked_with(now):
    award = award_planned("0 1000 3000", now, card_hours=4500)

    life = life_seen(award, now)

    assert life.months_planned == {"2026-05": 1000, "2026-06": 3000}
    # Only the shares count: a quarter of what was granted was to be used before June.
    assert life.known_plan.planned_by(date(2026, 6, 1), 4500) == 1125


def test_a_plan_given_on_the_award_takes_its_place(now):
    award = award_planned("0 1000 3000", now)
    by = actor_for(award.lead, now)

    give_plan(line_code=f"{award.code}.1", months={"2026-05": 7}, by=by, now=now)

    assert life_seen(award, now).months_planned == {"2026-05": 7}


def test_months_before_the_award_began_are_not_held_against_it(now):
    award = award_planned("9 1 1", now)
    AwardLine.objects.update(first_on=date(2026, 5, 2))

    assert life_seen(award, now).months_planned == {"2026-05": 1, "2026-06": 1}


def test_a_plan_with_nothing_left_counts_as_an_even_one(now):
    award = award_planned("9 0 0", now)
    AwardLine.objects.update(first_on=date(2026, 5, 2))

    life = life_seen(award, now)

    assert life.months_planned == {}
    assert [month for month, _ in life.known_plan.months] == [date(2026, 5, 1), date(2026, 6, 1)]
