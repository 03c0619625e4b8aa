"""The full model by examples small enough to be checked by hand, one for each of its words.

Every schedule is that of the kernels and, in the same breath, that of the plain twin.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.core.simulator.cluster.test_kernels_and_twin import told, told_by_twin

from praya.core.scheduling.placement import Placement, Rule
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.checks import JobFault, JobMistake, job_faults
from praya.core.simulator.cluster.jobs import jobs_of, with_after, with_wishes
from praya.core.simulator.cluster.model import (
    Award,
    Cluster,
    Lease,
    Order,
    Partition,
    Policy,
    Quality,
    State,
    Weights,
    WhenStopped,
    Window,
)
from praya.core.simulator.cluster.report import report
from praya.core.simulator.cluster.simulate import simulate
from praya.core.simulator.cluster.twin import Twin

pytestmark = pytest.mark.once

TWO_NODES = Partition("fast", "H800", nodes=2, cards=4, cpus=16, memory=64)
SLOW_NODE = Partition("slow", "A100", nodes=1, cards=4)
STRICT = Policy(backfill=Backfill.NONE)


def cluster(*partitions, **others):
    return Cluster(partitions or (TWO_NODES,), **{"awards": (Award("all"),)} | others)


def jobs(*rows, **columns):
    """Jobs of (submit, cards, run, limit); other columns hold for all, or one value for each."""
    submit, cards, run, limit = zip(*rows, strict=True)
    asked = {"submit": submit, "cards": cards, "run": run, "limit": limit, "pool": 0} | columns
    return jobs_of(**asked)[0]


def ran(machines, work, policy=STRICT):
    twin = Twin(machines, work, policy)
    while twin.advance():
        pass
    outcome = simulate(machines, work, policy)
    assert told(outcome) == told_by_twin(twin)
    return outcome


def states(outcome):
    return [State(one).name for one in outcome.state]


def test_a_job_ends_early_at_its_limit_or_by_failing_and_comes_back_once():
    work = jobs(
        (0, 4, 50, 100), (0, 4, 100, 60), (200, 4, 50, 100), fails=[0, 0, 20], requeues=[0, 0, 1]
    )

    outcome = ran(cluster(), work)

    assert outcome.end.tolist() == [50, 60, 270]
    assert states(outcome) == ["COMPLETED", "TIMED_OUT", "COMPLETED"]
    assert outcome.segment_begin.tolist() == [0, 0, 200, 220]
    assert outcome.attempts.tolist() == [1, 1, 2]


def test_a_gang_takes_so_many_cards_of_each_of_its_nodes():
    work = jobs((0, 1, 10, 10), (0, 4, 10, 10), nodes=[1, 2])

    assert ran(cluster(), work).start.tolist() == [0, 10]


def test_cores_and_memory_bound_what_cards_would_allow():
    work = jobs((0, 1, 10, 10), (0, 1, 10, 10), (0, 1, 10, 10), cpus=[16, 0, 9], memory=[0, 64, 0])

    outcome = ran(cluster(), work)

    assert outcome.place.tolist() == [0, 0, 1]
    assert outcome.start.tolist() == [0, 0, 0]


def test_a_slower_device_model_is_taken_where_the_dearer_wish_must_wait():
    work = with_wishes(
        jobs((0, 4, 100, 100), (0, 4, 100, 100), (0, 4, 100, 100)),
        {2: [{"pool": 1, "nodes": 1, "cards": 4, "run": 200, "limit": 200}]},
    )

    outcome = ran(cluster(TWO_NODES, SLOW_NODE), work)

    assert outcome.end.tolist() == [100, 100, 200]
    assert work.wishes.pool[outcome.segment_wish].tolist() == [0, 0, 1]


def test_an_exclusive_job_takes_all_cards_of_its_node():
    work = jobs((0, 4, 10, 10), (0, 1, 10, 10), (0, 4, 10, 10))

    assert ran(cluster(), work).start.tolist() == [0, 0, 10]


@pytest.mark.parametrize(
    ("rule", "node"),
    [(Rule.FIRST_FIT, 0), (Rule.BEST_FIT, 1), (Rule.WORST_FIT, 2), (Rule.FRAGMENTATION, 1)],
)
def test_rules_of_placement_choose_among_nodes_with_two_one_and_four_cards_free(rule, node):
    work = jobs((0, 2, 50, 50), (0, 3, 50, 50), (1, 1, 9, 9))
    policy = Policy(Order.SUBMIT, Backfill.NONE, rule, {1: 1, 2: 1, 4: 2})
    machines = cluster(Partition("p", "", nodes=3, cards=4))

    outcome = simulate(machines, work, policy, running=[(0, 0, [0]), (1, 0, [1])])

    assert outcome.place.tolist() == [0, 1, node]
    assert Placement(rule, policy.mix).choose({0: 2, 1: 1, 2: 4}, 1, 1) == [node]


def test_easy_passes_by_who_does_not_delay_the_head_and_conservative_delays_nobody():
    work = jobs((0, 3, 100, 100), (1, 4, 50, 50), (2, 2, 10, 10), (3, 1, 100, 100), (4, 1, 90, 90))
    machines = cluster(Partition("p", "", nodes=1, cards=4))

    assert ran(machines, work, Policy(backfill=Backfill.NONE)).start.tolist() == [
        *(0, 100, 150, 150, 150)
    ]
    assert ran(machines, work, Policy(backfill=Backfill.EASY)).start.tolist() == [
        *(0, 100, 150, 150, 4)
    ]
    assert ran(machines, work, Policy(backfill=Backfill.CONSERVATIVE)).start.tolist() == [
        *(0, 100, 150, 150, 4)
    ]


def test_the_shortest_limit_goes_first_where_the_order_says_so():
    work = jobs((0, 4, 10, 10), (1, 4, 90, 90), (2, 4, 20, 20))
    machines = cluster(Partition("p", "", nodes=1, cards=4))

    outcome = ran(machines, work, Policy(Order.SHORTEST, Backfill.NONE))

    assert outcome.start.tolist() == [0, 30, 10]


@pytest.mark.parametrize(
    ("when", "end", "state"),
    [
        (WhenStopped.REQUEUED, 130, "COMPLETED"),
        (WhenStopped.SUSPENDED, 110, "COMPLETED"),
        (WhenStopped.CANCELLED, 20, "CANCELLED"),
        (WhenStopped.NEVER, 100, "COMPLETED"),
    ],
)
def test_a_job_stopped_for_another_begins_anew_goes_on_or_is_cancelled(when, end, state):
    qualities = (Quality("low", 0, 0, when_stopped=when), Quality("high", 1, 1, stops=True))
    machines = cluster(Partition("p", "", nodes=1, cards=4), qualities=qualities)

    outcome = ran(machines, jobs((0, 4, 100, 100), (20, 4, 10, 10), quality=[0, 1]))

    assert (int(outcome.end[0]), states(outcome)[0]) == (end, state)
    assert int(outcome.start[1]) == (100 if when is WhenStopped.NEVER else 20)


def test_jobs_of_an_array_run_so_many_at_once():
    work = jobs(*[(0, 1, 10, 10)] * 5, array=1, array_most=2)

    assert ran(cluster(), work).start.tolist() == [0, 0, 10, 10, 20]


def test_a_job_follows_others_that_end_well_and_never_runs_after_one_that_did_not():
    work = with_after(
        jobs((0, 1, 10, 10), (0, 1, 30, 20), (0, 1, 5, 5), (0, 1, 5, 5), (0, 1, 5, 5)),
        {2: [0], 3: [0, 1], 4: [3]},
    )

    outcome = ran(cluster(), work)

    assert outcome.start.tolist() == [0, 0, 10, -1, -1]
    assert states(outcome)[2:] == ["COMPLETED", "NEVER_MET", "NEVER_MET"]


def test_an_award_holds_so_many_cards_at_once_and_others_pass():
    awards = (Award("a", cards_max=4), Award("b"))
    work = jobs(*[(0, 4, 10, 10)] * 3, award=[0, 0, 1])

    assert ran(cluster(awards=awards), work).start.tolist() == [0, 10, 0]


def test_a_grant_is_never_passed_even_by_the_worst_case_and_what_cannot_fit_is_given_up():
    awards = (Award("a", card_seconds=100),)
    work = jobs((0, 1, 10, 60), (0, 1, 10, 60), (0, 1, 10, 95))

    outcome = ran(cluster(awards=awards), work)

    # Both 60 do not fit beside each other; when 10 are used, 60 do, and 95 never will.
    assert outcome.start.tolist() == [0, 10, -1]
    assert states(outcome)[2] == "GIVEN_UP"


def test_an_award_has_days_outside_of_which_nothing_of_it_runs():
    awards = (Award("a", begins_at=50, ends_at=100),)
    work = jobs((0, 1, 10, 40), (0, 4, 10, 40), (0, 1, 10, 60))

    outcome = ran(cluster(awards=awards), work)

    assert outcome.start.tolist() == [50, 50, -1]


def test_a_lease_is_for_its_award_and_its_days_alone():
    machines = cluster(
        awards=(Award("a"), Award("b")), leases=(Lease("l", "a", "fast", 4, 10, 50),)
    )
    work = jobs(
        *((0, 4, 30, 30), (5, 4, 5, 5), (5, 4, 30, 30), (5, 4, 5, 5)),
        pool=[1, 0, 0, 0],
        award=[0, 1, 1, 1],
    )

    # The leased node takes only what ends before the lease begins; the lease starts its own at 10.
    assert ran(machines, work, Policy()).start.tolist() == [10, 5, 10, 5]


def test_a_window_drains_its_nodes_and_gives_them_back():
    machines = cluster(windows=(Window("fast", 0, 1, 20, 40),))
    work = jobs((0, 4, 10, 20), (0, 4, 60, 60), (1, 4, 10, 20), (1, 4, 10, 20))

    outcome = ran(machines, work)

    assert outcome.start.tolist() == [0, 0, 40, 50]
    assert outcome.place.tolist() == [0, 1, 0, 0]


def test_who_has_used_less_of_their_share_comes_first_and_usage_fades():
    awards = (Award("a"), Award("b"))
    machines = cluster(Partition("p", "", nodes=1, cards=4), awards=awards)
    weights = Weights(fair_share=1000, every_s=1, half_life_s=1000)
    work = jobs((0, 4, 100, 100), (10, 4, 10, 10), (20, 4, 10, 10), award=[0, 0, 1])

    outcome = ran(machines, work, Policy(Order.PRIORITY, Backfill.NONE, weights=weights))

    assert outcome.start.tolist() == [0, 110, 100]


def test_age_size_and_quality_weigh_as_they_are_told():
    qualities = (Quality("low", 0), Quality("high", 10))
    machines = cluster(Partition("p", "", nodes=1, cards=4), qualities=qualities)
    work = jobs(
        *((0, 4, 100, 100), (1, 3, 10, 10), (2, 4, 10, 10), (3, 3, 10, 10)), quality=[0, 0, 0, 1]
    )

    def order_by(**weights):
        rules = Weights(every_s=1, age_s_max=1000, **weights)
        outcome = ran(machines, work, Policy(Order.PRIORITY, Backfill.NONE, weights=rules))
        return np.argsort(outcome.start[1:], kind="stable").tolist()

    assert order_by(age=1000) == [0, 1, 2]
    assert order_by(size=1000) == [1, 0, 2]
    assert order_by(quality=1000) == [2, 0, 1]


def test_a_simulation_begins_with_what_runs_already():
    work = jobs((0, 4, 100, 100), (0, 4, 100, 100), (70, 4, 10, 10))
    running = [(0, -30, [0]), (1, -50, [1])]

    outcome = simulate(cluster(), work, STRICT, running=running)

    assert outcome.end.tolist() == [70, 50, 80]


def test_what_cannot_be_is_found_before_anything_runs():
    work = jobs(
        *((-1, 1, 1, 1), (0, 1, 0, 1), (0, 0, 1, 1), (0, 1, 1, 1), (0, 5, 1, 1), (0, 1, 1, 1)),
        pool=[0, 0, 0, 7, 0, 0],
        award=[0, 0, 0, 0, 0, 1],
    )
    circle = with_after(jobs((0, 1, 1, 1), (0, 1, 1, 1), quality=[0, 3]), {0: [1], 1: [0]})

    assert job_faults(cluster(), work) == [
        JobFault(0, JobMistake.NEGATIVE_TIME),
        JobFault(1, JobMistake.NO_TIME),
        JobFault(2, JobMistake.NO_CARDS),
        JobFault(3, JobMistake.UNKNOWN_POOL),
        JobFault(4, JobMistake.LARGER_THAN_MACHINE),
        JobFault(5, JobMistake.UNKNOWN_AWARD),
    ]
    assert job_faults(cluster(), circle) == [
        JobFault(0, JobMistake.FOLLOWS_ITSELF),
        JobFault(1, JobMistake.FOLLOWS_ITSELF),
        JobFault(1, JobMistake.UNKNOWN_QUALITY),
    ]
    with pytest.raises(AssertionError):
        simulate(cluster(), work, STRICT)


def test_a_lease_of_another_award_is_no_place_for_a_job():
    awards = (Award("a"), Award("b"))
    machines = cluster(awards=awards, leases=(Lease("l", "b", "fast", 4, 0, 50),))
    row = (0, 4, 10, 10)
    work = jobs(row, row, row, pool=[1, 1, 0], award=[0, 1, 0])

    assert job_faults(machines, work) == [JobFault(0, JobMistake.LEASE_OF_ANOTHER)]


def test_a_job_that_fits_on_no_parts_of_nodes_of_a_lease_is_larger_than_it():
    # Six cards of nodes of four: four of one node, two of the other, with half of what it has.
    machines = Cluster(
        (Partition("fast", "H800", nodes=2, cards=4, cpus=8),),
        (Award("a"),),
        leases=(Lease("l", "a", "fast", 6, 0, 50),),
    )
    row = (0, 2, 10, 10)
    work = jobs(row, row, row, pool=[1, 1, 1], nodes=[2, 2, 2])
    wishes = replace(
        work.wishes, cards=np.array([2, 3, 2], np.int64), cpus=np.array([4, 4, 5], np.int64)
    )

    assert job_faults(machines, replace(work, wishes=wishes)) == [
        JobFault(1, JobMistake.LARGER_THAN_MACHINE),
        JobFault(2, JobMistake.LARGER_THAN_MACHINE),
    ]


def test_a_report_tells_machines_waits_and_awards():
    awards = (Award("a", card_seconds=1000), Award("b"))
    work = jobs(
        (0, 4, 50, 60), (0, 4, 100, 100), (0, 4, 50, 50), (90, 1, 5, 2000), award=[0, 1, 1, 0]
    )
    machines = cluster(awards=awards)

    found = report(machines, work, ran(machines, work))

    assert found["states"]["completed"] == 3
    assert found["states"]["given_up"] == 1
    assert (found["jobs"], found["span_s"]) == (4, 100)
    assert found["utilisation"] == 800 / 800
    assert found["waits"] == {
        "mean_s": pytest.approx(50 / 3),
        "median_s": 0.0,
        "p90_s": pytest.approx(40.0),
        "p99_s": pytest.approx(49.0),
        "max_s": 50,
    }
    assert found["pools"] == [
        {"name": "fast", "cards": 8, "card_seconds": 800, "utilisation": 1.0},
    ]
    assert found["awards"] == [
        {
            "name": "a",
            "jobs": 2,
            "ended": 1,
            "unserved": 1,
            "card_seconds": 200,
            "granted": 1000,
            "share_of_grant": 0.2,
            "wait_mean_s": 0.0,
        },
        {
            "name": "b",
            "jobs": 2,
            "ended": 2,
            "unserved": 0,
            "card_seconds": 600,
            "granted": None,
            "share_of_grant": None,
            "wait_mean_s": 25.0,
        },
    ]


def test_a_report_ends_with_the_last_job_or_where_it_was_stopped_with_jobs_left():
    machines = cluster(windows=(Window("fast", 0, 1, 500, 600),))
    work = jobs((0, 4, 100, 100), (50, 4, 100, 100), nodes=2)

    whole = report(machines, work, ran(machines, work))
    stopped = simulate(machines, work, STRICT, until=180)
    cut = report(machines, work, stopped, until=180)

    assert (whole["span_s"], whole["utilisation"]) == (200, 1.0)
    assert whole["bounded_slowdown_mean"] == (1 + 150 / 100) / 2
    assert (cut["span_s"], cut["utilisation"]) == (180, 1.0)


def test_a_report_of_nothing_says_nothing():
    empty = jobs_of(submit=[], pool=[], cards=[], run=[], limit=[])[0]

    found = report(cluster(), empty, simulate(cluster(), empty, STRICT))

    assert (found["jobs"], found["utilisation"]) == (0, 0.0)
    assert set(found["waits"].values()) == {None}


def test_jobs_that_follow_later_ones_in_many_ways_are_told_once_that_they_never_come():
    last = 40
    after = {job: list(range(job + 1, last + 1)) for job in range(last)} | {last: [last + 1] * 50}
    work = with_after(jobs(*[(0, 1, 5, 5)] * (last + 1), (0, 1, 30, 20)), after)

    outcome = ran(cluster(), work)

    assert states(outcome) == ["NEVER_MET"] * (last + 1) + ["TIMED_OUT"]


def test_a_window_closes_what_is_leased_of_its_nodes():
    machines = cluster(
        Partition("p", "H800", nodes=2, cards=4),
        windows=(Window("p", 1, 1, 0, 50), Window("p", 1, 1, 40, 60)),
        leases=(Lease("l", "all", "p", 6, 0, 100),),
    )

    outcome = ran(machines, jobs((0, 2, 10, 10), (0, 4, 10, 10), (0, 2, 10, 10), pool=[1, 1, 0]))

    # Of the lease two cards on the first node are there; the rest comes back with the second.
    assert outcome.start.tolist() == [0, 60, 0]
