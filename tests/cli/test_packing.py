"""``praya pack``: rules of placement on lists of nodes and tasks."""

from __future__ import annotations

import pytest
from tests.cli.running import say

from praya.cli.packing import RULES
from praya.core.simulator.packing.model import PackingRule

pytestmark = pytest.mark.once

NODES = """\
sn,cpu_milli,memory_mib,gpu,model
old,64000,1000,2,P100
new,64000,1000,4,A10
"""
TASKS = """\
name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec
whole,1000,1,2,1000,A10
part,1000,1,1,400,
choosy,1000,1,1,600,P100|A10
none,1000,1,0,0,
large,1000,1,4,1000,
"""


@pytest.fixture
def praya(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("PRAYA_HOME", str(tmp_path / "home"))
    (tmp_path / "nodes.csv").write_text(NODES)
    (tmp_path / "tasks.csv").write_text(TASKS)
    given = ("pack", "--nodes", tmp_path / "nodes.csv", "--tasks", tmp_path / "tasks.csv")
    return lambda *more: say((*given, *more), capsys=capsys, monkeypatch=monkeypatch)


def test_tasks_are_placed_in_their_order_and_written_down(praya, tmp_path):
    out = tmp_path / "out.csv"

    said = praya("--rule", "best_fit", "--out", out, "--json")

    assert said.json == [
        {
            "rule": "best_fit",
            "cards": 6,
            "tasks": 5,
            "orders": 1,
            "mean": 0.5,
            "least": 0.5,
            "most": 0.5,
            "turned_away": 1,
            "lines_skipped": 0,
        }
    ]
    assert out.read_text().splitlines() == [
        "task,node",
        "whole,new",
        "part,new",
        "choosy,new",
        "none,new",
        "large,",
    ]


def test_rules_are_compared_on_the_same_orders(praya):
    said = praya("--rule", "gradient", "--rule", "look_ahead", "--load", "1.3", "--seeds", "2")

    head, *rows = [line.split() for line in said.out.splitlines()]
    assert head[:4] == ["Rule", "Given", "out,", "%"]
    assert [row[0] for row in rows] == ["gradient", "look_ahead"]


def test_rules_that_the_terminal_names_are_those_there_are(praya):
    assert tuple(rule.name.lower() for rule in PackingRule) == RULES
    assert praya("--rule", "best").status == 2


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ("whole,1000,1,2,1000,A10", "whole,1000,1,2,500,A10", "line 2, column num_gpu"),
        ("part,1000,1,1,400,", "part,1000,1,1,0,", "line 3, column gpu_milli"),
        ("part,1000,1,1,400,", "part,-1,1,1,400,", "line 3, column cpu_milli"),
        ("P100|A10", '"P100|A10', "line 4: its quotation marks do not match"),
    ],
)
def test_a_list_with_a_mistake_is_refused_with_its_place(praya, tmp_path, right, wrong, place):
    assert TASKS.count(right) == 1
    (tmp_path / "tasks.csv").write_text(TASKS.replace(right, wrong))

    refused = praya()
    left_out = praya("--rule", "best_fit", "--skip-bad", "--json")

    assert refused.status == 1
    assert place in refused.err
    assert refused.err.endswith("Mend it, or go on without such lines: --skip-bad.\n")
    [row] = left_out.json
    assert (row["tasks"], row["lines_skipped"]) == (4, 1)


def test_lines_left_out_of_both_lists_are_told_to_people(praya, tmp_path):
    (tmp_path / "nodes.csv").write_text(NODES + "lost,none,1000,4,A10\n")
    (tmp_path / "tasks.csv").write_text(TASKS + "lost,1000,1,-1,0,\n")

    said = praya("--rule", "best_fit", "--skip-bad")

    head, row = (line.split() for line in said.out.splitlines())
    assert head[-2:] == ["Lines", "skipped"]
    assert row[-1] == "2"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("nodes", NODES.replace(",2,P100", ",0,").replace(",4,A10", ",0,"), "There are no cards"),
        ("nodes", "", "There are no cards"),
        ("tasks", "name,cpu_milli,memory_mib,num_gpu,gpu_milli\nnone,1,1,0,0\n", "no cards"),
        ("tasks", TASKS.replace("P100|A10", "|".join(f"M{n}" for n in range(99))), "101 device"),
    ],
)
def test_lists_that_cannot_be_packed_are_refused(praya, tmp_path, name, content, sentence):
    (tmp_path / f"{name}.csv").write_text(content)

    said = praya("--rule", "best_fit")

    assert (said.status, said.out) == (1, "")
    assert sentence in said.err


@pytest.mark.parametrize("load", ["nan", "inf", "1e9"])
def test_a_load_that_is_no_number_or_out_of_bounds_is_told(praya, load):
    said = praya("--load", load)

    assert (said.status, "--load" in said.err) == (2, True), said
