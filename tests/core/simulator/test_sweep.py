"""Sweeps over seeds: parallel, kept, and resumed."""

from __future__ import annotations

import os

import pytest

from praya.core.simulator.sweep import fingerprint_of, sweep

pytestmark = pytest.mark.once


def doubled(seed):
    return {"twice": 2 * seed, "process": os.getpid()}


def test_an_interrupted_sweep_runs_only_what_is_missing(tmp_path):
    asked = []

    def task(seed):
        if seed == 2 and asked.count(2) == 0:
            asked.append(2)
            raise KeyboardInterrupt
        asked.append(seed)
        return {"seed": seed}

    with pytest.raises(KeyboardInterrupt):
        sweep(task, range(4), folder=tmp_path, inputs="a")
    assert sweep(task, range(4), folder=tmp_path, inputs="a") == {n: {"seed": n} for n in range(4)}
    assert asked == [0, 1, 2, 2, 3]


def test_answers_to_other_inputs_are_not_taken(tmp_path):
    sweep(lambda _: {"is": "old"}, [1], folder=tmp_path, inputs="a")
    assert sweep(lambda _: {"is": "new"}, [1], folder=tmp_path, inputs="b") == {1: {"is": "new"}}


@pytest.mark.parametrize(
    "spoil",
    [lambda text: text[:-9], lambda text: text.replace("old", "odd"), lambda _: "", lambda _: "[]"],
    ids=["cut off", "edited", "empty", "something else"],
)
def test_an_answer_that_is_not_as_it_was_written_is_run_again(tmp_path, spoil):
    sweep(lambda _: {"is": "old"}, [1], folder=tmp_path, inputs="a")
    [kept] = tmp_path.iterdir()
    kept.write_text(spoil(kept.read_text("utf-8")), "utf-8")

    assert sweep(lambda _: {"is": "new"}, [1], folder=tmp_path, inputs="a") == {1: {"is": "new"}}


def test_runs_of_other_sources_are_told_apart(tmp_path):
    source = tmp_path / "kernels" / "rules.py"
    source.parent.mkdir()
    source.write_text("LIMIT = 3")
    before = fingerprint_of(tmp_path)
    assert fingerprint_of(tmp_path) == before

    source.write_text("LIMIT = 4")

    assert fingerprint_of(tmp_path) != before


def test_processes_answer_in_the_order_of_the_seeds_and_progress_is_told():
    told = []
    answers = sweep(
        doubled, [3, 1, 2], processes=2, progress=lambda done, of: told.append((done, of))
    )
    assert [(seed, answer["twice"]) for seed, answer in answers.items()] == [(3, 6), (1, 2), (2, 4)]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert os.getpid() not in {answer["process"] for answer in answers.values()}
