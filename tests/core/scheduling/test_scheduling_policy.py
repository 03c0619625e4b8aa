"""What starts, on which slots, and why the others wait."""

import pytest

from praya.core.scheduling.decision import Start, Wait, WaitReason
from praya.core.scheduling.policy import easy, fcfs
from praya.core.scheduling.profile import NEVER
from praya.core.scheduling.snapshot import (
    Closing,
    Lease,
    Node,
    Partition,
    Running,
    Snapshot,
    Waiting,
)


def four_cards(**changes):
    facts = {"name": "p", "device_model": "m", "slots": (0, 1, 2, 3), "installed": 4}
    return Partition(**{**facts, **changes})


def waiting(job, cards, limit_s=60, **more):
    return Waiting(job=job, award="W", partition="p", cards=cards, limit_s=limit_s, **more)


def running(job, *slots, ends_at, **more):
    return Running(job=job, award="R", partition="p", slots=slots, ends_at=ends_at, **more)


def state(*jobs, partition=None, now=0):
    return Snapshot(
        now=now,
        partitions=(partition or four_cards(),),
        running=tuple(job for job in jobs if isinstance(job, Running)),
        waiting=tuple(job for job in jobs if isinstance(job, Waiting)),
    )


def behind(job, **facts):
    return Wait(job, WaitReason.BEHIND, facts)


def no_free_cards(job, **facts):
    return Wait(job, WaitReason.NO_FREE_CARDS, facts)


def test_jobs_that_fit_start_on_the_lowest_free_slots():
    answer = easy(state(running("A", 1, ends_at=60), waiting("B", 2), waiting("C", 1)))

    assert answer == (Start("B", (0, 2)), Start("C", (3,)))


def test_the_example_of_the_docstring():
    jobs = [running("A", 0, 1, 2, ends_at=60), waiting("C", 1, 90), waiting("D", 1, 60)]

    assert easy(state(waiting("B", 4), *jobs)) == (
        no_free_cards("B", free=1, needs=4, ahead=0, expected_at=60),
        behind("C", free=1, needs=1, ahead=1, fits_until=60),
        Start("D", (3,)),
    )
    assert easy(state(waiting("B", 3), *jobs)) == (
        no_free_cards("B", free=1, needs=3, ahead=0, expected_at=60),
        Start("C", (3,)),
        no_free_cards("D", free=0, needs=1, ahead=1, expected_at=90),
    )


def test_first_come_first_served_lets_nobody_pass_the_head():
    jobs = [running("A", 0, 1, 2, ends_at=60), waiting("B", 4), waiting("C", 1, 60)]

    assert fcfs(state(*jobs)) == (
        no_free_cards("B", free=1, needs=4, ahead=0, expected_at=60),
        behind("C", free=1, needs=1, ahead=1, fits_until=60),
    )


def test_a_job_past_its_limit_holds_its_cards_until_it_has_gone():
    answer = easy(state(running("A", 0, 1, 2, 3, ends_at=50), waiting("B", 1), now=80))

    assert answer == (no_free_cards("B", free=0, needs=1, ahead=0, expected_at=81),)


def test_partitions_do_not_wait_for_each_other():
    other = Partition(name="q", device_model="n", slots=(0,), installed=1)
    elsewhere = Waiting(job="C", award="W", partition="q", cards=1, limit_s=600)
    snapshot = Snapshot(
        now=0,
        partitions=(four_cards(), other),
        running=(running("A", 0, ends_at=60),),
        waiting=(waiting("B", 4), elsewhere),
    )

    assert easy(snapshot)[1] == Start("C", (0,))


