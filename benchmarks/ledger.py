"""How fast a book is written, proved and read, through the commands and by many processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.sites import CHECKOUT, say

WRITERS = 16
SECONDS = 10
AWARDS, FEW_AWARDS = 10_000, 1000
BATCHES, BATCH = 5, 20_000
ENTRIES, POSTINGS = 200_000, 6  # so many postings has an entry
GROWTH = (10**4, 10**5, 10**6, 10**7)  # postings


def measure(database_url: str = "") -> dict[str, Any]:
    """Everything on one book, from small to large."""
    with tempfile.TemporaryDirectory(prefix="praya-ledger-") as home:
        site = _Site(Path(home), database_url)
        site.run("prepare", AWARDS)
        measured = {"read, small": site.run("read")}
        measured["one writer"] = site.write(1)
        measured[f"{WRITERS} writers"] = site.write(WRITERS)
        measured["batches"] = site.run("charge", BATCHES, BATCH)
        say("filling the book ...")
        site.run("fill", int(os.environ.get("PRAYA_BENCH_ENTRIES", ENTRIES)))
        measured["verify"] = site.run("verify")
        measured["read, large"] = site.run("read")
        return measured


def growth(database_url: str = "") -> dict[str, Any]:
    """The same reads and the same pairs on a book that grows, up to ``PRAYA_BENCH_POSTINGS``."""
    most = int(os.environ.get("PRAYA_BENCH_POSTINGS", GROWTH[-2]))
    measured = {}
    with tempfile.TemporaryDirectory(prefix="praya-ledger-") as home:
        site = _Site(Path(home), database_url)
        site.run("prepare", FEW_AWARDS)
        for postings in GROWTH:
            if postings <= most:
                say(f"filling the book up to {postings:,} postings ...")
                site.run("fill", postings // POSTINGS)
                measured[f"{postings:,} postings"] = site.run("read") | site.run("pairs")
    return measured


class _Site:
    """A scratch site with nothing but a book."""

    def __init__(self, home: Path, database_url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAYA_")}
        self.variables = kept | {
            "PRAYA_HOME": str(home),
            "DATABASE_URL": database_url or f"sqlite://{home}/book.sqlite3",
            "DJANGO_SETTINGS_MODULE": "praya.config.settings",
        }

    def run(self, verb: str, *numbers: int) -> Any:  # noqa: ANN401 -- what the verb answers
        """Do something in one process."""
        process = self._begin(verb, *numbers)
        return _answer(process)

    def write(self, writers: int) -> dict[str, Any]:
        """Pairs of hold and settlement by so many processes at once, all on one book."""
        begun = [self._begin("write", writers * 100 + number, SECONDS) for number in range(writers)]
        for process in begun:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in begun:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        answers = [_answer(process) for process in begun]
        pairs = sum(answer["pairs"] for answer in answers)
        cpu_s = sum(answer["cpu_s"] for answer in answers)
        return {
            "pairs_per_s": round(pairs / SECONDS),
            "client_cpu_ms": round(1000 * cpu_s / max(pairs, 1), 2),
            "fewest": min(answer["pairs"] for answer in answers),
        }

    def _begin(self, verb: str, *numbers: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.ledger_work", verb, *map(str, numbers)],
            env=self.variables,
            cwd=CHECKOUT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )


def _answer(process: subprocess.Popen[str]) -> Any:  # noqa: ANN401 -- what a verb answers
    out, _ = process.communicate()
    assert process.returncode == 0, process.args
    return json.loads(out.splitlines()[-1])
