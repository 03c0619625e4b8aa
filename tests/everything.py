"""Every test on SQLite, then on PostgreSQL, with those of Slurm beside: ``./run test`` is this.

Slurm's tests mostly wait, so they cost little beside others. Arguments go to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.services.postgres import binaries
from tests.slurm.cluster import why_not

ROOT = Path(__file__).resolve().parents[1]
_PYTEST = [sys.executable, "-m", "pytest", "-q", "-rfEs", "--durations=10"]
# Three on two cores: what waits for a browser, a process or a disk leaves a quarter of both idle.
_SIDE_BY_SIDE = ["-n", "3", "--no-loadscope-reorder"]
# Speed of pages and the look of them do not depend on the database's kind.
_NOT_TWICE = "both or (not browser and not once)"


def main(arguments: list[str]) -> int:
    """Run both suites; the exit status is the first that failed, or 0."""
    chosen = [one for one in arguments if not one.startswith("-")]
    common = [*_PYTEST, *arguments, *([] if chosen else _SIDE_BY_SIDE)]
    began = time.monotonic()
    missing = [] if _has_chromium() else ["Chromium"]
    missing += [] if binaries() else ["PostgreSQL"]
    missing += ["Slurm"] if why_not() else []
    if missing and os.environ.get("PRAYA_REQUIRE_SERVICES"):
        print(f"Required here and not installed: {', '.join(missing)}.", flush=True)
        return 1
    sqlite = {"DATABASE_URL": ""}
    with tempfile.TemporaryDirectory() as folder:
        skipped = Path(folder)
        if chosen:
            statuses = [_run("SQLite", common, skipped, environment=sqlite)]
            statuses += _on_postgresql(common, skipped)
        else:
            slurm_environment = sqlite | {"PRAYA_SKIPPED": str(skipped / "Slurm")}
            with _beside(_on_slurm(arguments), environment=slurm_environment) as slurm:
                others = [*common, "-m", "not slurm"]
                statuses = [_run("SQLite", others, skipped, environment=sqlite)]
                statuses += _on_postgresql(common, skipped)
                statuses.append(slurm.wait())
        _tell_skipped(skipped)
    print(f"\nAll suites: {time.monotonic() - began:.0f} s", flush=True)
    return next((status for status in statuses if status), 0)


def _on_postgresql(tests: list[str], skipped: Path) -> list[int]:
    again = [*tests, "-m", _NOT_TWICE]
    if binaries() is None:
        listed = subprocess.run(
            [*again, "--collect-only"],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": ""},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        ).stdout
        told = [
            f"PostgreSQL is not installed: {line}\n"
            for line in listed.splitlines()
            if line.startswith("tests/")
        ]
        (skipped / "PostgreSQL").write_text("".join(told), encoding="utf-8")
        return []
    server = [sys.executable, "-m", "tests.services.postgres", "--"]
    return [_run("PostgreSQL", [*server, *again], skipped, environment={})]


def _tell_skipped(skipped: Path) -> None:
    """Every test that did not run, by suite, reason and name; after all else was said."""
    for suite in sorted(skipped.iterdir()):
        if told := suite.read_text(encoding="utf-8"):
            print(f"\n== Not run: {suite.name}\n{told}", end="", flush=True)


def _on_slurm(arguments: list[str]) -> list[str]:
    apart = [sys.executable, "-m", "tests.slurm.apart", "--"]
    return [*apart, *_PYTEST, *arguments, "-m", "slurm", "tests/slurm", "tests/contract"]


def _has_chromium() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser"))) or "CHROMIUM" in os.environ


@contextmanager
def _beside(
    command: list[str], *, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a suite beside others; what it says is printed when all have ended."""
    with tempfile.TemporaryFile() as said:
        running = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **environment}, stdout=said, stderr=said
        )
        try:
            yield running
        finally:
            running.terminate()
            running.wait()
            said.seek(0)
            print("\n== Slurm", said.read().decode(errors="replace"), sep="\n", flush=True)


def _run(name: str, command: list[str], skipped: Path, *, environment: dict[str, str]) -> int:
    print(f"\n== {name}", flush=True)
    environment = {**os.environ, "PRAYA_SKIPPED": str(skipped / name), **environment}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
