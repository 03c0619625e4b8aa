"""Scenario files: what they say, and that every mistake in them is told with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from praya.core.simulator.cluster.simulate import simulate
from praya.core.simulator.jobs import Dropped, RunsTooLong
from praya.core.simulator.scenario_log import Log
from praya.core.simulator.scenario_reading import read_scenario

pytestmark = pytest.mark.once

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "scenarios" / "two-teams.yaml"


def mistakes(text):
    scenario, findings = read_scenario(text)
    assert scenario is None
    return [(finding.line, finding.column, finding.code.value) for finding in findings]


def test_the_example_runs_and_a_job_waits_for_the_one_it_follows():
    scenario, findings = read_scenario(EXAMPLE.read_bytes())
    assert findings == []
    outcome = simulate(scenario.cluster, scenario.jobs, scenario.policy, until=scenario.until)
    starts = dict(zip(scenario.names, outcome.start.tolist(), strict=True))
    ends = dict(zip(scenario.names, outcome.end.tolist(), strict=True))
    assert starts["train"] == ends["prepare"] == 600


def test_seconds_on_a_slower_device_model_are_more():
    scenario, _ = read_scenario(EXAMPLE.read_bytes())
    wishes = scenario.jobs.wishes
    sweep = scenario.names.index("sweep (1)")
    first, last = scenario.jobs.wish_first[sweep : sweep + 2]
    assert wishes.pool[first:last].tolist() == [0, 1]
    assert wishes.run[first:last].tolist() == [5000, 10000]
    assert wishes.limit[first:last].tolist() == [7200, 14400]


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("device_model: A100", "device_model: A200", (9, 32, "value.choice")),
        ("nodes: 2, cards: 8", "nodes: 5, cards: 8", (22, 51, "value.too_large")),
        ("nodes: 2, cards: 8", "nodes: 2, cards: 9", (22, 61, "value.too_large")),
        ("award: weather, at", "award: wether, at", (23, 26, "value.choice")),
        ("after: [prepare]", "after: [train]", (22, 116, "value.choice")),
        ("ends_s: 60000", "ends_s: 600", (14, 58, "value.too_small")),
        ("instead: [{at: A100", "instead: [{at: speech-lease", (23, 138, "value.choice")),
        ("lease, award: speech, at", "lease, award: weather, at", (24, 39, "value.choice")),
        ("run_s: 600,", "run_s: -1,", (21, 76, "value.too_small")),
        ("name: train", "name: prepare", (22, 12, "code.twice")),
        ("  order: priority", "  ordr: priority", (18, 3, "field.unknown")),
        ("jobs:", "trace: {file: a, award: speech, at: a100}\njobs:", (21, 1, "value.too_long")),
    ],
)
def test_a_mistake_is_told_where_it_stands(right, wrong, finding):
    text = EXAMPLE.read_text("utf-8")
    assert text.count(right) == 1
    assert mistakes(text.replace(right, wrong)) == [finding]


def test_mistakes_are_all_told_at_once():
    text = EXAMPLE.read_text("utf-8")
    text = text.replace("device_model: A100", "device_model: A200").replace("weather, at", "w, at")
    assert [code for *_, code in mistakes(text)] == ["value.choice", "value.choice"]


def test_a_scenario_without_jobs_or_with_a_log_for_nobody_is_told():
    text = EXAMPLE.read_text("utf-8").partition("jobs:")[0]
    log = "trace: {file: a.swf, award: wether, at: H900, since: today}\n"

    assert mistakes(text) == [(3, 1, "field.missing")]
    assert mistakes(text + log.replace(", since: today", "")) == [
        (20, 29, "value.choice"),
        (20, 41, "value.choice"),
    ]
    assert mistakes(text + log) == [(20, 54, "value.wrong")]


def test_a_log_for_a_lease_of_another_award_is_told():
    text = EXAMPLE.read_text("utf-8").partition("jobs:")[0]
    log = "trace: {file: a.swf, award: weather, at: speech-lease}\n"

    assert mistakes(text + log) == [(20, 42, "value.choice")]


def test_what_memory_has_no_room_for_is_told():
    text = EXAMPLE.read_text("utf-8")
    many = text.replace("nodes: 4, cards: 8,", "nodes: 1000000, cards: 11,")

    assert mistakes(text.replace("times: 20,", "times: 999999,")) == [(23, 90, "value.too_large")]
    assert mistakes(many) == [(8, 45, "value.too_large")]


def test_a_log_whose_runs_cannot_be_added_up_is_refused():
    text = EXAMPLE.read_text("utf-8").partition("jobs:")[0]
    long = np.full(1200, 10**15 - 1)
    log = Log(range(1200), long * 0, long, long * 0, long * 0 + 1)

    with pytest.raises(RunsTooLong):
        read_scenario(
            f"{text}trace: {{file: a.swf, award: speech, at: h800}}", log_of=lambda _: log
        )


def test_leases_stand_one_after_the_other_and_beside_each_other_while_there_is_room():
    text = EXAMPLE.read_text("utf-8")
    first = "a100, cards: 4, begins_s: 0, ends_s: 90000}"
    more = "{name: %s, award: weather, partition: a100, cards: %d, begins_s: %d, ends_s: 200000}"
    assert text.count(first) == 1
    after, beside = more % ("after", 8, 90000), more % ("beside", 5, 89999)

    scenario, findings = read_scenario(text.replace(first, f"{first}\n  - {after}"))
    assert findings == []
    assert len(scenario.cluster.leases) == 2
    found = mistakes(text.replace(first, f"{first}\n  - {beside}"))
    assert found == [(17, 60, "value.too_large")]


def test_a_log_for_a_device_model_without_machines_is_told():
    text = EXAMPLE.read_text("utf-8").partition("jobs:")[0]
    text = text.replace("partitions:", "  - code: T4\npartitions:", 1)

    assert mistakes(text + "trace: {file: a.swf, award: speech, at: T4}\n") == [
        (21, 41, "value.choice")
    ]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [\n"])
def test_what_is_no_scenario_is_told_so(text):
    assert len(mistakes(text)) == 1


@pytest.mark.parametrize(
    ("job", "told"),
    [
        # On eight nodes of one card, or on one of eight: never four with two cards each.
        ("at: X, nodes: 4, cards: 2", ("nodes", "4", "1")),
        ("at: lot, nodes: 1, cards: 1, whole_nodes: true", ("nodes", "1", "0")),
        ("at: lot, cards: 5", ("cards", "5", "4")),
    ],
)
def test_a_job_fits_on_one_place_as_a_whole(job, told):
    text = EXAMPLE_OF_PLACES.replace("JOB", job)

    scenario, findings = read_scenario(text)

    assert scenario is None
    assert [(one.facts["field"], one.facts["given"], one.facts["limit"]) for one in findings] == [
        told
    ]


@pytest.mark.parametrize(
    ("lot", "job", "told"),
    [
        (4, "cards: 3", [("cards", "3", "2")]),
        (4, "cards: 2, cpus: 8", [("cpus", "8", "4")]),
        (4, "nodes: 2, cards: 2, cpus: 4", []),
        # On two cards of one node and four of another never do two nodes have three.
        (6, "cards: 3", []),
        (6, "nodes: 2, cards: 3", [("nodes", "2", "1")]),
    ],
)
def test_a_job_fits_on_the_parts_of_nodes_on_which_a_lease_stands(lot, job, told):
    text = LEASE_ON_PARTS.replace("LOT", str(lot))

    _, findings = read_scenario(f"{text}jobs: [{{award: a, at: lot, run_s: 5, limit_s: 9, {job}}}]")

    assert [(one.facts["field"], one.facts["given"], one.facts["limit"]) for one in findings] == (
        told
    )


def test_jobs_of_a_log_stand_on_the_parts_of_nodes_on_which_a_lease_stands():
    text = LEASE_ON_PARTS.replace("LOT", "4") + "trace: {file: a.swf, award: a, at: lot}"
    slots = np.array([4, 2, 3, 5])
    log = Log("abcd", 0 * slots, 0 * slots + 60, 0 * slots, slots)

    scenario, findings = read_scenario(text, log_of=lambda _: log)

    assert findings == []
    wishes = scenario.jobs.wishes
    assert (wishes.nodes.tolist(), wishes.cards.tolist()) == ([2, 1, 2], [2, 2, 2])
    assert scenario.dropped[Dropped.LARGER_THAN_POOL] == 1
    ended = simulate(scenario.cluster, scenario.jobs, scenario.policy)
    assert ended.start.tolist() == [1, 61, 121]


def test_a_job_for_cards_that_no_machine_has_is_told():
    scenario, findings = read_scenario(EXAMPLE_OF_PLACES.replace("JOB", "at: T4, cards: 1"))

    assert scenario is None
    assert [(one.code.value, one.facts["given"]) for one in findings] == [("value.choice", "T4")]


EXAMPLE_OF_PLACES = """\
device_models: [{code: X}, {code: T4}]
partitions:
  - {name: thin, device_model: X, nodes: 8, cards: 1}
  - {name: fat, device_model: X, nodes: 1, cards: 8}
awards: [{name: a}]
leases: [{name: lot, award: a, partition: fat, cards: 4, begins_s: 0, ends_s: 1000000}]
jobs: [{award: a, run_s: 5, limit_s: 9, JOB}]
"""

# Two cards of the first node are another's, so that the lease has its other two and the second's.
LEASE_ON_PARTS = """\
device_models: [{code: X}]
partitions: [{name: p, device_model: X, nodes: 2, cards: 4, cpus: 8}]
awards: [{name: a}, {name: b}]
leases:
  - {name: other, award: b, partition: p, cards: 2, begins_s: 0, ends_s: 1000000}
  - {name: lot, award: a, partition: p, cards: LOT, begins_s: 1, ends_s: 1000000}
"""
