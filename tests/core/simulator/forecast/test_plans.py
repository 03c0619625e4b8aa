"""The plan that the use of an award is drawn against."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.core.simulator.forecast.questions import quiet

from praya.core.simulator.cluster.model import Award, Lease
from praya.core.simulator.forecast.changes import MoveAward
from praya.core.simulator.forecast.plans import held_by_now, plan_of
from praya.core.simulator.forecast.question import DAY_S, Question, RunningJob, Standing

HOUR = 3_600
# 300 days are gone and 65 left; 400 of 1,000 card-hours are used.
GRANT = Award("b", 8, 600 * HOUR, -240 * DAY_S, 125 * DAY_S)
MONTHS = ((-240 * DAY_S, 300), (60 * DAY_S, 0), (70 * DAY_S, 100))


def site(award: Award, *, plan=(), leases=(), running=()) -> Question:
    base = quiet()
    standing = Standing("b", "", 0 if award.card_seconds is None else 400 * HOUR, plan)
    cluster = replace(base.cluster, awards=(award,), leases=leases)
    return replace(
        base,
        now_s=60 * DAY_S,
        until_s=90 * DAY_S,
        cluster=cluster,
        running=running,
        standings=(standing,),
    )


@pytest.mark.parametrize(
    ("question", "hours"),
    [
        (site(GRANT), [821, 849]),  # of 365 days 300 and 310
        (site(GRANT, plan=MONTHS), [750, 750]),  # a pause of ten days
        (site(GRANT, plan=((0, 0),)), [821, 849]),  # which plans nothing
        (site(replace(GRANT, begins_at=None)), []),
        (site(replace(GRANT, card_seconds=None)), []),
        (
            site(
                replace(GRANT, card_seconds=None),
                leases=(Lease("b", "b", "p", 2, 0, 65 * DAY_S),),
                running=(RunningJob("j", "b", "b", (0, 1), 1, 59 * DAY_S, 3 * DAY_S),),
            ),
            [2 * 24, 2 * 6 * 24],  # what a job held for a day, and five days of the lease
        ),
    ],
)
def test_a_plan_is_the_teams_own_else_even_and_of_a_lease_its_days(question, hours):
    [award] = question.cluster.awards
    found = plan_of(question, award, [60 * DAY_S, 70 * DAY_S])

    assert [one // HOUR for one in found] == hours


def test_a_plan_moves_with_its_award():
    moved = MoveAward("b", 65 * DAY_S).applied(site(GRANT, plan=MONTHS))

    [award] = moved.cluster.awards
    assert [one // HOUR for one in plan_of(moved, award, [75 * DAY_S])] == [750]


def test_what_runs_has_held_its_cards_until_now():
    runs = RunningJob("j", "b", "p", (0, 1), 4, 60 * DAY_S - HOUR, DAY_S)

    assert held_by_now(site(GRANT, running=(runs,)), "b") == 8 * HOUR
    assert held_by_now(site(GRANT, running=(runs,)), "a") == 0
