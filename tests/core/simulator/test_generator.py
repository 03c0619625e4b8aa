"""Workloads made like another: what is kept, and how close they come."""

from __future__ import annotations

import numpy as np
import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.simulator.generator import HOUR_S, WEEK_H, SpanTooLong, closeness, fit, generate
from praya.traces.reading import read
from praya.traces.shapes import shape_of

pytestmark = pytest.mark.once

WEEKS = 6


def office_hours(seed=5):
    """Ann comes on working days from nine to five with three small jobs, Bob on Sunday with one."""
    random = np.random.default_rng(seed)
    rows = []
    for day in range(WEEKS * 7):
        if day % 7 < 5:
            for hour in range(9, 17):
                begin = day * 86_400 + hour * HOUR_S + int(random.integers(0, 1_000))
                rows += [(begin + 60 * step, 30, 300, 2, 0) for step in range(3)]
        elif day % 7 == 6:
            rows.append((day * 86_400 + 12 * HOUR_S, 7_200, 7_200, 8, 1))
    columns = np.array(rows, np.int64).T
    names = ("submit_s", "run_s", "limit_s", "slots", "user")
    return dict(zip(names, columns, strict=True))


def shape(jobs):
    begins = int(jobs["submit_s"][0])
    return fit(
        submit=jobs["submit_s"] - begins,
        run=jobs["run_s"],
        estimate=jobs["limit_s"],
        slots=jobs["slots"],
        user=jobs["user"],
        begins_s=begins,
    )


def test_shape_keeps_sessions_and_the_rhythm_of_the_week():
    found = shape(office_hours())

    assert len(found.session_jobs) == WEEKS * (5 * 8 + 1)
    assert sorted(set(found.session_jobs.tolist())) == [1, 3]
    assert set(found.pauses.tolist()) == {60}
    busy = [day * 24 + hour for day in range(5) for hour in range(9, 17)] + [6 * 24 + 12]
    assert np.flatnonzero(found.rates).tolist() == busy
    assert found.rates[10] == pytest.approx(1.0)


def test_made_jobs_belong_to_their_users():
    made = generate(shape(office_hours()), count=3_000, random=np.random.default_rng(1))

    of_ann = made["user"] == 0
    assert set(made["slots"][of_ann].tolist()) == {2}
    assert set(made["slots"][~of_ann].tolist()) == {8}
    assert (made["limit_s"] >= made["run_s"]).all()
    assert (np.diff(made["submit_s"]) >= 0).all()
    assert 20 <= np.median(made["run_s"][of_ann]) <= 40


def test_made_jobs_come_close_and_keep_office_hours():
    jobs = office_hours()
    made = generate(shape(jobs), count=20_000, random=np.random.default_rng(2))

    found = closeness(jobs, made, begins_s=0)

    assert found.slots < 0.02
    assert found.users < 0.02
    assert found.hours_of_week < 0.1
    assert found.jobs_per_hour[1] == pytest.approx(found.jobs_per_hour[0], rel=0.1)
    hours = (made["submit_s"] // HOUR_S) % WEEK_H % 24
    assert set(np.unique(hours).tolist()) <= set(range(9, 18))


def test_same_seed_makes_the_same_jobs_and_another_seed_others():
    known = shape(office_hours())

    one, again, other = (
        generate(known, count=500, random=np.random.default_rng(seed)) for seed in (4, 4, 5)
    )

    assert all((one[name] == again[name]).all() for name in one)
    assert (one["run_s"] != other["run_s"]).any()


def test_load_brings_jobs_faster():
    known = shape(office_hours())

    slow, fast = (
        generate(known, count=5_000, random=np.random.default_rng(1), load=load)["submit_s"][-1]
        for load in (1.0, 2.0)
    )

    assert fast / slow == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize(
    ("begins_h", "hours"), [(3.5, 2), (166.25, 4), (0, 168), (100, 168 * 3), (20.5, 168 * 2 + 5.75)]
)
def test_every_hour_of_the_week_counts_as_often_as_it_was_there(begins_h, hours):
    """One job in each quarter of an hour: as many come in every hour that was seen."""
    begins_s, quarters = int(begins_h * HOUR_S), int(hours * 4)
    submit = np.append(np.arange(quarters) * 900, hours * HOUR_S - 1).astype(np.int64)
    one = np.ones_like(submit)

    found = fit(
        submit=submit,
        run=one,
        estimate=one,
        slots=one,
        user=np.arange(len(submit)),
        begins_s=begins_s,
    )

    first, last = begins_s // HOUR_S, (begins_s + int(hours * HOUR_S) - 1) // HOUR_S
    there = {hour % WEEK_H for hour in range(first, last)} - {last % WEEK_H}  # which has one more
    assert found.rates[sorted(there)] == pytest.approx(np.full(len(there), 4.0))


def test_jobs_of_a_million_years_are_refused():
    """A submission in milliseconds among others in seconds: nothing was left of the memory."""
    jobs = {name: column[:2] for name, column in office_hours().items()}
    jobs["submit_s"] = np.array([0, 10**15 - 1])

    with pytest.raises(SpanTooLong):
        generate(shape(jobs), count=2, random=np.random.default_rng(1))


def test_one_job_has_a_shape():
    one = np.ones(1, np.int64)
    known = fit(submit=one - 1, run=one, estimate=one, slots=one, user=one, begins_s=0)

    made = generate(known, count=50, random=np.random.default_rng(1))

    assert len(made["submit_s"]) == 50


def test_workload_like_kth_is_close_to_it():
    _shape, found = shape_of(read(shared_file("KTH-SP2-1996-2.1-cln.swf")), seed=1)

    assert found.run < 0.05
    assert found.slots < 0.05
    assert found.overestimation < 0.15
    assert found.gaps < 0.10
    assert found.users < 0.10
    assert found.hours_of_week < 0.25
    assert found.jobs_per_hour[1] == pytest.approx(found.jobs_per_hour[0], rel=0.1)
    assert found.slot_seconds_per_hour[1] == pytest.approx(found.slot_seconds_per_hour[0], rel=0.2)
