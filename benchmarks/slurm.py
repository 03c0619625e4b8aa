"""A real Slurm at size: hundreds of awards brought to it, and a million of its records charged.

A private cluster is started, awards with their members are brought to it, and accounting records
are put straight into its database, spread over months. ``sacct`` prints them once, into nothing;
then Praya reads them, through ``sacct`` again, to charged entries of a book on SQLite. What counts
as Praya's is the CPU of its own process: the ``sacct`` that it calls and Slurm's daemons are told
apart. ``PRAYA_BENCH_RECORDS=20000`` tries it with fewer records, and as many fewer awards.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.slurm.cluster import Cluster, private_cluster, why_not
from tests.slurm.configuration import Group

from benchmarks.seed.accounting import DAYS, fill
from benchmarks.sites import CHECKOUT, say
from praya.apps.enforcement.rules import READ_DAYS_MAX
from praya.engines.slurm.accounting import FIELDS

RECORDS, RECORDS_OF_AWARD, AWARDS_MIN, MEMBERS = 1_000_000, 2000, 5, 10
GROUPS = (Group("h800n", "h800", 8, 2), Group("ascn", "ascend910b", 8, 1))
DAY_S = 86_400


def measure() -> dict[str, Any]:
    """Everything on one cluster; nothing where no Slurm can run."""
    reason = why_not()
    if reason:
        say(f"{reason}: slurm is left out.")
        return {}
    records = int(os.environ.get("PRAYA_BENCH_RECORDS", RECORDS))
    awards = max(AWARDS_MIN, records // RECORDS_OF_AWARD)
    with private_cluster(GROUPS) as cluster, tempfile.TemporaryDirectory() as home:
        site = _Site(cluster, Path(home))
        say(f"a site of {awards} awards ...")
        site.run("prepare", awards, MEMBERS)
        measured = {"awards from nothing": site.run("follow"), "unchanged": site.run("follow")}
        measured["one award more"] = site.run("accept", MEMBERS)
        say(f"{records:,} records into Slurm's database ...")
        until = fill(cluster, records)
        say("printing them ...")
        measured["sacct"] = _print_all(cluster, until) | {"records": records}
        say("taking them in ...")
        with _daemons(cluster) as daemons_cpu_s:
            measured["intake"] = site.run("take", until - DAYS * DAY_S)
        taken = measured["intake"]["records"] + measured["intake"]["given_back"]
        assert taken == records, f"{records - taken} records are lost"
        measured["intake"] |= daemons_cpu_s
        measured |= site.run("again")
        return measured


def _print_all(cluster: Cluster, until: int) -> dict[str, Any]:
    """What ``sacct`` needs to print every record in the windows in which Praya reads."""
    edges = [*range(until - DAYS * DAY_S, until, READ_DAYS_MAX * DAY_S), until]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with _daemons(cluster) as daemons_cpu_s:
        for since, end in pairwise(edges):
            window = ("-S", f"uts{since}", "-E", f"uts{end}")
            subprocess.run(
                ["sacct", "-nPXDa", *window, f"--format={','.join(FIELDS)}"],
                env={**cluster.environment, "SLURM_TIME_FORMAT": "%s", "TZ": "UTC"},
                stdout=subprocess.DEVNULL,
                check=True,
            )
    wall_s = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    printed = {"wall_s": round(wall_s, 1), "sacct_cpu_s": round(cpu_s, 1), **daemons_cpu_s}
    say(f"  sacct: {printed}")
    return printed


@contextmanager
def _daemons(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """CPU seconds of slurmdbd and its database meanwhile; there once it has ended."""
    found: dict[str, Any] = {}
    pids = [int((cluster.home / path).read_text()) for path in ("state/slurmdbd.pid", "db.pid")]
    before = sum(map(_cpu_of, pids))
    yield found
    found["slurmdbd_cpu_s"] = round(sum(map(_cpu_of, pids)) - before, 1)


def _cpu_of(pid: int) -> float:
    """Seconds of CPU of a process that runs."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


class _Site:
    """A scratch site on SQLite beside the cluster, at work in processes of its own."""

    def __init__(self, cluster: Cluster, home: Path) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PRAYA_")}
        self.variables = kept | {
            "PRAYA_HOME": str(home),
            "DATABASE_URL": f"sqlite://{home}/praya.sqlite3",
            "DJANGO_SETTINGS_MODULE": "praya.config.settings",
            "SLURM_CONF": cluster.environment["SLURM_CONF"],
        }

    def run(self, verb: str, *numbers: int) -> dict[str, Any]:
        """Do something in one process; what it answers."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.slurm_work", verb, *map(str, numbers)],
            env=self.variables,
            cwd=CHECKOUT,
            text=True,
            stdout=subprocess.PIPE,
            check=True,
        )
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        say(f"  {verb}: {answer}")
        return answer
