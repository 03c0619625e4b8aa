"""The program with real jobs: by itself, and against a server that is up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# One site for all of them, and the later read what the first did.
pytestmark = [pytest.mark.once, pytest.mark.slow]
LEAD = "lead@pier.example"
HELLO = "import sys; print('hello from the pier'); sys.exit(3)"
SLEEP = "import time; print('began', flush=True); time.sleep(60)"


class Site:
    """A data directory, and the program run on it or against its server."""

    def __init__(self, folder: Path) -> None:
        self.environment = {
            **os.environ,
            "PRAYA_HOME": str(folder / "praya"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "DATABASE_URL": "",
            "PRAYA_LANGUAGE": "en",
            "COLUMNS": "200",
        }
        self.award = self._run([sys.executable, "-m", "tests.cli.live_site"]).stdout.strip()

    def praya(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "praya.config.terminal", *arguments]
        return self._run(command, typed=typed, check=False)

    def serve(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "praya.config.terminal", "serve", "--port", "0"]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, text=True, bufsize=1
        )

    def _run(self, command, *, typed="", check=True):
        return subprocess.run(
            command,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=check,
            timeout=120,
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Site:
    made = Site(tmp_path_factory.mktemp("live"))
    assert made.praya("login", LEAD).returncode == 0
    return made


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[str]:
    process = site.serve()
    assert process.stdout is not None
    address = process.stdout.readline().rpartition(" ")[2].strip()
    assert address.startswith("http://127.0.0.1:")
    yield address
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    process.stdout.close()


def run_hello(site: Site, *before: str) -> subprocess.CompletedProcess[str]:
    order = ["run", "--award", site.award, "--time", "1m", "--", sys.executable, "-c", HELLO]
    return site.praya(*before, *order)


def test_without_a_server_the_program_runs_the_job_itself(site):
    said = run_hello(site)

    assert (said.returncode, said.stdout) == (3, "hello from the pier\n"), said.stderr
    assert "Failed at" in said.stderr.splitlines()[-1]
    job = json.loads(site.praya("--json", "show", "J-000001").stdout)
    assert (job["state"], job["exit_code"]) == ("failed", 3)
    assert job["charge"]["list_minor"] == (
        job["charge"]["subsidy_minor"] + job["charge"]["own_minor"]
    )
    [time, _subsidy] = json.loads(site.praya("--json", "balance").stdout)
    assert time["exact"]["in_flight"] == 0
    assert time["exact"]["settled"] == job["charge"]["card_seconds"] > 0


def test_a_statement_is_shown_and_written(site, tmp_path):
    [month] = json.loads(site.praya("--json", "statement", site.award).stdout)
    shown = site.praya("statement", site.award, month["month"])
    assert shown.returncode == 0, shown.stderr
    assert "Ended (Asia/Hong_Kong)" in shown.stdout.splitlines()[0]
    assert shown.stdout.splitlines()[-1].split()[0] == "Sum"
    as_csv = site.praya("statement", site.award, month["month"], "--csv").stdout.splitlines()
    assert len(as_csv) == 1 + month["charges"]
    paper = tmp_path / "statement.pdf"
    assert site.praya("statement", site.award, month["month"], "--pdf", str(paper)).returncode == 0
    assert paper.read_bytes().startswith(b"%PDF")
    # The rounds beside the first job have taken the figures: 100 card-hours at HK$30, 70 %.
    figures = json.loads(site.praya("--json", "figures", "pier").stdout)["figures"]
    [committed] = [one for one in figures if one["code"] == "committed"]
    assert (committed["numerator"], committed["unit"]) == (2_100_00, "HKD")
    assert "HK$2,100.00" in site.praya("figures", "pier").stdout


def test_a_running_job_is_stopped_by_whoever_is_there(site):
    order = ["run", "--award", site.award, "--time", "5m", "--", sys.executable, "-c", SLEEP]
    runner = subprocess.Popen(
        [sys.executable, "-m", "praya.config.terminal", *order],
        env=site.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell's background job is deaf to it, and so would be what that starts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert runner.stdout is not None
    assert runner.stdout.readline() == "began\n"
    runner.send_signal(signal.SIGINT)
    _out, err = runner.communicate(timeout=90)
    assert runner.returncode == 130
    code = err.partition(":")[0]
    assert f"praya cancel {code}" in err

    said = site.praya("cancel", code)

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(f"{code}: Cancelled at")


def test_a_server_answers_the_same_program(site, server):
    token = json.loads(site.praya("--json", "token", "make", "remote", "--write").stdout)["token"]
    remote = ("--server", server)
    assert site.praya(*remote, "whoami").returncode == 3
    signed_in = site.praya(*remote, "login", typed=f"{token}\n")
    assert signed_in.returncode == 0, signed_in.stderr

    said = run_hello(site, *remote)

    assert (said.returncode, said.stdout) == (3, "hello from the pier\n"), said.stderr
    assert site.award in site.praya(*remote, "balance").stdout
    jobs = json.loads(site.praya(*remote, "--json", "jobs", "--state", "failed").stdout)
    assert jobs[0]["member"] == "Lead"
    shown = site.praya(*remote, "output", jobs[0]["code"])
    assert shown.stdout == "hello from the pier\n"


def test_where_nothing_answers_it_is_said_in_one_sentence(site):
    for address, status in (("http://127.0.0.1:9", 4), ("praya.example", 4)):
        said = site.praya("--server", address, "jobs")
        assert (said.returncode, said.stdout) == (status, "")
        assert said.stderr.startswith("praya: ")
        assert said.stderr.count("\n") == 1
