"""The demo as a newcomer runs it: one command, then figures that the book can prove."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PRAYA = [sys.executable, "-m", "praya.config.terminal"]
pytestmark = [pytest.mark.once, pytest.mark.slow]


def environment(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAYA_")}
    kept |= {"PRAYA_HOME": str(home), "HOME": str(home), "DATABASE_URL": ""}
    kept["DJANGO_SETTINGS_MODULE"] = "praya.config.settings"
    return kept


def praya(home, *arguments, **kwargs):
    return subprocess.run(
        [*PRAYA, *arguments],
        check=False,
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=400,
        **kwargs,
    )


STATES = {
    "letters": "completed",
    "benchmark": "completed",
    "poems": "completed",
    "enzymes": "completed",
    "membranes": "completed",
    "voices": "completed",
    "evaluation": "completed",
    "too-long": "timed-out",
    "missing": "failed",
    "stopped": "cancelled",
}


@dataclass(frozen=True)
class Ended:
    """How a demo ended that was stopped: its status, jobs still at work, and states in the book."""

    status: int
    at_work: list[str]
    states: set[str]
    said: str


def at_work(home):
    """The processes of jobs in the data directory, by what they were called with."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = each.read_bytes().decode(errors="replace")
            if str(home) in command and "examples/jobs" in command:
                found.append(command)
    return found


