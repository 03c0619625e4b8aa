"""``praya simulate --scenario``: the full model on a file; no site is needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.cli.running import say

pytestmark = pytest.mark.once

SCENARIOS = Path(__file__).resolve().parents[2] / "examples" / "scenarios"
EXAMPLE, PHILLY = SCENARIOS / "two-teams.yaml", SCENARIOS / "philly-6c71a0.yaml"
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
    shown = [line.split() for line in said.out.splitlines() if line]
    assert [line for line in shown if line[0] != "Took"] == [
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
        ["Mean", "bounded", "slowdown", "2.00"],
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
        "job,submit,start,end,at,nodes",
        "first,0,0,3600,h,0",
        "second,0,3600,5400,h,0",
        "never,0,,0,,",
    ]
    assert said.json["utilisation"] == (4 * 3600 + 2 * 1800) / (4 * 5400)
    assert said.json["bounded_slowdown_mean"] == (1 + 5400 / 1800) / 2
    assert said.json["states"]["given_up"] == 1
    assert [award["card_seconds"] for award in said.json["awards"]] == [18_000]


def test_the_example_runs_and_says_the_same_each_time(praya):
    first, second = (praya("simulate", "--scenario", EXAMPLE, "--json").json for _ in range(2))
    seconds = {"load_s", "read_s", "simulate_s"}

    assert all(first.pop(name) >= 0 for name in seconds)
    assert first == {name: value for name, value in second.items() if name not in seconds}
    assert first["jobs"] == 23


def test_a_scenario_takes_its_jobs_from_a_log(praya, tmp_path):
    out = tmp_path / "starts.csv"
    log = tmp_path / "log.csv"
    log.write_text(
        "timestamp,duration,num_gpus,cluster\n"
        "2017-10-09 04:00:00,60,12,6c71a0\n"
        "2017-10-09 04:00:10,60,60,6c71a0\n"
        "2017-10-09 04:00:20,60,65,6c71a0\n"
        "2017-10-09 04:00:20,0,1,6c71a0\n"
        "2017-10-09 04:00:20,60,1,elsewhere\n"
        "2018-01-01 00:00:00,60,1,6c71a0\n"
        "nonsense\n",
        encoding="utf-8",
    )

    said = praya("simulate", "--scenario", PHILLY, "--trace", log, "--starts", out, "--json")

    # The bound of the file is second 0; of 12 cards a gang takes two whole nodes.
    assert out.read_text("utf-8").splitlines() == [
        "job,submit,start,end,at,nodes",
        "2,691200,691200,691260,6c71a0,0 1",
        "3,691210,691260,691320,6c71a0,0 1 2 3 4 5 6 7",
    ]
    assert said.json["dropped"] == {"no_run_time": 1, "larger_than_pool": 1}
    assert said.json["lines_skipped"] == 1


def test_a_log_of_another_kind_takes_the_place_of_a_scenarios_own(praya, tmp_path, monkeypatch):
    swf, table, columns = (tmp_path / name for name in ("log.swf", "log.csv", "own.yaml"))
    swf.write_text("1 5 0 60 3 -1 -1 3 60 -1 1 1 1 -1 1 -1 -1 -1\n")
    table.write_text("when,long,cards\n5,60,3\n")
    columns.write_text("submit: {column: when, as: s}\nrun: {column: long, as: s}\nslots: cards\n")
    monkeypatch.chdir(tmp_path)
    ask = ("simulate", "--scenario", PHILLY, "--json")

    by_form = praya(*ask, "--trace", swf, "--from", "swf")
    by_map = praya(*ask, "--trace", table, "--map", "own.yaml")

    assert [(one.status, one.json["jobs"]) for one in (by_form, by_map)] == [(0, 1)] * 2


def test_a_scenario_takes_nothing_of_a_log_by_itself(praya, file):
    pool = praya("simulate", "--scenario", file, "--policy", "easy", "--slots", "4")
    read = praya("simulate", "--scenario", file, "--map", "philly", "--skip-bad")

    assert (pool.status, read.status) == (2, 2)
    assert "Leave out --policy, --slots." in pool.err
    assert "Give another one with --trace, or leave out --map, --skip-bad." in read.err


def test_the_example_of_a_log_runs_as_it_ships(praya):
    said = praya("simulate", "--scenario", PHILLY, "--json")

    assert (said.json["jobs"], said.json["states"]["completed"]) == (3482, 3482)


def test_a_scenario_is_saved_and_goes_on(praya, file, tmp_path):
    state, whole, rest = (tmp_path / name for name in ("state.npz", "whole.csv", "rest.csv"))
    ask = ("simulate", "--scenario", file)

    first = praya(*ask, "--until", 3700, "--save", state, "--json")
    praya(*ask, "--starts", whole)
    second = praya(*ask, "--resume", state, "--starts", rest, "--json")
    other = praya(*ask, "--resume", state, "--seed", 1)
    none = praya(*ask, "--resume", file)

    assert (first.json["span_s"], first.json["states"]["running"]) == (3700, 1)
    assert second.json["states"]["completed"] == 2
    assert rest.read_text() == whole.read_text()
    assert [one.status for one in (other, none)] == [1, 1]
    assert none.err == (
        f"praya: {file} holds no state of this scenario with these jobs and this seed.\n"
    )


def test_a_saved_state_does_not_go_back(praya, file, tmp_path):
    state = tmp_path / "state.npz"
    ask = ("simulate", "--scenario", file)
    reached = praya(*ask, "--until", 3700, "--save", state, "--json").json["span_s"]

    back = praya(*ask, "--resume", state, "--until", 1)

    assert (back.status, reached) == (1, 3700)
    assert back.err.startswith(f"praya: {state} has come to second ")
    assert "beyond second 1. Give a later --until, or leave out --resume." in back.err
    assert praya(*ask, "--resume", state, "--until", 3700, "--json").json["span_s"] == 3700


@pytest.mark.parametrize("damage", ["columns", "bytes"])
def test_a_damaged_state_is_refused_with_a_sentence(praya, file, tmp_path, damage):
    state = tmp_path / "state.npz"
    ask = ("simulate", "--scenario", file)
    praya(*ask, "--until", 3700, "--save", state)
    if damage == "columns":
        with state.open("wb") as out:
            np.save(out, np.zeros(3))
    else:
        kept = bytearray(state.read_bytes())
        kept[60:200] = b"\xff" * 140
        state.write_bytes(kept)

    said = praya(*ask, "--resume", state)

    assert said.status == 1
    assert "holds no state of this scenario" in said.err


def test_a_place_that_cannot_be_written_is_told(praya, file, tmp_path):
    said = praya("simulate", "--scenario", file, "--starts", tmp_path / "none" / "starts.csv")

    assert said.status == 1
    assert said.err.startswith("praya: A file cannot be used: ")


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


def test_a_log_is_refused_where_the_scenario_names_none(praya, file, tmp_path):
    said = praya("simulate", "--scenario", file, "--trace", tmp_path / "log.swf")

    assert (said.status, said.err) == (
        1,
        f"praya: {file} writes its jobs out, so --trace says nothing. Leave it out.\n",
    )
    assert praya("simulate").status == 2


@pytest.mark.parametrize("command", ["simulate", "forecast"])
def test_a_scenario_without_an_end_is_not_read_to_it(praya, command):
    said = praya(command, "--scenario", "/dev/zero")

    assert said.status == 1
    assert "/dev/zero has more than 512 KiB, so it was not read." in said.err
