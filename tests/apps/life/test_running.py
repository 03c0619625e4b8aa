"""The round in which rules look at lines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.life.lives import (
    AGEING,
    BEGIN,
    HALF,
    HOUR,
    HUNDRED_DAYS,
    LATE,
    LINE,
    award_under,
    committed,
    day,
    hold,
    live_until,
    pool_free,
)
from tests.awarding import Given, active_award
from tests.factories import appointed

from praya.apps.awards.commands import resume_award, suspend_award
from praya.apps.books.models import Entry
from praya.apps.books.queries import verify_book
from praya.apps.life.commands import (
    run_life_rules,
    waive_check,
    warn_of_cuts,
    withdraw_waiver,
)
from praya.apps.life.models import LineCheck
from praya.apps.life.queries import expected_cuts
from praya.apps.people.models import AuditLine
from praya.core.actor import Role

pytestmark = pytest.mark.django_db
STEPS = {"steps": [HALF, LATE]}


def checks():
    rows = LineCheck.objects.order_by("due_on", "rule_code")
    return [(row.rule_code, row.mark, row.called_s // HOUR, row.cut_s // HOUR) for row in rows]


def test_the_forecast_says_who_would_lose_what_and_when():
    award_under(STEPS)

    cuts = expected_cuts(day(1))

    assert [
        (c.line.code, c.rule.code, str(c.due_on), c.cut.hours, c.subsidy.minor) for c in cuts
    ] == [
        (LINE, "half", "2026-03-23", 500, 1_050_000),
        (LINE, "late", "2026-04-22", 500, 1_050_000),
    ]
    assert [str(on) for on in cuts[0].warn_on] == ["2026-02-21", "2026-03-16"]


def test_nothing_is_taken_before_the_day():
    award_under(STEPS)
    live_until(49)

    assert run_life_rules(now=day(50) - timedelta(seconds=1)).checks == ()
    assert committed() == [1000, 2_100_000]


def test_too_little_use_costs_part_of_the_rest_once_and_goes_to_the_pool():
    award_under(STEPS)
    before = pool_free()
    live_until(50)

    live_until(60, since=50)

    assert committed() == [500, 1_050_000]
    assert pool_free() == before + 1_050_000
    assert checks() == [("half", "after-50", 500, 500)]
    entry = Entry.objects.get(key=f"life:{LINE}:half:after-50")
    assert entry.facts == {"reason": "Half-way check", "rule": "half", "rule_version": 1}
    assert AuditLine.objects.filter(action="award.reduced").count() == 1
    assert verify_book("pier") == (True, [])


def test_each_rule_looks_by_itself():
    award_under(STEPS)

    live_until(80)

    assert committed() == [0, 0]
    assert checks() == [("half", "after-50", 500, 500), ("late", "after-80", 500, 500)]


def test_what_is_in_flight_counts_as_used_and_is_not_cut():
    award = award_under(STEPS)
    live_until(49)
    hold(award, 304, day(50) - timedelta(hours=1))

    live_until(50, since=50)

    assert checks() == [("half", "after-50", 0, 0)]
    assert committed() == [1000, 2_100_000]


def test_the_subsidy_goes_to_the_purpose_the_rule_names():
    award_under({"steps": [LATE | {"to_pool": "outreach"}]})
    before = pool_free()

    live_until(80)

    assert (pool_free() - before, pool_free("outreach")) == (0, 2_100_000)
    assert verify_book("pier") == (True, [])


def test_a_straight_line_leaves_what_its_remaining_days_may_use():
    award = award_under({"straight_line": AGEING})
    hold(award, 200, day(45))

    live_until(60, since=49)

    # On the fiftieth day 500 may remain, on the sixtieth 400; 200 are in flight.
    assert committed() == [600, 1_260_000]


def test_a_worker_that_was_away_takes_no_more_than_one_that_was_there():
    award_under({"straight_line": AGEING})

    live_until(70, since=70)

    assert committed() == [300, 630_000]
    assert [row[3] for row in checks()] == [100] * 7


def test_rules_that_look_on_one_day_take_the_largest_cut():
    award_under(
        {"steps": [HALF | {"warn_days_before": []}], "straight_line": AGEING | {"every_days": 50}}
    )

    live_until(50, since=50)

    assert committed() == [500, 1_050_000]
    assert sorted(row[2:] for row in checks()) == [(500, 0), (500, 500)]


def test_a_cut_of_which_nobody_was_told_waits_as_long_as_its_last_warning():
    award_under({"steps": [HALF]})

    live_until(56, since=50)
    assert committed() == [1000, 2_100_000]

    live_until(57, since=57)
    assert committed() == [500, 1_050_000]


def test_days_of_a_suspension_put_a_cut_off_and_it_can_be_waived_meanwhile():
    award = award_under({"steps": [HALF]})
    live_until(40)
    officer, committee = (appointed("pier", one, day(1)) for one in (Role.OFFICER, Role.COMMITTEE))
    suspend_award(code=award.code, reason="A leak.", by=officer, now=day(40))
    [cut] = expected_cuts(day(55))
    assert (cut.check.on, cut.due_on) == (date(2026, 3, 23), date(2026, 4, 7))
    what = {"line_code": LINE, "rule_code": "half", "mark": cut.check.mark, "reason": "The leak."}
    waiver = waive_check(**what, by=committee, now=day(55))
    withdraw_waiver(waiver_id=waiver.pk, reason="It was short.", by=committee, now=day(55))
    live_until(55, since=41)
    resume_award(code=award.code, reason="It is dry.", by=officer, now=day(55))

    live_until(64, since=55)
    assert committed() == [1000, 2_100_000]

    live_until(65, since=65)
    assert committed() == [500, 1_050_000]


def test_use_while_a_late_cut_waits_counts():
    award = award_under({"steps": [HALF]})
    live_until(50, since=50)
    hold(award, 304, day(52))

    live_until(57, since=57)

    assert checks() == [("half", "after-50", 0, 0)]


def test_an_award_accepted_late_is_looked_at_from_its_acceptance():
    award_under({"straight_line": AGEING})
    late = active_award(day(55), lines=[HUNDRED_DAYS], lead="other@pier.example")

    looks = [str(cut.check.on) for cut in expected_cuts(day(55)) if cut.line.award.pk == late.pk]

    assert looks == ["2026-04-07", "2026-04-17", "2026-04-27", "2026-05-07"]


def test_leases_and_awards_that_are_over_lose_nothing():
    award = award_under({"steps": [LATE]}, lines=[HUNDRED_DAYS, Given("cards", cards=1)])
    active_award(BEGIN, lines=[Given("cards", cards=1)], lead="other@pier.example")
    award.state = "ended"
    award.save()

    assert expected_cuts(day(0)) == []
    assert run_life_rules(now=day(90)).checks == ()


def test_what_the_book_refuses_comes_up_again(monkeypatch):
    award = award_under({"steps": [LATE]})
    from praya.apps.life.commands import running

    reduce = running.reduce_line

    def admitted_meanwhile(**facts):
        hold(award, 800, day(81))
        return reduce(**facts)

    monkeypatch.setattr(running, "reduce_line", admitted_meanwhile)
    refused = run_life_rules(now=day(81))
    monkeypatch.undo()
    # What was begun was rolled back whole, the hold with it.
    assert [type(each).__name__ for each in refused.findings.values()] == ["BookExhausted"]
    assert checks() == []

    assert [check.cut_s // HOUR for check in run_life_rules(now=day(81)).cuts] == [1000]


def test_rounds_cost_the_same_queries_with_one_line_and_with_three(django_assert_num_queries):
    award_under(STEPS)
    for name in ("b", "c"):
        active_award(BEGIN, lines=[HUNDRED_DAYS], lead=f"{name}@pier.example")

    with django_assert_num_queries(6):
        run_life_rules(now=day(1))
    with django_assert_num_queries(6):
        warn_of_cuts(now=day(1))
