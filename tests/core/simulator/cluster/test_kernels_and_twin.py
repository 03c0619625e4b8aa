"""The kernels and the policy of the local engine agree, and neither ever breaks a promise."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.simulator.cluster.random_scenarios import scenario

from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster import state as states
from praya.core.simulator.cluster.model import State, WhenStopped
from praya.core.simulator.cluster.simulate import Simulation, simulate
from praya.core.simulator.cluster.twin import Twin

pytestmark = [pytest.mark.once, pytest.mark.slow]
randoms = st.randoms(use_true_random=False)


@pytest.fixture(scope="module", autouse=True)
def compiled_kernels():
    simulate(*scenario(random.Random(1)))


def told(outcome):
    """An outcome as plain values: what became of each job, and of each segment, with its nodes."""
    spans = zip(outcome.segment_place[:-1], outcome.segment_place[1:], strict=True)
    nodes = [sorted(outcome.place[first:last].tolist()) for first, last in spans]
    columns = ("job", "wish", "begin", "end", "how")
    rows = zip(*(getattr(outcome, f"segment_{name}").tolist() for name in columns), strict=True)
    return (
        outcome.start.tolist(),
        outcome.end.tolist(),
        outcome.state.tolist(),
        list(zip(rows, nodes, strict=True)),
    )


def told_by_twin(twin):
    def nodes_of(segment):
        pool = twin.jobs.wishes.pool[segment.wish]
        first = next(number for number, node in enumerate(twin.nodes) if node.pool == pool)
        return sorted({bisect_right(twin.slot_first, slot) - 1 - first for slot in segment.slots})

    segments = [
        ((one.job, one.wish, one.begin, one.end, int(one.how)), nodes_of(one))
        for one in twin.segments
    ]
    return twin.start, twin.end, [int(one) for one in twin.state], segments


@given(randoms)
@settings(max_examples=300, deadline=None)
def test_the_kernels_do_what_the_policy_of_the_local_engine_decides(r):
    agree_on(*scenario(r))


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(1001, id="two nodes asked for, one of which closes for good too soon"),
        pytest.param(1287, id="a lease ends before the first in its line could"),
        pytest.param(1364, id="the shortest job never gets both nodes, and others are stopped"),
    ],
)
def test_a_job_whose_place_never_comes_is_nobodys_head(number):
    agree_on(*scenario(random.Random(number)))


def agree_on(cluster, jobs, policy):
    twin = Twin(cluster, jobs, policy, seed=7)
    while twin.advance():
        pass
    assert told(simulate(cluster, jobs, policy, seed=7)) == told_by_twin(twin)


@given(randoms)
@settings(max_examples=100, deadline=None)
def test_after_every_instant_all_promises_hold(r):
    cluster, jobs, policy = scenario(r)
    simulation = Simulation(cluster, jobs, policy)
    head = None
    while not simulation.advance(instants=1):
        state = simulation.state
        check_nodes(simulation)
        check_awards(simulation, cluster, jobs)
        if policy.backfill is Backfill.NONE:
            check_nobody_passes(simulation)
        else:
            head = check_heads(simulation, head)
        started = state.job["start"][:-1] >= 0
        assert (state.job["start"][:-1] >= jobs.submit)[started].all()


def check_nodes(simulation):
    """No card twice: what runs on a node and what is closed fits on it, and is what is not free."""
    tables, state = simulation.tables, simulation.state
    now, count = int(state.x[states.NOW]), len(state.node)
    held = {kind: tables.node[kind][:count].copy() for kind in ("cards", "cpus", "memory")}
    spans = zip(tables.node["closing_first"][:-1], tables.node["closing_first"][1:], strict=True)
    for node, (first, last) in enumerate(spans):
        for closing in tables.closing[first:last]:
            if closing["begin"] <= now < closing["end"]:
                for kind, left in held.items():
                    left[node] -= closing[kind]
    segments = state.segment[: int(state.x[states.SEGMENTS])]
    for segment in segments[segments["end"] < 0]:
        wish = tables.wish[segment["wish"]]
        nodes = state.place[segment["place"] : segment["place"] + wish["nodes"]].tolist()
        assert len(set(nodes)) == wish["nodes"]
        for node in nodes:
            for kind, left in held.items():
                left[node] -= wish[kind]
    for kind, left in held.items():
        assert (left == state.node[f"free_{kind}"]).all(), kind
    assert (held["cards"] >= 0).all()


def check_awards(simulation, cluster, jobs):
    """No cap is passed, and no work is lost or made."""
    tables, state = simulation.tables, simulation.state
    segments = state.segment[: int(state.x[states.SEGMENTS])]
    cards = (tables.wish["cards"] * tables.wish["nodes"])[segments["wish"]]
    runs = segments["end"] < 0
    held, worst = Counter(), Counter()
    for job, size, running, begin, end, limit in zip(
        segments["job"],
        cards,
        runs,
        segments["begin"],
        segments["end"],
        segments["limit"],
        strict=True,
    ):
        award = int(jobs.award[job])
        held[award] += int(size) * int(running)
        worst[award] += int(size) * int((limit if running else end) - begin)
    for number, award in enumerate(cluster.awards):
        assert held[number] == state.award["held"][number]
        assert worst[number] == state.award["settled"][number] + state.award["flight"][number]
        assert award.cards_max is None or held[number] <= award.cards_max
        assert award.card_seconds is None or worst[number] <= award.card_seconds
    arrays = Counter(int(jobs.array[job]) for job in segments["job"][runs])
    bounds = dict(zip(jobs.array.tolist(), jobs.array_most.tolist(), strict=True))
    assert all(count <= bounds[array] for array, count in arrays.items() if bounds[array])


def check_heads(simulation, before):
    """A head's place never comes later, unless one before it in line starts or somebody is stopped.

    Who is stopped gives cards to another, and comes back to the line with a place of its own.
    """
    state, tables = simulation.state, simulation.tables
    kept = state.kept[: int(state.x[states.RESERVED])]
    places = {}
    for pool, row in enumerate(state.pool):
        mine = kept["begin"][tables.node["pool"][kept["node"]] == pool]
        if row["head"] >= 0 and len(mine):
            places[pool] = (int(row["head"]), int(mine.min()))
    now = int(state.x[states.NOW])
    segments = state.segment[: int(state.x[states.SEGMENTS])]
    ended = segments["how"][segments["end"] == now]
    stopped = set(ended.tolist()) - {State.COMPLETED, State.TIMED_OUT, State.FAILED}
    for pool, (head, at) in places.items():
        passed = any(before_in_line(state, job, head) for job in started_now(simulation, pool))
        if before and not stopped and not passed and before.get(pool, (None, 0))[0] == head:
            assert at <= max(before[pool][1], now)
    return places


def check_nobody_passes(simulation):
    """Without backfill nobody behind the head of a pool starts there."""
    state = simulation.state
    for pool, row in enumerate(state.pool):
        if row["head"] >= 0:
            for job in started_now(simulation, pool):
                assert before_in_line(state, job, int(row["head"]))


def started_now(simulation, pool):
    state, tables = simulation.state, simulation.tables
    segments = state.segment[: int(state.x[states.SEGMENTS])]
    begun = segments[segments["begin"] == state.x[states.NOW]]
    return begun["job"][tables.wish["pool"][begun["wish"]] == pool].tolist()


def before_in_line(state, job, other):
    rank = state.job["rank"]
    return (rank[job], job) < (rank[other], other)


@given(randoms, st.integers(0, 40))
@settings(max_examples=50, deadline=None)
def test_a_saved_state_goes_on_as_if_nothing_had_happened(tmp_path_factory, r, instants):
    cluster, jobs, policy = scenario(r)
    path = tmp_path_factory.mktemp("state") / "state.npz"
    first = Simulation(cluster, jobs, policy)
    first.advance(instants=instants)
    states.save(first.state, path)
    second = Simulation(cluster, jobs, policy, state=states.load(path))
    second.advance()
    assert told(second.outcome()) == told(simulate(cluster, jobs, policy))


@given(randoms)
@settings(max_examples=50, deadline=None)
def test_a_job_that_ran_to_its_end_held_its_cards_for_all_its_seconds(r):
    cluster, jobs, policy = scenario(r)
    outcome = simulate(cluster, jobs, policy)
    lasted = outcome.segment_end - outcome.segment_begin
    whole = np.minimum(jobs.wishes.run, jobs.wishes.limit)
    # Seconds done towards the end: what a suspended job did counts, what a job did that begins
    # anew after it was stopped or failed does not.
    did = np.zeros(len(jobs), dtype=np.int64)
    quality = [cluster.qualities[one].when_stopped for one in jobs.quality]
    for segment, (job, wish, how) in enumerate(
        zip(outcome.segment_job, outcome.segment_wish, outcome.segment_how, strict=True)
    ):
        did[job] += lasted[segment]
        if how in (State.COMPLETED, State.TIMED_OUT):
            assert did[job] == whole[wish]
        elif quality[job] is not WhenStopped.SUSPENDED or how == State.FAILED:
            did[job] = 0
