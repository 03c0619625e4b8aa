"""A known answer: one virtual cluster of Philly in October and November 2017."""

from __future__ import annotations

import csv
from datetime import UTC, datetime

import pytest
from tests.core.simulator.shared_data import shared_file

from praya.core.scheduling.placement import Rule
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.jobs import jobs_of
from praya.core.simulator.cluster.model import Award, Cluster, Partition, Policy
from praya.core.simulator.cluster.report import report
from praya.core.simulator.cluster.simulate import simulate

pytestmark = [pytest.mark.once, pytest.mark.slow]
# The two months as they are counted on the east coast of America; the trace is in UTC.
FIRST, LAST = "2017-10-01 04:00:00", "2017-12-01 05:00:00"


def test_philly_6c71a0_first_come_first_served_on_eight_nodes():
    with shared_file("philly_jobs.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["cluster"] == "6c71a0"]
    rows = [row for row in rows if FIRST <= row["timestamp"] < LAST]
    assert len(rows) == 9390
    cards = [int(row["num_gpus"]) for row in rows]
    seconds = [int(float(row["duration"])) for row in rows]
    at = [datetime.fromisoformat(row["timestamp"]).replace(tzinfo=UTC) for row in rows]
    jobs, _ = jobs_of(
        submit=[int(one.timestamp()) for one in at],
        pool=0,
        nodes=[-(-one // 8) for one in cards],
        cards=[min(one, 8) for one in cards],
        run=seconds,
        limit=seconds,
    )
    cluster = Cluster((Partition("6c71a0", "", nodes=8, cards=8),), (Award("all"),))
    policy = Policy(backfill=Backfill.NONE, placement=Rule.BEST_FIT)
    found = report(cluster, jobs, simulate(cluster, jobs, policy))
    assert round(found["waits"]["mean_s"], 2) == 452_476.85
    assert found["waits"]["max_s"] == 828_328
    assert round(found["utilisation"], 4) == 0.5860
