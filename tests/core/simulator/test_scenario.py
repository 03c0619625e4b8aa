"""Scenario files: what they say, and that every mistake in them is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from praya.core.simulator.cluster.simulate import simulate
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
        ("run_s: 600,", "run_s: -1,", (21, 76, "value.too_small")),
        ("name: train", "name: prepare", (22, 12, "code.twice")),
        ("  order: priority", "  ordr: priority", (18, 3, "field.unknown")),
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


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "a: [\n"])
def test_what_is_no_scenario_is_told_so(text):
    assert len(mistakes(text)) == 1
