"""The flat pool: the rules by example, and the kernels beside their twin."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from praya.core.simulator import flat_twin
from praya.core.simulator.flat import FlatPolicy, simulate
from praya.core.simulator.jobs import Dropped, RunsTooLong, TooManySlots, flat_jobs

pytestmark = pytest.mark.once


@pytest.fixture(scope="module", autouse=True)
def compiled_kernels():
    for policy in FlatPolicy:
        starts_of([(0, 1, 1, 1)], 1, policy)


def starts_of(jobs, pool, policy):
    columns = np.array(jobs, np.int64).reshape(-1, 4).T.copy()
    kept, dropped = flat_jobs(
        submit=columns[0], run=columns[1], estimate=columns[2], slots=columns[3], pool=pool
    )
    assert dropped == {}
    return simulate(kept, pool=pool, policy=FlatPolicy(policy)).tolist()


def test_what_64_bits_do_not_hold_is_refused():
    long = (0, 10**15 - 1, 10**15 - 1, 1)

    assert starts_of([long] * 1100, 1, "fcfs")[-1] == 1099 * (10**15 - 1)
    with pytest.raises(RunsTooLong):
        starts_of([long] * 1200, 1, "fcfs")
    with pytest.raises(TooManySlots):
        starts_of([(0, 1, 1, 1)], 1 << 64, "fcfs")


# submit, run, estimate, slots
CASES = {
    # The example of flat_twin: A, B, C, D.
    "worked example": (
        4,
        [(0, 60, 60, 3), (0, 50, 50, 4), (0, 90, 90, 1), (0, 60, 60, 1)],
        {
            "fcfs": [0, 60, 110, 110],
            "sjf": [50, 0, 110, 50],
            "easy": [0, 60, 110, 0],
            "conservative": [0, 60, 110, 0],
        },
    ),
    "a slot freed at t is usable at t": (
        1,
        [(0, 5, 5, 1), (5, 1, 1, 1)],
        {policy: [0, 5] for policy in FlatPolicy},
    ),
    "all arrivals of an instant come before its pass": (
        1,
        [(0, 5, 5, 1), (5, 9, 9, 1), (5, 1, 1, 1)],
        {
            "fcfs": [0, 5, 14],
            "sjf": [0, 6, 5],
            "easy": [0, 5, 14],
            "conservative": [0, 5, 14],
        },
    ),
    # The head needs 3 at 10, when 5 are free: 2 are extra, and only the first long job gets them.
    "extra slots are used up": (
        5,
        [(0, 10, 10, 4), (1, 10, 10, 3), (2, 50, 50, 1), (3, 50, 50, 1), (4, 50, 50, 2)],
        {
            "fcfs": [0, 10, 10, 10, 20],
            "sjf": [0, 10, 10, 10, 20],
            "easy": [0, 10, 2, 10, 20],
            "conservative": [0, 10, 2, 10, 20],
        },
    ),
    # A ends at 2, long before its estimate, and the plan is made anew.
    "an early end": (
        2,
        [(0, 2, 100, 1), (0, 50, 50, 1), (1, 10, 10, 2), (1, 60, 60, 1)],
        {
            "fcfs": [0, 0, 50, 60],
            "sjf": [0, 0, 50, 60],
            "easy": [0, 0, 50, 60],
            "conservative": [0, 0, 50, 60],
        },
    ),
    "one job larger than what is left waits alone": (
        3,
        [(0, 10, 10, 2), (0, 10, 10, 2), (0, 10, 10, 1)],
        {
            "fcfs": [0, 10, 10],
            "sjf": [0, 10, 10],
            "easy": [0, 10, 0],
            "conservative": [0, 10, 0],
        },
    ),
}


@pytest.mark.parametrize("policy", list(FlatPolicy))
@pytest.mark.parametrize("name", CASES)
def test_starts_of_examples(name, policy):
    pool, jobs, expected = CASES[name]

    assert starts_of(jobs, pool, policy) == expected[policy]


@st.composite
def logs(draw):
    """A pool and jobs with few distinct instants, lengths and sizes, so that they meet."""
    pool = draw(st.integers(1, 12))
    seconds = draw(st.sampled_from([12, 60, 400]))
    job = st.tuples(
        st.integers(0, seconds),
        st.integers(1, 25),
        st.one_of(st.just(0), st.integers(1, 60)),
        st.one_of(st.integers(1, pool), st.just(1), st.just(pool)),
    )
    jobs = sorted(draw(st.lists(job, max_size=24)), key=lambda one: one[0])
    begins = jobs[0][0] if jobs else 0
    return pool, [
        (submit - begins, run, max(run, estimate), slots) for submit, run, estimate, slots in jobs
    ]


@settings(max_examples=2_000, deadline=None)
@given(log=logs())
@example(log=(1, []))
def test_kernels_agree_with_the_twin(log):
    pool, jobs = log
    listed = [flat_twin.Job(*job) for job in jobs]

    for policy in FlatPolicy:
        assert starts_of(jobs, pool, policy) == flat_twin.simulate(listed, pool, policy), policy


@pytest.mark.parametrize("policy", list(FlatPolicy))
@pytest.mark.parametrize("seed", [1, 2])
def test_kernels_agree_with_the_twin_on_long_queues(policy, seed):
    """Hundreds wait at once, so that the queue has several blocks with holes and closes up."""
    random = np.random.default_rng(seed)
    count, pool = 600, 64
    run = random.integers(1, 400, count)
    jobs = np.stack(
        [
            np.sort(random.integers(0, 4_000, count)),
            run,
            run * random.choice([1, 1, 2, 10], count),
            np.minimum(2 ** random.integers(0, 7, count), pool) - random.integers(0, 2, count),
        ],
        axis=1,
    )
    jobs[:, 0] -= jobs[0, 0]
    jobs[:, 3] = np.maximum(jobs[:, 3], 1)

    twin = flat_twin.simulate([flat_twin.Job(*map(int, job)) for job in jobs], pool, policy)

    assert starts_of(jobs, pool, policy) == twin


@settings(max_examples=300, deadline=None)
@given(log=logs())
def test_head_under_easy_starts_no_later_than_it_was_promised_when_it_became_the_head(log):
    pool, jobs = log

    starts = starts_of(jobs, pool, "easy")

    for number, (submit, _run, _estimate, slots) in enumerate(jobs):
        head_at = max([submit, *starts[:number]])
        # Who is backfilled in the pass in which the promise is made, starts after it is.
        running = [
            (begin + estimate, size)
            for other, (begin, (_submit, run, estimate, size)) in enumerate(
                zip(starts, jobs, strict=True)
            )
            if begin + run > head_at and (begin < head_at or (begin == head_at and other < number))
        ]
        free = pool - sum(size for _end, size in running)
        promised = head_at
        for end, size in sorted(running):
            if free >= slots:
                break
            promised, free = end, free + size
        assert submit <= starts[number] <= promised


def test_jobs_that_no_pool_can_run_are_left_out_and_counted():
    columns = np.array(
        [
            [70, 60, 50, 60, 40],
            [5, 0, 9, 7, -1],
            [2, 5, 9, 9, 5],
            [1, 2, 0, 4, 9],
        ],
        np.int64,
    )

    jobs, dropped = flat_jobs(
        submit=columns[0], run=columns[1], estimate=columns[2], slots=columns[3], pool=4
    )

    assert dropped == {Dropped.NO_RUN_TIME: 2, Dropped.NO_SLOTS: 1}
    assert jobs.submit.tolist() == [0, 10]
    assert jobs.run.tolist() == [7, 5]
    assert jobs.estimate.tolist() == [9, 5]
    assert jobs.slots.tolist() == [4, 1]
    assert jobs.rows.tolist() == [3, 0]


def test_jobs_larger_than_the_pool_are_left_out_and_counted():
    one = np.ones(3, np.int64)

    jobs, dropped = flat_jobs(
        submit=one, run=one, estimate=one, slots=np.array([1, 3, 2], np.int64), pool=2
    )

    assert dropped == {Dropped.LARGER_THAN_POOL: 1}
    assert jobs.rows.tolist() == [0, 2]


def test_jobs_of_one_second_keep_their_order():
    submit = np.array([9, 3, 9, 3], np.int64)
    one = np.ones(4, np.int64)

    jobs, _dropped = flat_jobs(submit=submit, run=one, estimate=one, slots=one, pool=1)

    assert jobs.rows.tolist() == [1, 3, 0, 2]


def test_read_only_columns_need_no_other_kernel():
    from praya.core.simulator.kernels.easy import easy

    columns = [np.array(column, np.int64) for column in ([0, 0], [5, 5], [5, 5], [1, 1])]
    for column in columns:
        column.flags.writeable = False
    submit, run, estimate, slots = columns
    jobs, _dropped = flat_jobs(submit=submit, run=run, estimate=estimate, slots=slots, pool=1)

    assert simulate(jobs, pool=1, policy=FlatPolicy.EASY).tolist() == [0, 5]
    assert len(easy.signatures) == 1
