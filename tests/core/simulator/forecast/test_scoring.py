"""Scores of forecasts, how they mend the next, and replays of a trace."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.simulator.flat import FlatPolicy, simulate
from praya.core.simulator.forecast.calibration import Lessons, Told, lessons_of, mended
from praya.core.simulator.forecast.replay import History, forecast_at, replay
from praya.core.simulator.forecast.scoring import score
from praya.core.simulator.jobs import flat_jobs
from praya.traces.pasts import history_of, of_queue
from praya.traces.reading import read

pytestmark = pytest.mark.once


def column(*values):
    return np.array(values, dtype=np.float64)


def told(at, low, median, high, rows=1):
    return Told(at, *(np.full(rows, float(one)) for one in (low, median, high)))


def test_a_score_by_hand():
    found = score(
        low=column(10, 10, 10, 10),
        median=column(20, 20, 20, 20),
        high=column(30, 30, 30, 50),
        truth=column(5, 10, 30, 60),
    )

    assert (found.forecasts, found.coverage, found.below, found.above) == (4, 0.5, 0.25, 0.25)
    # Of low: 0.9 * 5, 0, 0.1 * 20, 0.1 * 50; of median: halves; of high: 0.1 and 0.9.
    low, median = 4.5 + 0 + 2 + 5, 7.5 + 5 + 5 + 20
    high = 2.5 + 2 + 0 + 9
    assert found.loss_s == pytest.approx((low + median + high) / 12)
    assert found.width_s == 20.0
    assert score(low=column(), median=column(), high=column(), truth=column()) is None


def test_too_few_lessons_change_nothing():
    one = told(0, 1, 2, 3)

    assert mended(one, lessons_of([told(0, 9, 9, 9, rows=29)], [np.full(29, 100.0)])) is one
    assert mended(one, lessons_of([], [])) is one


def test_too_narrow_intervals_widen_and_too_wide_ones_narrow_half_as_much():
    random = np.random.default_rng(1)
    truth = np.expm1(random.normal(8, 1, 1000))
    for width, wanted in ((0.2, 1.28), (3.0, (3.0 + 1.28) / 2)):
        low, high = np.expm1(8 - width), np.expm1(8 + width)
        past = told(0, low, np.expm1(8), high, rows=1000)
        better = mended(told(1, low, np.expm1(8), high), lessons_of([past], [truth]))
        assert np.log1p(better.low[0]) == pytest.approx(8 - wanted, abs=0.5)
        assert np.log1p(better.high[0]) == pytest.approx(8 + wanted, abs=0.5)
        assert better.low[0] <= better.median[0] <= better.high[0]


def test_only_what_was_said_alike_teaches():
    short, long = told(0, 20, 20, 20, rows=500), told(0, 1e5, 1e5, 1e5, rows=500)
    lessons = lessons_of([short, long], [np.full(500, 20.0), np.full(500, 1e6)])

    found = mended(told(1, 20, 20, 20), lessons)

    assert [round(float(one[0])) for one in (found.low, found.median, found.high)] == [20, 20, 20]
    assert isinstance(lessons, Lessons)


def small_history(*, run=(100, 100, 50), submit=(0, 0, 0), starts=(0, 100, 200)):
    jobs, _ = flat_jobs(
        submit=np.array(submit),
        run=np.array(run),
        estimate=np.array([200] * len(run)),
        slots=np.array([4] * len(run)),
        pool=4,
    )
    user = np.zeros(len(run), dtype=np.int64)
    return History(jobs, np.array(starts), user, np.full(len(run), 200), 0)


def forecast(history, asked, moment):
    return forecast_at(
        history,
        np.array(asked),
        moment,
        pool=4,
        policy=FlatPolicy.EASY,
        runs=5,
        random=np.random.default_rng(1),
    )


def test_a_forecast_knows_only_what_has_ended():
    # At 150 one job has ended, after half of its limit: the second is told to end at 200.
    found = forecast(small_history(), [2], 150)

    assert (found.at_s, found.low.tolist(), found.high.tolist()) == (150, [50.0], [50.0])


def test_what_lies_ahead_changes_no_forecast():
    ours = small_history()
    theirs = small_history(run=(100, 180, 7), starts=(0, 100, 280))

    first, second = (forecast(one, [2], 150) for one in (ours, theirs))

    for name in ("low", "median", "high"):
        assert getattr(first, name).tolist() == getattr(second, name).tolist()


def made_history(number=3000, seed=1):
    random = np.random.default_rng(seed)
    run = np.maximum(1, random.lognormal(7, 1, number)).astype(np.int64)
    limit = (run * random.uniform(1, 4, number)).astype(np.int64) + 1
    jobs, _ = flat_jobs(
        submit=np.sort(random.integers(0, number * 190, number)),
        run=run,
        estimate=limit,
        slots=random.integers(1, 9, number),
        pool=48,
    )
    start = simulate(jobs, pool=48, policy=FlatPolicy.EASY)
    return History(jobs, start, np.zeros(number, np.int64), jobs.estimate, 0)


def test_intervals_of_a_made_trace_hold_and_a_replay_is_the_same_again():
    history = made_history()
    told_progress = []

    found = replay(
        history,
        pool=48,
        policy=FlatPolicy.EASY,
        moments=150,
        runs=15,
        progress=lambda done, of: told_progress.append((done, of)),
    )

    assert (found.moments, found.learnt) == (75, 75)
    assert 0.7 <= found.mended.coverage <= 0.9
    assert told_progress[0] == (0, 150)
    assert told_progress[-1] == (150, 150)
    again = replay(history, pool=48, policy=FlatPolicy.EASY, moments=150, runs=15)
    assert again == found


def test_nothing_is_forecast_before_enough_jobs_have_ended():
    history = small_history(
        run=(10**6,) * 12, submit=tuple(range(12)), starts=tuple(range(0, 12 * 10**6, 10**6))
    )

    found = replay(history, pool=4, policy=FlatPolicy.EASY, moments=20, runs=5, split=0.0)

    assert found.moments == 20
    assert found.raw.forecasts == 20 * 1  # only the last two jobs wait by then, one at a time


def test_a_trace_in_which_nobody_waits_has_no_score():
    history = small_history(submit=(0, 200, 400), starts=(0, 200, 400))

    found = replay(history, pool=4, policy=FlatPolicy.EASY, moments=20, runs=5)

    assert (found.moments, found.raw, found.mended, found.learnt) == (0, None, None, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("log", "pool", "policy", "recorded"),
    [
        (("KTH-SP2-1996-2.1-cln.swf", "", ""), None, FlatPolicy.EASY, True),
        (("philly_jobs.csv", "philly", "6c71a0"), 64, FlatPolicy.FCFS, False),
    ],
)
def test_eight_in_ten_hold_on_real_traces(log, pool, policy, recorded):
    name, columns, queue = log
    trace = read(shared_file(name), columns=columns, skip_bad=True)
    trace = of_queue(trace, queue) if queue else trace
    history, slots = history_of(trace, pool=pool, policy=policy, recorded=recorded)

    found = replay(history, pool=slots, policy=policy, moments=600, runs=30)

    assert 0.75 <= found.mended.coverage <= 0.85
    assert found.mended.loss_log < found.raw.loss_log
