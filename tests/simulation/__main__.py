"""``python -m tests.simulation --seed 7 --operations 1000000``: three years, audited at each step.

``--store paper`` (the default) runs ``core.ledger`` with dictionaries for tables; ``--store
database`` runs the commands of ``apps.books`` on a scratch SQLite file, or in a scratch schema of
the PostgreSQL that ``DATABASE_URL`` names.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.paper import PaperBook
from tests.simulation.simulation import DisagreementError, Simulation


def main(arguments: list[str]) -> int:
    """Run one simulation and say how it went; 1 if the auditor disagrees."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="else by chance")
    parser.add_argument("--operations", type=int, default=1_000_000)
    parser.add_argument("--store", choices=("paper", "database"), default="paper")
    given = parser.parse_args(arguments)
    seed = secrets.randbelow(10**9) if given.seed is None else given.seed
    if given.store == "paper":
        return _play(Simulation(seed, given.operations, PaperBook()))
    with tempfile.TemporaryDirectory() as home:
        os.environ["DJANGO_SETTINGS_MODULE"] = "praya.config.settings_tests"
        os.environ.update({"PRAYA_TESTS_OF": "main", "PRAYA_HOME": home})
        import django

        django.setup()
        from tests.simulation.stored import StoredBook

        from praya.doctor.scratch import scratch_database

        # A look reads the whole book: a hundred of them, however long it becomes.
        look_every = max(1000, given.operations // 100)
        with scratch_database(Path(home)):
            return _play(Simulation(seed, given.operations, StoredBook(), "database", look_every))


def _play(simulation: Simulation) -> int:
    began, cpu = time.monotonic(), time.process_time()
    try:
        simulation.run()
    except DisagreementError as wrong:
        print(wrong)
        return 1
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    print(f"{simulation.replay}: nothing wrong")
    print(f"{simulation.store.entries():,} entries in {took:.0f} s ({cpu:.0f} s of one processor)")
    for counts in (simulation.asked, simulation.faults, simulation.answers):
        print("  " + ", ".join(f"{name} {count:,}" for name, count in counts.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
