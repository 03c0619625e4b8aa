"""Forecasts: known answers by hand, and what holds whatever is asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.simulator.forecast.questions import HOUR_S, ONE_CARD, busy, quiet

from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.model import Award, Lease, Quality, Window
from praya.core.simulator.forecast.answer import ForecastAnswer, Interval
from praya.core.simulator.forecast.asking import ask
from praya.core.simulator.forecast.bands import forecast_of, interval
from praya.core.simulator.forecast.changes import BuyCards, DropAward, SetWeight, changed
from praya.core.simulator.forecast.figures import run, simulated
from praya.core.simulator.forecast.plain import from_plain, to_plain
from praya.core.simulator.forecast.question import (
    DAY_S,
    Demand,
    Device,
    ForecastQuestion,
    Kinds,
    RunningJob,
    Standing,
    WaitingJob,
)
from praya.core.simulator.forecast.workload import workload

pytestmark = pytest.mark.once

SEEDS = (1, 2, 3)


def sure(number):
    return Interval(number, number, number)


def base_of(question, seeds=SEEDS):
    return ask(ForecastQuestion(question, seeds=seeds)).base


def test_what_runs_ends_after_half_its_limit_and_what_waits_starts_then():
    # All eight cards are held since an hour; users' jobs run half of their limit of four hours.
    running = RunningJob("r", "b", "p", (0, 1), 4, begun_s=-HOUR_S, limit_s=4 * HOUR_S)
    waiting = WaitingJob("w", "a", "H800", 4, submit_s=-60, limit_s=2 * HOUR_S, nodes=2)

    found = base_of(quiet(running=(running,), waiting=(waiting,)))

    assert [(row.job, row.start_s, row.started_chance) for row in found.queue] == [
        ("w", sure(HOUR_S), 1.0)
    ]
    # One hour of eight cards each, of 1,920 card hours; half of it is on the first day.
    held = found.utilisation[0]
    assert held.whole == sure(16 / 1920)
    assert held.median == (16 / 192, *[0.0] * 9)
    assert found.energy_kwh == sure(16 * 1.0 + (1920 - 16) * 0.1)
    awards = {row.award: row for row in found.awards}
    assert awards["b"].used_card_seconds == sure(16 * HOUR_S)  # with the hour before now
    assert awards["a"].used_card_seconds == sure(8 * HOUR_S)
    assert awards["a"].share_of_grant == sure(0.08)
    assert (awards["a"].whole_chance, awards["a"].run_out_s) == (0.0, Interval(None, None, None))


def test_the_weight_of_quality_lets_the_better_quality_start_first():
    qualities = (Quality("normal"), Quality("gold", priority=10))
    question = quiet(
        running=(RunningJob("r", "b", "p", (0, 1), 4, begun_s=-HOUR_S, limit_s=4 * HOUR_S),),
        waiting=(
            WaitingJob("w", "a", "p", 4, submit_s=-60, limit_s=2 * HOUR_S, nodes=2),
            WaitingJob("g", "a", "p", 4, submit_s=-50, limit_s=2 * HOUR_S, nodes=2, quality="gold"),
        ),
    )
    question = replace(question, cluster=replace(question.cluster, qualities=qualities))

    def starts(question):
        return {row.job: row.start_s.median / HOUR_S for row in base_of(question).queue}

    assert starts(question) == {"w": 1, "g": 2}
    assert starts(changed(question, [SetWeight("age", 5)])) == {"w": 1, "g": 2}
    assert starts(changed(question, [SetWeight("quality", 5)])) == {"g": 1, "w": 2}


def test_kinds_have_qualities_and_those_that_fit_nowhere_are_counted():
    qualities = (Quality("normal"), Quality("gold", priority=10))
    # Two of three kinds could run; on half a node leased none of two nodes or more than two cards.
    kinds = Kinds((1, 1, 2), (1, 2, 4), *[(HOUR_S,) * 3] * 2, quality=("", "gold", ""))
    demand = Demand("a", "l", 90 * HOUR_S, 0, 10 * DAY_S, kinds)
    question = quiet(demands=(demand,))
    leases = (Lease("l", "a", "p", 2, 0, 10 * DAY_S),)
    cluster = replace(question.cluster, qualities=qualities, leases=leases)
    work = workload(replace(question, cluster=cluster), 1)

    cards = work.jobs.wishes.cards[work.jobs.wish_first[:-1]]
    assert set(cards.tolist()) == {1, 2}
    assert (work.jobs.quality == cards - 1).all()
    assert work.unfit > 0
    assert base_of(replace(question, cluster=cluster), seeds=(1,)).unfit == sure(work.unfit)


def test_jobs_of_no_more_cards_than_a_lease_that_fit_on_no_parts_of_its_nodes_are_counted():
    # Six cards of nodes of four: no two nodes have three of them.
    kinds = Kinds((2, 2), (2, 3), *[(HOUR_S,) * 2] * 2)
    question = quiet(demands=(Demand("a", "l", 90 * HOUR_S, 0, 10 * DAY_S, kinds),))
    cluster = replace(question.cluster, leases=(Lease("l", "a", "p", 6, 0, 10 * DAY_S),))
    work = workload(replace(question, cluster=cluster), 1)

    assert set(work.jobs.wishes.cards.tolist()) == {2}
    assert work.unfit > 0
    assert base_of(replace(question, cluster=cluster), seeds=(1,)).unfit == sure(work.unfit)


def test_a_job_that_waits_too_long_is_told_as_later():
    running = RunningJob("r", "b", "p", (0, 1), 4, begun_s=0, limit_s=40 * DAY_S)
    waiting = WaitingJob("w", "a", "H800", 1, submit_s=0, limit_s=HOUR_S)

    [row] = base_of(quiet(running=(running,), waiting=(waiting,))).queue

    assert (row.start_s, row.started_chance) == (Interval(None, None, None), 0.0)


def test_a_grant_runs_out_when_nineteen_twentieths_are_used():
    # One job of one card follows the other, day and night: 24 card hours a day, of 50 left of 100.
    question = quiet(standings=(Standing("a", used_card_seconds=50 * HOUR_S), Standing("b")))
    cluster = question.cluster
    first, second = cluster.awards
    awards = (replace(first, card_seconds=50 * HOUR_S, cards_max=1), second)
    demand = Demand(
        "a", "p", 200 * HOUR_S, 0, 1, replace(ONE_CARD, limit_s=(4000,)), spread_percent=0
    )
    question = replace(question, cluster=replace(cluster, awards=awards), demands=(demand,))

    row = base_of(question).awards[0]

    assert row.granted_card_seconds == 100 * HOUR_S
    assert row.whole_chance == 1.0
    assert row.share_of_grant.median == pytest.approx(1.0, abs=0.02)
    assert row.run_out_s.median == pytest.approx(45 * HOUR_S, abs=120)
    assert row.burn_median[0] == 74 * HOUR_S


def test_what_is_there_and_what_is_in_service_are_told_apart():
    windows = (Window("p", 0, 1, ALWAYS, 5 * DAY_S), Window("p", 1, 1, 2 * DAY_S, 3 * DAY_S))
    lease = Lease("l", "b", "p", 2, 6 * DAY_S, 8 * DAY_S)
    question = quiet()
    cluster = replace(question.cluster, windows=windows, leases=(lease,))

    found = base_of(replace(question, cluster=cluster))
    held, _, installed, reserved = found.utilisation

    assert (held.numerator, held.denominator) == ("held", "installed")
    assert (reserved.numerator, reserved.denominator) == ("reserved", "in_service")
    assert installed.whole == sure(2 * 2 / (4 * 5 + 8 * 5))
    # One node for five days, two for five; one of them out for a day. Two of eight cards leased.
    assert reserved.whole == sure(2 * 2 / (4 * 5 + 8 * 5 - 4))
    assert reserved.median == (0.0,) * 6 + (0.25, 0.25, 0.0, 0.0)
    assert found.energy_kwh == sure((4 * 5 + 8 * 5 - 4) * 24 * 0.1)


def test_energy_is_not_known_where_a_device_model_has_no_watts():
    answer = ask(ForecastQuestion(quiet(devices=(Device("H800"),)), quiet(), SEEDS), processes=1)

    unknown = Interval(None, None, None)
    assert answer.base.energy_kwh == unknown
    assert answer.variant.energy_kwh == sure(1920 * 0.1)
    assert answer.difference.energy_kwh == unknown


@pytest.mark.parametrize("processes", [1, 2])
def test_the_same_question_has_the_same_answer_and_no_change_no_difference(processes):
    question = busy()

    answer = ask(ForecastQuestion(question, question, SEEDS), processes=processes)

    assert answer.base == answer.variant == base_of(question)
    found = answer.difference
    parts = (*found.utilisation_parts, *found.held_by_award, *found.held_by_pool)
    assert {part.amount for part in parts} == {sure(0.0)}
    assert {found.utilisation, found.mean_wait_s, found.energy_kwh, found.jain} == {sure(0.0)}


def test_bands_are_in_order_and_every_part_adds_up():
    question = busy()
    variant = changed(question, [BuyCards("H800", 8, 2 * DAY_S), DropAward("a")])

    answer = ask(ForecastQuestion(question, variant, SEEDS))

    for band in answer.variant.utilisation:
        assert all(a <= b <= c for a, b, c in zip(band.low, band.median, band.high, strict=True))
        assert len(band.low) == len(answer.variant.days) == 10
    for row in answer.base.waits:
        for one in (row.mean_s, row.median_s, row.p90_s):
            assert one.low <= one.median <= one.high
    # With one run each, the parts of a difference add up to the digit.
    one = ask(ForecastQuestion(question, variant, (5,))).difference
    by_award = sum(part.amount.median for part in one.held_by_award)
    by_pool = sum(part.amount.median for part in one.held_by_pool)
    assert by_award == by_pool == one.held_card_seconds.median
    parts = sum(part.amount.median for part in one.utilisation_parts)
    assert parts == pytest.approx(one.utilisation.median, abs=1e-12)


def test_a_change_of_one_award_leaves_the_work_of_the_others():
    question = busy()
    dropped = changed(question, [DropAward("a")])

    ours, theirs = workload(question, 7).jobs, workload(dropped, 7).jobs

    mine = ours.award == 1
    assert ours.submit[mine].tolist() == theirs.submit.tolist()
    assert ours.wishes.run[mine].tolist() == theirs.wishes.run.tolist()


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), hours=st.integers(1, 400))
def test_days_add_up_to_what_the_machine_did(seed, hours):
    question = busy(until_s=hours * HOUR_S + 17)
    work = workload(question, seed)
    outcome = simulated(question, work, seed)

    found = run(question, seed)

    used = outcome.used(
        work.jobs, work.jobs.award[outcome.segment_job], 2, question.until_s
    ).tolist()
    assert [sum(days) for days in found["by_award"]] == used
    assert sum(sum(days) for days in found["by_pool"]) == sum(used)
    assert 0 <= found["fragmentation"] <= 1
    assert found["jobs"] == len(work.jobs)


def test_demands_bring_what_they_say_and_follow_their_rhythm():
    demand = Demand("a", "p", 5000 * HOUR_S, 0, 10 * DAY_S, ONE_CARD, spread_percent=0)
    even, odd = (0.0, 1.0) * 84, (1.0, 0.0) * 84

    for rhythm, minutes in ((even, 1), (odd, 0)):
        jobs = workload(quiet(demands=(replace(demand, rhythm=rhythm),)), 3).jobs
        asked = int((jobs.wishes.run * jobs.wishes.cards).sum())
        assert asked == pytest.approx(5000 * HOUR_S, rel=0.001)
        assert set((jobs.submit // HOUR_S % 2).tolist()) == {minutes}


def test_a_demand_with_a_course_asks_by_its_months():
    course = ((0, 100 * HOUR_S), (5 * DAY_S, 900 * HOUR_S))
    demand = Demand(
        "a", "p", 1000 * HOUR_S, 0, 15 * DAY_S, ONE_CARD, spread_percent=0, course=course
    )

    submit = workload(quiet(demands=(demand,)), 3).jobs.submit

    # Of the second piece half falls into ten days; jobs take about an hour each.
    halves = [int((submit < 5 * DAY_S).sum()), int((submit >= 5 * DAY_S).sum())]
    assert sum(halves) == pytest.approx(550, rel=0.02)
    assert halves[0] == pytest.approx(100, rel=0.3)
    assert demand.moved(DAY_S).within(0, 10 * DAY_S).course == (
        (DAY_S, 100 * HOUR_S),
        (6 * DAY_S, 360 * HOUR_S),
    )


def test_questions_and_answers_are_plain_json():
    question = ForecastQuestion(busy(), changed(busy(), [DropAward("b")]), SEEDS)
    answer = ask(question)

    for one in (question, answer):
        plain = json.loads(json.dumps(to_plain(one), allow_nan=False))
        assert from_plain(type(one), plain) == one
    assert isinstance(answer, ForecastAnswer)


def test_an_interrupted_forecast_runs_only_what_is_missing(tmp_path):
    question = ForecastQuestion(busy(), seeds=SEEDS)

    def stop(done, _all):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(question, folder=tmp_path, progress=stop)
    told = []
    answer = ask(question, folder=tmp_path, progress=lambda done, of: told.append((done, of)))

    assert told == [(2, 3), (3, 3)]
    assert answer == ask(question)


def test_percentiles_lie_between_two_runs_in_proportion():
    assert interval([4.0, 2.0]) == Interval(pytest.approx(2.2), 3.0, pytest.approx(3.8))
    assert interval([]) == Interval(None, None, None)
    assert interval([1.0] * 9 + [None]) == Interval(1.0, 1.0, None)


def test_where_nothing_is_asked_nothing_is_told_of_waits():
    found = forecast_of(quiet(), SEEDS, [run(quiet(), seed) for seed in SEEDS])

    assert (found.waits, found.jobs, found.fragmentation) == ((), sure(0.0), sure(0.0))
    assert found.fairness.slowdown_spread == Interval(None, None, None)


def test_an_award_that_ends_after_the_forecast_is_judged_by_what_is_due_until_then():
    # 240 card hours of twenty days, one card day and night: half of them are due in ten.
    demand = Demand("a", "p", 240 * HOUR_S, 0, 20 * DAY_S, ONE_CARD, spread_percent=0)
    question = quiet(demands=(demand,))
    chances = {}
    for name, hours, day in (("even", 240, 0), ("too much", 480, 0), ("later", 9, 11)):
        award = Award("a", None, hours * HOUR_S, day * DAY_S, 20 * DAY_S)
        cluster = replace(question.cluster, awards=(award, question.cluster.awards[1]))
        chances[name] = base_of(replace(question, cluster=cluster)).awards[0].whole_chance

    assert chances == {"even": 1.0, "too much": 0.0, "later": None}
