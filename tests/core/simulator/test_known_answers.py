"""Answers that are known of a public log: KTH-SP2 of the Parallel Workloads Archive."""

from __future__ import annotations

import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.simulator import flat_twin
from praya.core.simulator.flat import FlatPolicy, simulate
from praya.core.simulator.jobs import Dropped
from praya.core.simulator.metrics import utilisation, waits
from praya.traces.normal import flat_jobs_of
from praya.traces.reading import read

pytestmark = pytest.mark.once

# Mean wait, longest wait, mean bounded slowdown, utilisation.
KNOWN = {
    "fcfs": (390_091.99, 1_018_341, 7_514.42, 0.70066),
    "sjf": (13_684.35, 3_549_226, 126.69, 0.70104),
    "easy": (6_858.36, 262_194, 90.86, 0.70109),
    "conservative": (8_067.08, 249_742, 101.83, 0.70109),
}


@pytest.fixture(scope="module")
def kth():
    return flat_jobs_of(read(shared_file("KTH-SP2-1996-2.1-cln.swf")))


def test_cleaning_of_kth(kth):
    jobs, dropped, pool = kth

    assert (len(jobs), pool) == (28_467, 100)
    assert dropped == {Dropped.NO_RUN_TIME: 8, Dropped.NO_SLOTS: 1}


@pytest.mark.parametrize("policy", list(FlatPolicy))
def test_known_answers_of_kth(kth, policy):
    jobs, _dropped, pool = kth

    start = simulate(jobs, pool=pool, policy=policy)

    found = waits(submit=jobs.submit, start=start, run=jobs.run)
    used = utilisation(submit=jobs.submit, start=start, run=jobs.run, slots=jobs.slots, pool=pool)
    assert found is not None
    assert (
        round(found.mean_s, 2),
        found.max_s,
        round(found.bounded_slowdown_mean, 2),
        round(used, 5),
    ) == KNOWN[policy]


@pytest.mark.slow
@pytest.mark.parametrize("policy", list(FlatPolicy))
def test_twin_agrees_on_the_busiest_months_of_kth(kth, policy):
    jobs, _dropped, pool = kth
    count = 6_000
    columns = (jobs.submit[:count], jobs.run[:count], jobs.estimate[:count], jobs.slots[:count])
    listed = [flat_twin.Job(*map(int, job)) for job in zip(*columns, strict=True)]

    twin = flat_twin.simulate(listed, pool, policy)

    # Who is submitted later may change earlier starts under no policy but SJF: cut the log for all.
    cut = type(jobs)(*columns, jobs.rows[:count])
    assert simulate(cut, pool=pool, policy=policy).tolist() == twin
