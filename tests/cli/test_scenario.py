"""``praya simulate --scenario``: the full model on a file; no site is needed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.running import say

pytestmark = pytest.mark.once

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "scenarios" / "two-teams.yaml"
SMALL = """\
device_models:
  - code: H800
partitions:
  - {name: h, device_model: H800, nodes: 1, cards: 4}
awards:
  - {name: speech, card_seconds: 1000000}
jobs:
  - {name: first, award: speech, at: h, cards: 4, run_s: 3600, limit_s: 7200}
  - {name: second, award: speech, at: h, cards: 2, run_s: 1800, limit_s: 3600}
  - {name: never, award: speech, at: h, cards: 4, run_s: 10, limit_s: 900000}
"""


@pytest.fixture
def praya(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PRAYA_HOME", str(tmp_path / "home"))
    return lambda *arguments: say(arguments, capsys=capsys, monkeypatch=monkeypatch)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "scenario.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_a_scenario_is_simulated_and_told_to_people(praya, file):
    said = praya("simulate", "--scenario", file)

    assert said.status == 0
    assert [line.split() for line in said.out.splitlines() if line] == [
        ["Jobs", "3"],
        ["Completed", "2"],
        [*["Ended", "by", "their", "time", "limit"], "0"],
        ["Failed", "0"],
        ["Given", "up", "1"],
        ["Still", "waiting", "0"],
        ["Utilisation", "83.3", "%"],
        ["h", "83.3", "%"],
        ["Mean", "wait", "0.50", "h"],
        ["Median", "wait", "0.50", "h"],
        [*["90", "%", "wait", "less", "than"], "0.90", "h"],
        ["Longest", "wait", "1.00", "h"],
        [
            *[
                "Award",
                "Jobs",
                "Never",
                "started",
                "Card",
                "hours",
                "Of",
                "its",
                "grant",
                "Mean",
                "wait,",
                "h",
            ]
        ],
        ["speech", "3", "1", "5.0", "1.8", "%", "0.50"],
    ]


def test_a_scenario_is_told_as_json_and_its_starts_as_csv(praya, file, tmp_path):
    out = tmp_path / "starts.csv"

    said = praya("simulate", "--scenario", file, "--starts", out, "--json")

    assert out.read_text("utf-8").splitlines() == [
        "job,submit,start,end",
        "first,0,0,3600",
        "second,0,3600,5400",
        "never,0,,0",
    ]
    assert said.json["utilisation"] == (4 * 3600 + 2 * 1800) / (4 * 5400)
    assert said.json["states"]["given_up"] == 1
    assert [award["card_seconds"] for award in said.json["awards"]] == [18_000]


def test_the_example_runs_and_says_the_same_each_time(praya):
    first, second = (praya("simulate", "--scenario", EXAMPLE, "--json").json for _ in range(2))

    assert first == second
    assert first["jobs"] == 23


def test_a_mistake_in_a_scenario_is_told_with_its_place(praya, file):
    file.write_text(SMALL.replace("device_model: H800", "device_model: H900"), encoding="utf-8")

    told = praya("simulate", "--scenario", file)
    as_json = praya("simulate", "--scenario", file, "--json")

    assert (told.status, as_json.status) == (1, 1)
    assert told.err.startswith(f"{file}:4:")
    assert [(one["line"], one["code"]) for one in as_json.json] == [(4, "value.choice")]


def test_a_scenario_that_is_not_there_is_told(praya, tmp_path):
    said = praya("simulate", "--scenario", tmp_path / "none.yaml")

    assert said.status == 1
    assert said.err.startswith(f"praya: {tmp_path / 'none.yaml'} cannot be read: ")


def test_a_trace_and_a_scenario_are_not_simulated_at_once(praya, file):
    assert praya("simulate", "--scenario", file, "--trace", file).status == 2
    assert praya("simulate").status == 2