def stopped_in_its_jobs(home, sent):
    """Tell the demo until its first jobs run, and stop it by a signal."""
    said = home.with_name("said")
    with said.open("w", encoding="utf-8") as paper:
        telling = subprocess.Popen(
            [*PRAYA, "demo", "--no-serve"],
            cwd=ROOT,
            env=environment(home),
            stdout=paper,
            stderr=paper,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    try:
        until = time.monotonic() + 120
        while not at_work(home):
            assert telling.poll() is None
            assert time.monotonic() < until
            time.sleep(0.1)
        telling.send_signal(sent)
        status = telling.wait(timeout=60)
    finally:
        telling.kill()
    with contextlib.closing(sqlite3.connect(home / "praya.sqlite3")) as book:
        states = {state for (state,) in book.execute("SELECT state FROM usage_job")}
    return Ended(status, at_work(home), states, said.read_text(encoding="utf-8"))


def check_all_is_over(ended, status):
    assert (ended.status, ended.at_work) == (status, []), ended.said
    assert "cancelled" in ended.states
    assert not ended.states & {"waiting", "starting", "running"}


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A data directory in which the demo was played up to its first job, and no further."""
    home = tmp_path_factory.mktemp("played")
    subprocess.run(
        [sys.executable, "-m", "tests.demo.played"],
        check=True,
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        timeout=400,
    )
    return home


@pytest.fixture(scope="module")
def stopped(played, tmp_path_factory):
    """A data directory in which Ctrl-C ended the demo in its first jobs, and how it ended."""
    home = tmp_path_factory.mktemp("demo") / "told"
    shutil.copytree(played, home)
    return home, stopped_in_its_jobs(home, signal.SIGINT)


@pytest.fixture(scope="module")
def told(stopped):
    """A data directory in which the demo was told, by a run that went on, and its summary."""
    home, _ended = stopped
    done = praya(home, "demo", "--no-serve", "--json")
    assert done.returncode == 0, done.stderr[-3000:]
    return home, json.loads(done.stdout.splitlines()[-1]), done.stderr


def test_the_summary_has_the_shape_of_the_reference_case(told):
    _home, summary, _story = told

    assert 20 <= summary["applications"] <= 26
    assert 10 <= summary["approved"] <= 14
    assert summary["committed"]["numerator"] > 300_000_000_00
    assert 0 < summary["drawn"]["numerator"] < summary["committed"]["numerator"]
    assert 5000 < summary["utilisation"]["share_bp"] < 9500
    assert "Denominator" in summary["utilisation"]["definition"]


def test_jobs_really_ran_and_each_ended_as_told(told):
    _home, summary, _story = told

    assert {job["name"]: job["state"] for job in summary["jobs"]} == STATES


def test_the_refusal_names_the_budget_the_sum_and_who_can_help(told):
    _home, summary, _story = told

    for part in ("HCP-0011.2", "2,304.0 card-hours", "2,000.0 card-hours", "Sandy Chiu"):
        assert part in summary["refusal"]


def test_the_story_is_told_with_figures(told):
    _home, _summary, story = told

    for part in ("Applications", "Committed", "Utilisation", "Numerator", "J-000001"):
        assert part in story


def test_the_tutorial_says_the_figures_of_the_demo(told):
    home, summary, _story = told
    tutorial = (ROOT / "docs/tutorial/first-programme.md").read_text(encoding="utf-8")
    said = " ".join(tutorial.split())
    applications, approved = summary["applications"], summary["approved"]
    with contextlib.closing(sqlite3.connect(home / "praya.sqlite3")) as book:
        (draft,) = book.execute(
            "SELECT code FROM applications_application WHERE title = ?",
            ["When will the ferry come?"],
        ).fetchone()

    assert f"Figures**: {applications} applications, {approved} approved, some HK$" in said
    # Months are of different lengths, so that it is another one on another day.
    (millions,) = map(int, re.findall(r"some HK\$(\d+) million committed", said))
    assert abs(millions * 100_000_000 - summary["committed"]["numerator"]) < 200_000_000
    assert f"Remember {applications} and {approved}." in said
    assert f"again: {applications + 1} applications, {approved + 1} approved." in said
    assert set(re.findall(r"HCP-A\d{4}", said)) == {draft}
    assert set(re.findall(r"HCP-\d{4}", said)) == {f"HCP-{approved + 1:04d}"}


def test_the_book_and_the_trail_verify(told):
    home, summary, _story = told
    signed_in = praya(home, "login", summary["logins"]["auditor"])
    assert signed_in.returncode == 0, signed_in.stderr

    for what in ("book", "trail"):
        proof = praya(home, what, "verify", *(["harbour"] if what == "book" else []))
        assert proof.returncode == 0, proof.stdout + proof.stderr


def test_every_statement_made_anew_from_records_rates_and_rules_has_the_same_bytes(told):
    home, _summary, _story = told

    done = subprocess.run(
        [sys.executable, "-m", "tests.demo.rederiving"],
        check=False,
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout)

    assert seen["charges"] > 100
    assert len(seen["papers"]) > 20
    assert seen["papers_anew"] == seen["papers"]
    assert seen["sums_anew"] == seen["sums"]


def test_a_second_run_goes_on_serves_and_ends_with_ctrl_c(told):
    home, _summary, _story = told
    running = subprocess.Popen(
        [*PRAYA, "demo", "--json", "--port", "0"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background job is deaf to it, and so would be what that starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        summary = json.loads(line)
        address = summary["addresses"]["site"]
        figures = httpx.get(f"{address}/programmes/harbour/figures.json", timeout=60)
        assert figures.status_code == 200
        assert figures.json()["figures"]
    finally:
        running.send_signal(signal.SIGINT)
        running.communicate(timeout=120)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/", timeout=5)


# Goes on with jobs that have ended, in a checkout that was moved: they stand in another folder.
GO_ON = """
import datetime, pathlib, sys
from praya.config.preparing import prepare
prepare()
from praya.demo import working
from praya.demo.stage import Stage
stage = Stage("harbour", "rolling", datetime.date(2026, 1, 1))
moved = pathlib.Path(sys.argv[1])
print(*working.work(stage, jobs=moved, home=moved, python="python", tell=lambda _sentence: None))
"""


def test_jobs_that_were_cut_short_run_again_and_others_only_once(told, tmp_path):
    home, summary, _story = told
    tries = {}
    for job in summary["jobs"]:
        tries.setdefault(job["name"], []).append(job)
    before = [job["state"] for name in tries for job in tries[name][:-1]]

    again = subprocess.run(
        [sys.executable, "-c", GO_ON, str(tmp_path)],
        check=False,
        cwd=ROOT,
        env=environment(home),
        capture_output=True,
        text=True,
    )

    assert set(before) == {"cancelled"}
    codes = [tries[name][-1]["code"] for name in STATES]
    assert again.stdout.split() == codes, again.stderr[-3000:]


def test_ctrl_c_in_the_middle_of_the_story_leaves_no_job_running(stopped):
    _home, ended = stopped

    check_all_is_over(ended, 128 + signal.SIGINT)


def test_term_in_the_middle_of_the_story_leaves_no_job_running(played, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(played, home)

    check_all_is_over(stopped_in_its_jobs(home, signal.SIGTERM), 128 + signal.SIGTERM)
