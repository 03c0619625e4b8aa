"""The example jobs run at small sizes and measure what they say."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

JOBS = Path(__file__).parents[2] / "examples" / "jobs"


@pytest.fixture
def run(tmp_path):
    """Run a job in a folder of its own; answers its last line."""

    def job(name, *arguments):
        done = subprocess.run(
            [sys.executable, JOBS / name, *map(str, arguments)],
            cwd=tmp_path,
            env={"PRAYA_DEVICE_MODEL": "m", "PRAYA_CARDS": "2"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stderr == ""
        return json.loads(done.stdout.splitlines()[-1])

    return job


@pytest.mark.parametrize("text", ["alice.txt", "tang.txt"])
def test_training_makes_the_loss_fall(run, text, tmp_path):
    measured = run("train_char_lm.py", "--steps", 200, "--text", JOBS / "text" / text)

    assert measured["last_loss"] < 0.8 * measured["first_loss"]
    assert measured["held_out_perplexity"] > 1
    assert measured["model"] == str(tmp_path / "model.npz")
    assert (measured["device_model"], measured["cards"]) == ("m", 2)


def test_a_trained_model_is_better_than_an_untrained_one(run):
    run("train_char_lm.py", "--steps", 1, "--save", "one.npz")
    run("train_char_lm.py", "--steps", 300, "--save", "many.npz")

    worse = run("evaluate_lm.py", "--model", "one.npz", "--resamples", 500)
    better = run("evaluate_lm.py", "--model", "many.npz", "--resamples", 500)

    assert better["interval_95"][1] < worse["interval_95"][0], "beyond doubt"
    low, high = better["interval_95"]
    assert low < better["bits_per_character"] < high


def test_the_same_seed_trains_the_same_model(run):
    first = run("train_char_lm.py", "--steps", 20)
    second = run("train_char_lm.py", "--steps", 20)

    assert first["last_loss"] == second["last_loss"]


def test_matrices_are_multiplied_rightly(run):
    measured = run("matmul_benchmark.py", "--size", 64, "--repeats", 5)

    assert measured["largest_error"] < 1e-4
    assert 0 < measured["middle_half"][0] <= measured["median_gflop_per_s"]


@pytest.mark.parametrize("atoms", [4, 7])
def test_the_known_arrangement_is_found(run, atoms):
    measured = run("material_screen.py", "--atoms", atoms, "--hops", 20)

    assert measured["above_known"] == 0
