"""Benchmarks by name: ``python -m benchmarks NAME ...``; all of ``BENCHMARKS`` without one.

Each writes ``benchmarks/results/<name>.json`` and says where it is outside the recorded ranges.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.services.postgres import binaries, private_server

from benchmarks import (
    cluster,
    coverage,
    forecast,
    ledger,
    packing,
    ranges,
    reality,
    simulator,
    sites,
    slurm,
    slurm_operator,
    starting,
    statement,
    twins,
)


def pages() -> dict[str, Any]:
    """Pages on SQLite."""
    return _pages("")


def pages_postgresql() -> dict[str, Any]:
    """Pages on a private PostgreSQL, filled anew."""
    if binaries() is None:
        sites.say("PostgreSQL is not installed: pages-postgresql is left out.")
        return {}
    with private_server() as url:
        return _pages(url)


def ledger_postgresql() -> dict[str, Any]:
    """The book on a private PostgreSQL, which forgets safety for speed."""
    if binaries() is None:
        sites.say("PostgreSQL is not installed: ledger-postgresql is left out.")
        return {}
    with private_server() as url:
        return ledger.measure(url)


BENCHMARKS: dict[str, Callable[[], dict[str, Any]]] = {
    "pages": pages,
    "pages-postgresql": pages_postgresql,
    "start": starting.measure,
    "simulator": simulator.measure,
    "twins": twins.measure,
    "cluster": cluster.measure,
    "forecast": forecast.measure,
    "coverage": coverage.measure,
    "reality": reality.measure,
    "packing": packing.measure,
    "ledger": ledger.measure,
    "ledger-postgresql": ledger_postgresql,
    "growth": ledger.growth,
    "statement": statement.measure,
    "slurm": slurm.measure,
    "slurm-operator": slurm_operator.measure,
}


def main(names: list[str]) -> int:
    """Run the benchmarks named, or all."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}")
        return 2
    for name in names or BENCHMARKS:
        measured = BENCHMARKS[name]()
        if measured:
            ranges.tell(name, measured)
    return 0


def _pages(database_url: str) -> dict[str, Any]:
    """Pages of the large site; of lists also how many queries they take with hardly a row."""
    large = _measured("large", database_url)
    if not database_url:
        small = _measured("small", "")
        for name, figures in large.items():
            if figures["is_list"]:
                figures["queries_small"] = small[name]["queries"]
    return large


def _measured(scale: str, database_url: str) -> dict[str, Any]:
    variables = sites.make(scale, database_url)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        sites.run(variables, "benchmarks.pages", scale, str(out))
        return ranges.read(out)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
