"""What happens in a book that is killed at each point of it: an entry of each kind."""

from __future__ import annotations

from datetime import timedelta

from tests.simulation.asking import (
    Adjust,
    Asked,
    Batch,
    Charge,
    Claim,
    Close,
    Commit,
    Credit,
    Exchange,
    FreeUse,
    Fund,
    Hold,
    Invoice,
    Lapse,
    Pay,
    Recover,
    Reduce,
    Reimburse,
    Release,
    Repay,
    Return,
    Reverse,
    SetOff,
    Settle,
    Transfer,
    Uncharge,
    Unpay,
    WriteOff,
)
from tests.simulation.workload import BEGINS_AT, ENDS_AT

AT = BEGINS_AT
AWARD, ONE, TWO, OTHER = "H-0001", "H-0001.1", "H-0002.1", "H-0001.50"
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
    Uncharge("uncharge-1", AT, "lease-1", TWO, (20, 2), 0),
    FreeUse("free-use", AT, TWO, 30),
    Hold("job-4", AT, ONE, (60, 6), ENDS_AT),
    Batch(
        "batch",
        AT,
        (Settle("settle-4", AT, "job-4", (70, 7), 2), Charge("lease-2", AT, TWO, (8, 1), 1)),
    ),
    Reduce("cut-1", AT, ONE, (1_000, 100)),
    Transfer("transfer", AT, ONE, TWO, (200, 20)),
    Exchange("exchange", AT, ONE, OTHER, (300, 30), 450),
    Adjust("adjust", AT, ("used", ONE), ("free", ONE), is_money=False, number=5),
    Recover("recover", AT, AWARD, 500),
    Repay("repay", AT, AWARD, 200),
    WriteOff("give-up", AT, AWARD, 100),
    SetOff("set-off", AT, TWO, (40, 15), AWARD),
    Lapse("lapse", AT, 1_000),
    Invoice("invoice:1", AT, AWARD, 11),
    Pay("pay", AT, "1", 8),
    Unpay("unpay", AT, "1", 2),
    Credit("credit:1", AT, "1", 3),
    Claim("claim:1", AT, AWARD, 40),
    Reimburse("reimburse:1", AT, AWARD, 40),
    Return("end-2", AT, TWO),
    Settle("settle-3", AT, "job-3", (120, 12), 3),
    Reverse("reverse-1", AT, "cut-1"),
    Close("close", AT, (AT - timedelta(days=1)).date()),
]
# A batch has an entry for each line, a close none.
ENTRIES = len(STORY)
