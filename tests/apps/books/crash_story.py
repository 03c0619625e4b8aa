"""What happens in a book that is killed at each point of it: an entry of each kind."""

from __future__ import annotations

from tests.simulation.asking import (
    Asked,
    Charge,
    Commit,
    Fund,
    Hold,
    Reduce,
    Release,
    Return,
    Reverse,
    Settle,
)
from tests.simulation.workload import BEGINS_AT, ENDS_AT

AT = BEGINS_AT
ONE, TWO = "H-0001.1", "H-0002.1"
STORY: list[Asked] = [
    Fund("vote", AT, 100_000),
    Commit("award-1", AT, ONE, (10_000, 5_000)),
    Commit("award-2", AT, TWO, (4_000, 2_000)),
    Hold("job-1", AT, ONE, (400, 40), ENDS_AT),
    Settle("settle-1", AT, "job-1", (300, 30), 9),
    Hold("job-2", AT, ONE, (500, 50), ENDS_AT),
    Release("release-2", AT, "job-2"),
    Hold("job-3", AT, TWO, (100, 10), ENDS_AT),
    Charge("lease-1", AT, TWO, (50, 5), 1),
    Reduce("cut-1", AT, ONE, (1_000, 100)),
    Return("end-2", AT, TWO),
    Settle("settle-3", AT, "job-3", (120, 12), 3),
    Reverse("reverse-1", AT, "cut-1"),
]
