"""The scratch sites that are measured: a data directory each, made once and kept until removed.

They lie in ``.benchmarks`` of the checkout, apart from what the demo removes, or where
``PRAYA_BENCH_HOME`` says.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
HOME = Path(os.environ.get("PRAYA_BENCH_HOME") or CHECKOUT / ".benchmarks")
SCALES = ("large", "small")


def environment(scale: str, database_url: str = "") -> dict[str, str]:
    """What a process needs to work on a scratch site."""
    assert scale in SCALES, scale
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAYA_")}
    return kept | {
        "PRAYA_HOME": str(HOME / scale),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "praya.config.settings",
    }


def make(scale: str, database_url: str = "") -> dict[str, str]:
    """Make the site unless it is there, and give its environment.

    A site on SQLite is kept for the next time; one on a server lives as long as the server.
    """
    variables = environment(scale, database_url)
    done = HOME / scale / "seeded"
    if database_url or not done.exists():
        (HOME / scale).mkdir(parents=True, exist_ok=True)
        if not database_url:
            for old in (HOME / scale).glob("praya.sqlite3*"):
                old.unlink()
        say(f"filling the {scale} site on {'PostgreSQL' if database_url else 'SQLite'} ...")
        began = time.monotonic()
        run(variables, "benchmarks.filling", scale)
        say(f"  {time.monotonic() - began:6.1f} s  in all")
        if not database_url:
            done.touch()
    else:
        run(variables, "benchmarks.filling")  # migrations and files since it was made
    return variables


def run(variables: dict[str, str], module: str, *arguments: str) -> None:
    """Run one of our modules in a process of its own, since settings are read once."""
    subprocess.run(
        [sys.executable, "-m", module, *arguments], env=variables, cwd=CHECKOUT, check=True
    )


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, file=sys.stderr, flush=True)
