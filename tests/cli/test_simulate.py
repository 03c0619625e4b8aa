"""``praya simulate`` and ``praya trace``: no site is needed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import polars as pl
import pytest
from tests.cli.running import say
from tests.core.simulator.shared_data import shared_file

pytestmark = pytest.mark.once

LOG = """\
; MaxProcs: 4
1 10 0 60 3 -1 -1 3 60 -1 1 1 1 -1 1 -1 -1 -1
2 10 0 50 4 -1 -1 4 50 -1 1 1 1 -1 1 -1 -1 -1
3 10 0 90 1 -1 -1 1 90 -1 1 2 1 -1 1 -1 -1 -1
4 10 0 60 1 -1 -1 1 60 -1 1 2 1 -1 1 -1 -1 -1
5 10 0 0  1 -1 -1 1 60 -1 1 2 1 -1 1 -1 -1 -1
6 10 0 9  9 -1 -1 9 60 -1 1 2 1 -1 1 -1 -1 -1
"""


@pytest.fixture
def praya(capsys, monkeypatch, tmp_path):
    """No database, and a data directory that must not come to be."""
    monkeypatch.setenv("PRAYA_HOME", str(tmp_path / "home"))

    def run(*arguments):
        said = say(arguments, capsys=capsys, monkeypatch=monkeypatch)
        assert not (tmp_path / "home").exists()
        return said

    return run


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log.swf"
    path.write_text(LOG)
    return path


def test_simulate_writes_starts_and_says_metrics(praya, log, tmp_path):
    out = tmp_path / "out.csv"

    said = praya("simulate", "--trace", log, "--policy", "easy", "--starts", out, "--json")

    assert out.read_text() == "id,start\n1,0\n2,60\n3,110\n4,0\n"
    answer = {name: value for name, value in said.json.items() if name not in SECONDS}
    assert answer == {
        "policy": "easy",
        "slots": 4,
        "jobs": 4,
        "dropped": {"no_run_time": 1, "larger_than_pool": 1},
        "lines_skipped": 0,
        "utilisation": 530 / 800,
        "wait_s_mean": 42.5,
        "wait_s_median": 30.0,
        "wait_s_p90": pytest.approx(95.0),
        "wait_s_p99": pytest.approx(108.5),
        "wait_s_max": 110,
        "bounded_slowdown_mean": pytest.approx((1 + 110 / 50 + 200 / 90 + 1) / 4),
        "makespan_s": 200,
    }
    assert all(said.json[name] >= 0 for name in SECONDS)


SECONDS = ("load_s", "read_s", "simulate_s")


def test_simulate_takes_slots_from_the_caller(praya, log):
    said = praya("simulate", "--trace", log, "--policy", "fcfs", "--slots", "9", "--json")

    assert (said.json["slots"], said.json["jobs"]) == (9, 5)


def test_simulate_says_metrics_to_people(praya, log):
    said = praya("simulate", "--trace", log, "--policy", "easy")

    assert said.status == 0
    assert said.out.splitlines()[:6] == [
        "Policy                 easy",
        "Slots                  4",
        "Jobs                   4",
        "Left out               1 without run time, 1 larger than the machine",
        "Utilisation            66.250 %",
        "Mean wait              42.50 s",
    ]


def test_simulate_names_a_bad_line_and_goes_on_if_asked(praya, log):
    log.write_text(LOG + "7 10 0 sixty 3 -1 -1 3 60 -1 1 1 1 -1 1 -1 -1 -1\n")

    refused = praya("simulate", "--trace", log, "--policy", "easy")
    skipped = praya("simulate", "--trace", log, "--policy", "easy", "--skip-bad", "--json")

    assert refused.status == 1
    assert refused.err == (
        f"praya: 1 line of {log} cannot be read: line 8: a field is not a number. "
        "Mend it, or go on without such lines: --skip-bad.\n"
    )
    assert (skipped.status, skipped.json["lines_skipped"]) == (0, 1)


def test_simulate_refuses_an_empty_trace_and_one_without_a_machine(praya, log):
    log.write_text("")
    assert praya("simulate", "--trace", log, "--policy", "easy").err == (
        "praya: There is no job in the trace.\n"
    )
    log.write_text(LOG.partition("\n")[2])
    assert praya("simulate", "--trace", log, "--policy", "easy").err == (
        "praya: The trace does not say how many slots the machine has. Give them: --slots N.\n"
    )


def test_a_log_by_itself_takes_nothing_of_a_scenario(praya, log, tmp_path):
    state = tmp_path / "state.npz"

    said = praya("simulate", "--trace", log, "--until", "60", "--seed", "0", "--save", state)

    assert said.status == 2
    assert "Leave out --seed, --until, --save, or give --scenario." in said.err
    assert not state.exists()


def test_numbers_beyond_64_bits_are_refused_with_a_sentence(praya, log):
    large, forever = str(1 << 64), "9" * 15

    assert praya("simulate", "--trace", log, "--slots", large).status == 2
    assert praya("simulate", "--scenario", log, "--until", large).status == 2
    assert praya("simulate", "--scenario", log, "--seed", large).status == 2
    log.write_text(LOG.replace("MaxProcs: 4", f"MaxProcs: {forever}"))
    assert praya("simulate", "--trace", log).err == (
        f"praya: The machine would have {forever} slots; at most 1,000,000,000 can be simulated. "
        "Give fewer: --slots N.\n"
    )
    line = LOG.splitlines()[1].replace(" 60 ", f" {forever} ")
    log.write_text("; MaxProcs: 4\n" + f"{line}\n" * 1200)
    assert praya("simulate", "--trace", log).err == (
        "praya: The jobs together run longer than can be counted, 1,152,921,504,606,846,976 "
        "seconds. Look at the log's run times and limits: are they in seconds?\n"
    )


def test_simulate_kth_as_known(praya):
    said = praya(
        "simulate",
        "--trace",
        shared_file("KTH-SP2-1996-2.1-cln.swf"),
        "--policy",
        "easy",
        "--json",
    )

    assert said.json["jobs"] == 28_467
    assert round(said.json["wait_s_mean"], 2) == 6_858.36
    assert said.json["wait_s_max"] == 262_194
    assert round(said.json["bounded_slowdown_mean"], 2) == 90.86
    assert round(said.json["utilisation"], 5) == 0.70109


def test_trace_is_converted_described_fitted_and_made_anew(praya, log, tmp_path):
    normal, shape, made = (tmp_path / name for name in ("n.parquet", "s.npz", "m.parquet"))

    assert praya("trace", "convert", log, normal, "--slots", "5").status == 0
    described = praya("trace", "describe", normal, "--json").json
    fitted = praya("trace", "fit", normal, shape, "--json")
    generated = praya("trace", "generate", shape, made, "--jobs", "40", "--slots", "5")
    simulated = praya("simulate", "--trace", made, "--policy", "sjf", "--json")

    assert (described["jobs"], described["jobs_that_ran"], described["slots"]) == (6, 5, 5)
    assert described["users"] == 2
    assert 0 <= fitted.json["run"] <= 1
    assert generated.out == f"{made}: 40 jobs.\n"
    assert (simulated.json["jobs"] + simulated.json["dropped"].get("larger_than_pool", 0)) == 40


def test_trace_is_described_to_people(praya, log):
    said = praya("trace", "describe", log)

    assert "Jobs            6" in said.out.splitlines()
    assert "Slots a job     1, 3, 4 (at a quarter, half, three quarters)" in said.out


def test_generate_refuses_what_is_no_shape(praya, log, tmp_path):
    said = praya("trace", "generate", log, tmp_path / "m.parquet", "--jobs", "4")

    assert said.status == 1
    assert said.err == (
        f"praya: {log} cannot be read as a trace: it is no shape; make one with: praya trace fit.\n"
    )


@pytest.mark.parametrize(
    "given",
    [
        ("generate", "--jobs", "4", "--load", "nan"),
        ("generate", "--jobs", "4", "--load", "inf"),
        ("generate", "--jobs", "4", "--load", "1e30"),
        ("generate", "--jobs", "4", "--seed", "-1"),
        ("generate", "--jobs", "4", "--seed", "9" * 13),
        ("generate", "--jobs", "4", "--slots", "1000000001"),
        ("convert", "--slots", "1000000001"),
        ("fit", "--seed", "-1"),
    ],
)
def test_numbers_that_are_none_are_told_with_their_option(praya, log, tmp_path, given):
    name, *options = given

    said = praya("trace", name, log, tmp_path / "out", *options)

    assert (said.status, options[-2] in said.err) == (2, True), said


def changed_shape(path, **columns):
    with np.load(path) as kept:
        np.savez(path, **({name: kept[name] for name in kept.files} | columns))


@pytest.mark.parametrize(
    "columns",
    [
        {"rates": np.zeros(168)},
        {"rates": np.full(168, np.nan)},
        {"session_user": np.empty(0, np.int64), "session_jobs": np.empty(0, np.int64)},
        {"session_jobs": np.zeros(1, np.int64)},
        {"job_user": np.array(["ann"])},
        {"job_run": np.ones(1, np.int64)},
        {"span_s": np.ones(2, np.int64)},
    ],
)
def test_a_shape_from_which_nothing_can_be_drawn_is_refused(praya, log, tmp_path, columns):
    shape = tmp_path / "shape.npz"
    assert praya("trace", "fit", log, shape).status == 0
    changed_shape(shape, **columns)

    said = praya("trace", "generate", shape, tmp_path / "m.parquet", "--jobs", "4")

    assert (said.status, "it is no shape" in said.err) == (1, True), said


def test_jobs_that_lie_a_million_years_apart_have_a_description_and_no_shape(praya, log, tmp_path):
    far = LOG.replace("4 10 0 60 1", f"4 {'9' * 15} 0 {'9' * 15} {'9' * 15}")
    assert far != LOG
    log.write_text(far)

    described = praya("trace", "describe", log, "--json").json
    said = praya("trace", "fit", log, tmp_path / "s.npz")

    assert described["load"] > 1e14
    assert said.status == 1
    assert said.err.startswith("praya: The jobs would come over 1,")
    assert not (tmp_path / "s.npz").exists()


@pytest.mark.parametrize(
    ("columns", "metadata", "sentence"),
    [
        ({"run_s": [None, 1]}, {}, "something else than whole numbers"),
        ({"run_s": [0.5, 1.5]}, {}, "something else than whole numbers"),
        ({"submit_s": [-(10**15), 1]}, {}, "something else than whole numbers"),
        ({}, {"pool": "many"}, "something else than whole numbers"),
        ({}, {"pool": "0"}, "does not say how many slots"),
        ({"colour": [1, 2]}, {}, "a Parquet file of other columns"),
        ({}, {"form": "praya-trace-9"}, "a Parquet file of other columns"),
    ],
)
def test_a_table_in_our_form_that_holds_something_else_is_refused(
    praya, tmp_path, columns, metadata, sentence
):
    path = tmp_path / "odd.parquet"
    ours = {name: [1, 2] for name in ("id", "submit_s", "run_s", "limit_s", "slots")}
    told = {"form": "praya-trace-1", "pool": "4"}
    pl.DataFrame(ours | columns).write_parquet(path, metadata=told | metadata)

    said = praya("simulate", "--trace", path)

    assert (said.status, sentence in said.err) == (1, True), said


def test_what_is_no_file_is_told_so(praya, tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    assert "it is a folder or a device" in praya("simulate", "--trace", tmp_path).err
    assert "it is a folder or a device" in praya("trace", "describe", "/dev/zero").err
    assert "there is no such file" in praya("trace", "describe", tmp_path / "loop").err


def test_too_little_memory_is_told(praya, log, monkeypatch):
    def none_left(path):
        raise MemoryError

    monkeypatch.setattr("praya.traces.gzipped.is_gzipped", none_left)

    said = praya("simulate", "--trace", log)

    assert (said.status, said.out) == (1, "")
    assert said.err == "praya: There is not enough memory here for so much.\n"


def test_map_that_is_none_is_refused(praya, log):
    said = praya("simulate", "--trace", log, "--policy", "easy", "--map", "nowhere")

    assert said.status == 1
    assert said.err.startswith("praya: The column map nowhere cannot be followed: ")


def test_a_place_for_starts_is_looked_at_before_anything_is_read(praya, tmp_path):
    nowhere, kept = tmp_path / "none" / "out.csv", tmp_path / "out.csv"
    kept.write_text("as it was")
    ask = ("simulate", "--trace", tmp_path / "none.swf", "--starts")

    assert str(nowhere) in praya(*ask, nowhere).err
    for out in (kept, tmp_path / "new.csv"):
        assert "there is no such file" in praya(*ask, out).err
    assert [one.read_text() for one in tmp_path.iterdir()] == ["as it was"]


def test_files_that_cannot_be_written_are_told(praya, log, tmp_path):
    nowhere = tmp_path / ("nowhere" * 20) / "out"

    for arguments in (
        ("simulate", "--trace", log, "--policy", "easy", "--starts", nowhere),
        ("trace", "convert", log, nowhere),
        ("trace", "fit", log, nowhere),
    ):
        said = praya(*arguments)
        assert (said.status, str(nowhere) in said.err) == (1, True), said
        assert said.err.startswith("praya: A file cannot be used: ")


def test_ctrl_c_ends_a_compiled_loop_that_would_take_minutes(tmp_path):
    """A line of thousands under conservative backfill, which is planned anew at each end."""
    log, line = tmp_path / "long.swf", "{0} {0} 0 {1} {2} -1 -1 1 {3} -1 1 1 1 -1 1 -1 -1 -1\n"
    random = np.random.default_rng(1)
    rows = zip(
        random.integers(100, 90_000, 60_000), random.choice([1, 8, 64, 512], 60_000), strict=True
    )
    log.write_text("".join(line.format(n, r, c, 3 * r) for n, (r, c) in enumerate(rows)))
    script = (
        "import sys, praya.core.simulator.flat as flat\n"
        "from praya.config.terminal import run\n"
        "real = flat.simulate\n"
        "def told(jobs, **more):\n"
        "    if len(jobs) > 1: print('simulating', flush=True)\n"
        "    return real(jobs, **more)\n"
        "flat.simulate = told\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    ask = ("simulate", "--trace", str(log), "--policy", "conservative", "--slots", "4096")

    with subprocess.Popen(
        [sys.executable, "-c", script, *ask],
        stdout=subprocess.PIPE,
        env=os.environ | {"PRAYA_HOME": str(tmp_path / "home")},
        # As at a terminal; what a script puts in the background ignores Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == b"simulating\n"
        time.sleep(0.5)
        started.send_signal(signal.SIGINT)
        try:
            status = started.wait(timeout=60)
        finally:
            started.kill()

    assert status == -signal.SIGINT


def test_refusals_are_told_where_django_is_not_set_up(tmp_path):
    """Within the tests Django always is, so this needs a process of its own."""
    log = tmp_path / "log.swf"
    log.write_text("1 2 3\n")
    variables = {name: value for name, value in os.environ.items() if "DJANGO" not in name}

    said = subprocess.run(
        [sys.executable, "-m", "praya.config.terminal", "simulate", "--trace", log],
        capture_output=True,
        text=True,
        check=False,
        env=variables | {"PRAYA_LANGUAGE": "en", "PRAYA_HOME": str(tmp_path / "home")},
    )

    assert said.returncode == 1
    assert said.stderr == (
        f"praya: 1 line of {log} cannot be read: line 1: it has too few fields. "
        "Mend it, or go on without such lines: --skip-bad.\n"
    )
    assert not (tmp_path / "home").exists()


def test_a_damaged_shape_is_refused(praya, log, tmp_path):
    shape = tmp_path / "shape.npz"
    assert praya("trace", "fit", log, shape).status == 0
    kept = bytearray(shape.read_bytes())
    kept[60:200] = b"\xff" * 140
    shape.write_bytes(kept)

    said = praya("trace", "generate", shape, tmp_path / "m.parquet", "--jobs", "4")

    assert (said.status, "it is no shape" in said.err) == (1, True), said