@pytest.mark.parametrize(
    ("partition", "job", "wait"),
    [
        (
            four_cards(),
            waiting("B", 5),
            Wait("B", WaitReason.LARGER_THAN_PARTITION, {"total": 4, "needs": 5}),
        ),
        (
            four_cards(slots=(0, 1)),
            waiting("B", 3),
            Wait("B", WaitReason.OUT_OF_SERVICE, {"in_service": 2, "total": 4, "needs": 3}),
        ),
        (
            four_cards(leases=(Lease("L", 2, 100, 900),)),
            waiting("B", 2, lease="L"),
            Wait("B", WaitReason.LEASE_NOT_BEGUN, {"begins_at": 100}),
        ),
        (
            four_cards(leases=(Lease("L", 2, 0, 50),)),
            waiting("B", 2, lease="L"),
            Wait("B", WaitReason.LEASE_ENDED, {"ends_at": 50}),
        ),
        (four_cards(), waiting("B", 2, lease="L"), Wait("B", WaitReason.LEASE_ENDED, {})),
        (
            four_cards(leases=(Lease("L", 2, 0, 900),)),
            waiting("B", 3, lease="L"),
            Wait("B", WaitReason.LARGER_THAN_LEASE, {"total": 2, "needs": 3}),
        ),
        (
            four_cards(),
            waiting("B", 2, award_cards_max=1),
            Wait("B", WaitReason.AWARD_CAP, {"cap": 1, "in_use": 0, "needs": 2}),
        ),
    ],
)
def test_a_job_that_waits_for_something_else_holds_nobody_up(partition, job, wait):
    assert easy(state(job, waiting("C", 2), partition=partition)) == (wait, Start("C", (0, 1)))


def test_an_awards_cap_counts_what_runs_and_what_just_started():
    jobs = [
        Running(job="A", award="W", partition="p", slots=(0,), ends_at=60),
        waiting("B", 1, award_cards_max=2),
        waiting("C", 1, award_cards_max=2),
    ]

    assert easy(state(*jobs)) == (
        Start("B", (1,)),
        Wait("C", WaitReason.AWARD_CAP, {"cap": 2, "in_use": 2, "needs": 1}),
    )


def test_leased_cards_are_for_the_lease_alone():
    leased = four_cards(leases=(Lease("L", 2, 0, 900),))
    jobs = [
        waiting("B", 3),
        waiting("C", 2),
        waiting("D", 2, lease="L"),
        waiting("E", 1, lease="L"),
    ]

    assert easy(state(*jobs, partition=leased)) == (
        no_free_cards("B", free=2, needs=3, ahead=0, expected_at=900),
        Start("C", (0, 1)),
        Start("D", (2, 3)),
        no_free_cards("E", free=0, needs=1, ahead=0, expected_at=60),
    )


def test_a_job_does_not_run_into_a_lease_that_begins():
    leased = four_cards(leases=(Lease("L", 3, 100, 900),))
    jobs = [waiting("B", 2, 101), waiting("C", 2, 100)]

    assert easy(state(*jobs, partition=leased)) == (
        Wait(
            "B",
            WaitReason.SET_ASIDE_SOON,
            {"free": 4, "needs": 2, "ahead": 0, "fits_until": 100, "expected_at": 900},
        ),
        Start("C", (0, 1)),
    )


def test_a_job_that_a_node_closing_for_good_leaves_no_place_is_nobodys_head():
    nodes = (Node((0,)), Node((1,), closings=(Closing(1, 60, NEVER),)))
    partition = four_cards(slots=(0, 1), installed=2, nodes=nodes)
    jobs = [
        running("A", 1, ends_at=50),
        waiting("B", 2, 20, nodes=2),
        waiting("C", 2, 5, nodes=2),
        waiting("D", 1, 100),
    ]

    assert easy(state(*jobs, partition=partition)) == (
        no_free_cards("B", free=1, needs=2, ahead=0),
        no_free_cards("C", free=1, needs=2, ahead=1, expected_at=50),
        behind("D", free=1, needs=1, ahead=2, fits_until=50),
    )


def test_a_slot_that_leaves_service_under_a_job_is_not_given_again():
    jobs = [running("A", 3, ends_at=60), waiting("B", 3), waiting("C", 1, 10)]

    assert easy(state(*jobs, partition=four_cards(slots=(0, 1, 2)))) == (
        Start("B", (0, 1, 2)),
        no_free_cards("C", free=0, needs=1, ahead=0, expected_at=60),
    )


def test_two_jobs_on_one_slot_are_a_bug():
    with pytest.raises(AssertionError):
        easy(state(running("A", 0, ends_at=60), running("B", 0, ends_at=60)))
