"""Runs AccaSim 1.1.3: ``python accasim_replay.py LOG.swf NODES CORES easy|fifo|sjf OUT.csv``.

Prints CPU seconds of the simulation; writes number and start of each job. Python 3.10 took away the
old names of abstract collections that this version imports; they are put back first.
"""

from __future__ import annotations

import collections
import collections.abc
import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

for name in ("Mapping", "MutableMapping", "Sequence", "Iterable", "Callable", "Hashable"):
    setattr(collections, name, getattr(collections.abc, name))

from accasim.base.allocator_class import FirstFit  # noqa: E402 -- the names come first
from accasim.base.scheduler_class import (  # noqa: E402 -- the names come first
    EASYBackfilling,
    FirstInFirstOut,
    ShortestJobFirst,
)
from accasim.base.simulator_class import Simulator  # noqa: E402 -- the names come first

POLICIES = {"easy": EASYBackfilling, "fifo": FirstInFirstOut, "sjf": ShortestJobFirst}


def main(log: str, nodes: str, cores: str, policy: str, out: str) -> None:
    """Simulate and write."""
    with tempfile.TemporaryDirectory() as folder:
        system = Path(folder) / "system.json"
        system.write_text(
            json.dumps(
                {
                    "system_name": "flat pool",
                    "start_time": 0,
                    "equivalence": {"processor": {"core": 1}},
                    "groups": {"all": {"core": int(cores), "mem": 10**9}},
                    "resources": {"all": int(nodes)},
                }
            )
        )
        simulator = Simulator(
            log,
            str(system),
            POLICIES[policy](FirstFit()),
            RESULTS_FOLDER_PATH=folder,
            statistics_output=False,
            show_statistics=False,
        )
        began = time.process_time()
        written = simulator.start_simulation()
        took = time.process_time() - began
        schedule = Path(written["sched-"]).read_text()
    with Path(out).open("w") as file:
        for line in schedule.splitlines():
            number = line.partition(";")[0]
            # ... allocation __ start; end; ...
            started = line.split("__")[-1].partition(";")[0]
            file.write(f"{number},{_seconds(started)}\n")
    print(took)


def _seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=UTC).timestamp())


if __name__ == "__main__":
    main(*sys.argv[1:])
