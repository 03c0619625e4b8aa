"""Use it or lose it, on lines in card-hours."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from tests.awarding import Given, active_award, lead_of, make_site

from praya.apps.books.queries import line_numbers, pool_numbers
from praya.apps.usage.commands import apply_unused_rules, submit_job
from praya.apps.usage.queries import unused_forecast

BEGIN = datetime(2026, 1, 31, 16, tzinfo=UTC)
LINE = "PIR-0001.1"
HOUR = 3600
RULES = [
    {"check_after_percent": 50, "used_below_percent": 30, "cut_percent_of_unused": 50},
    {"check_after_percent": 80, "used_below_percent": 60, "cut_percent_of_unused": 100},
]
HUNDRED_DAYS = Given(hours=1000, first_on=date(2026, 2, 1), last_on=date(2026, 5, 11))
CHECK_AT = BEGIN + timedelta(days=50)


@pytest.fixture
def award(db):
    make_site(BEGIN, unused=RULES)
    return active_award(BEGIN, lines=[HUNDRED_DAYS])


def hold(award, card_hours, now):
    submit_job(
        award_code=award.code,
        cards=8,
        time_limit_s=card_hours * HOUR // 8,
        argv=["true"],
        key=str(now),
        by=lead_of(award, now),
        now=now,
    )


def test_the_forecast_says_who_would_lose_what_and_when(award):
    cuts = unused_forecast(BEGIN + timedelta(days=1))

    assert [
        (c.line.code, c.check_on, c.warn_on, c.cut.hours, c.subsidy_cut.minor) for c in cuts
    ] == [
        (LINE, date(2026, 3, 23), date(2026, 2, 21), 500, 1_050_000),
        (LINE, date(2026, 4, 22), date(2026, 3, 23), 1000, 2_100_000),
    ]


def test_nothing_is_taken_before_the_day(award):
    assert apply_unused_rules(now=CHECK_AT - timedelta(seconds=1)).cuts == ()


def test_too_little_use_costs_part_of_the_rest_once(award):
    before = pool_numbers("pier")[0].free

    assert len(apply_unused_rules(now=CHECK_AT).cuts) == 1
    assert apply_unused_rules(now=CHECK_AT).cuts == ()
    assert apply_unused_rules(now=CHECK_AT + timedelta(days=9)).cuts == ()

    assert [n.committed for n in line_numbers([LINE])[LINE]] == [500 * HOUR, 1_050_000]
    assert pool_numbers("pier")[0].free == before + 1_050_000


def test_each_rule_looks_by_itself(award):
    apply_unused_rules(now=CHECK_AT)

    apply_unused_rules(now=BEGIN + timedelta(days=80))

    assert [n.committed for n in line_numbers([LINE])[LINE]] == [0, 0]


def test_what_is_in_flight_counts_as_used(award):
    hold(award, 304, CHECK_AT - timedelta(hours=1))

    assert apply_unused_rules(now=CHECK_AT).cuts == ()


def test_leases_and_awards_that_are_over_lose_nothing(award):
    award.state = "ended"
    award.save()
    active_award(BEGIN, lines=[Given("cards", cards=1)], lead="other@pier.example")

    assert apply_unused_rules(now=CHECK_AT + timedelta(days=40)).cuts == ()
