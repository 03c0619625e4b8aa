"""Every test on SQLite, those of Slurm apart, then all on PostgreSQL: ``./run test`` is this.

Arguments go to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.services.postgres import binaries
from tests.slurm.cluster import why_not

ROOT = Path(__file__).resolve().parents[1]
_SIDE_BY_SIDE = ["-n", "2", "--dist", "loadgroup"]
# Speed of pages and the look of them do not depend on the database's kind.
_NOT_TWICE = "not browser and not once"


def main(arguments: list[str]) -> int:
    """Run both suites; the exit status is the first that failed, or 0."""
    chosen = [one for one in arguments if not one.startswith("-")]
    common = [sys.executable, "-m", "pytest", "-q", "-rfEs", "--durations=10", *arguments]
    common += [] if chosen else _SIDE_BY_SIDE
    began = time.monotonic()
    missing = [] if _has_chromium() else ["Chromium"]
    missing += [] if binaries() else ["PostgreSQL"]
    missing += ["Slurm"] if why_not() else []
    if missing and os.environ.get("PRAYA_REQUIRE_SERVICES"):
        print(f"Required here and not installed: {', '.join(missing)}.", flush=True)
        return 1
    sqlite = {"DATABASE_URL": ""}
    if chosen:
        statuses = [_run("SQLite", common, environment=sqlite)]
    else:
        statuses = [_run("SQLite", [*common, "-m", "not slurm"], environment=sqlite)]
        apart = [sys.executable, "-m", "tests.slurm.apart", "--"]
        on_slurm = [
            *apart,
            *common[: -len(_SIDE_BY_SIDE)],
            "-m",
            "slurm",
            "tests/slurm",
            "tests/contract",
        ]
        statuses.append(_run("Slurm", on_slurm, environment=sqlite))
    if binaries() is None:
        print("\nPostgreSQL is not installed: the suite ran on SQLite only.", flush=True)
    else:
        server = [sys.executable, "-m", "tests.services.postgres", "--"]
        statuses.append(_run("PostgreSQL", [*server, *common, "-m", _NOT_TWICE], environment={}))
    print(f"\nAll suites: {time.monotonic() - began:.0f} s", flush=True)
    return next((status for status in statuses if status), 0)


def _has_chromium() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser"))) or "CHROMIUM" in os.environ


def _run(name: str, command: list[str], *, environment: dict[str, str]) -> int:
    print(f"\n== {name}", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
