"""The picture of who runs where."""

from __future__ import annotations

import pytest
from tests.core.simulator.forecast.questions import quiet

from praya.core.simulator.forecast.question import WaitingJob
from praya.worker.forecast_schedule import schedule_of

pytestmark = pytest.mark.once


def test_jobs_on_one_machine_lie_side_by_side_on_its_cards():
    shapes = [(1, 1), (1, 2), (2, 1), (1, 4)]  # machines, cards of each
    waiting = tuple(
        WaitingJob(str(number), "b", "p", each, 0, 7_200, nodes)
        for number, (nodes, each) in enumerate(shapes)
    )

    found = schedule_of(quiet(waiting=waiting, run_times=()), 1)

    assert found["pools"] == [["p", 8]]
    zero = found["begins"]
    # One card; two; one on each machine. The last takes the first machine that is whole again.
    now = [row[2:4] for row in found["rows"] if row[4] == zero]
    assert now == [[0, 0], [1, 2]]
    rows = sorted(found["rows"], key=lambda row: row[4])
    for one in rows:
        for other in rows:
            meet = one[2] <= other[3] and other[2] <= one[3]
            assert one is other or not meet or one[5] <= other[4] or other[5] <= one[4]
    assert sum(last - first + 1 for _, _, first, last, *_ in rows) == 1 + 2 + 2 + 4
