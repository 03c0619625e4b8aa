"""The demo as a newcomer runs it: one command, then figures that the book can prove."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
PRAYA = [sys.executable, "-m", "praya.config.terminal"]
pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.xdist_group("demo")]


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


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A data directory in which the demo was told, and its summary."""
    home = tmp_path_factory.mktemp("demo")
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

    states = {job["name"]: job["state"] for job in summary["jobs"]}
    assert states == {
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


def test_the_refusal_names_the_budget_the_sum_and_who_can_help(told):
    _home, summary, _story = told

    for part in ("HCP-0011.2", "2,304.0 card-hours", "2,000.0 card-hours", "Sandy Chiu"):
        assert part in summary["refusal"]


def test_the_story_is_told_with_figures(told):
    _home, _summary, story = told

    for part in ("Applications", "Committed", "Utilisation", "Numerator", "J-000001"):
        assert part in story


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
        figures = httpx.get(f"{address}/programmes/harbour/figures.json", timeout=20)
        assert figures.status_code == 200
        assert figures.json()["figures"]
    finally:
        running.send_signal(signal.SIGINT)
        began = time.monotonic()
        running.communicate(timeout=40)
    assert time.monotonic() - began < 40
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/", timeout=5)


def test_fresh_leaves_alone_what_is_not_a_demo(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")

    refused = praya(tmp_path, "demo", "--fresh", "--no-serve")

    assert refused.returncode == 1
    assert "left alone" in refused.stdout + refused.stderr
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"
