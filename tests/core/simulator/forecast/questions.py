"""Small questions whose answers can be told by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Award, Cluster, Order, Partition, Policy
from praya.core.simulator.forecast.question import (
    DAY_S,
    Demand,
    Device,
    Kinds,
    Question,
    RunTimes,
    Standing,
)

HOUR_S = 3_600
ONE_CARD = Kinds(nodes=(1,), cards=(1,), run_s=(HOUR_S,), limit_s=(2 * HOUR_S,))


def quiet(**changes):
    """Two nodes of four cards, two awards, ten days, and nothing to do."""
    question = Question(
        zero_on=date(2027, 3, 1),
        now_s=0,
        until_s=10 * DAY_S,
        cluster=Cluster(
            (Partition("p", "H800", nodes=2, cards=4),),
            (Award("a", card_seconds=100 * HOUR_S), Award("b", cards_max=4)),
        ),
        policy=Policy(Order.SUBMIT, Backfill.EASY),
        devices=(Device("H800", 100, watts_busy=1000, watts_idle=100),),
        run_times=(RunTimes("", (500,)),),
        standings=(Standing("a", "university"), Standing("b", "start-up")),
    )
    return replace(question, **changes)


def busy(**changes):
    """The same with work for about half of the machine."""
    kinds = Kinds((1, 1, 2), (1, 3, 4), (HOUR_S, 9000, 20_000), (2 * HOUR_S, 10_000, 30_000))
    demands = (
        Demand("a", "H800", 300 * HOUR_S, 0, 10 * DAY_S, kinds, session_jobs=(1, 4)),
        Demand("b", "p", 700 * HOUR_S, 0, 10 * DAY_S, kinds, rhythm=(1.0, 3.0) * 84),
    )
    return quiet(**({"demands": demands} | changes))
