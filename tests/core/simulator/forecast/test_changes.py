"""What-if changes: what each does, what each refuses, and how each is written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.core.simulator.forecast.questions import HOUR_S, ONE_CARD, busy, quiet

from praya.core.refusal import Refusal
from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.model import (
    Award,
    Cluster,
    Lease,
    Order,
    Partition,
    Quality,
    Window,
)
from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.answer import Interval
from praya.core.simulator.forecast.asking import ask
from praya.core.simulator.forecast.change_reading import read_change
from praya.core.simulator.forecast.changes import (
    KINDS,
    AddAward,
    BuyCards,
    ChangeLimit,
    CloseNodes,
    DropAward,
    MoveAward,
    SetBackfill,
    SetOrder,
    SetWeight,
    changed,
)
from praya.core.simulator.forecast.plain import from_plain, to_plain
from praya.core.simulator.forecast.question import (
    DAY_S,
    Demand,
    ForecastQuestion,
    RunningJob,
    WaitingJob,
)
from praya.core.simulator.forecast.refusals import (
    LeaseOfAnother,
    NodeTooSmall,
    ValueOutside,
    WeightIdle,
)
from praya.core.simulator.forecast.workload import workload

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("buy 8 H800 from 2027-03-03", BuyCards("H800", 8, 2 * DAY_S)),
        ("drop a", DropAward("a")),
        ("move 'a' to 2027-03-02", MoveAward("a", DAY_S)),
        ("limit b to 2", ChangeLimit("b", 2)),
        ("limit b to none", ChangeLimit("b", None)),
        (
            "close p nodes 0-1 from 2027-03-02 until 2027-03-09",
            CloseNodes("p", 0, 2, DAY_S, 8 * DAY_S),
        ),
        ("weight age to 5", SetWeight("age", 5)),
        ("backfill none", SetBackfill(Backfill.NONE)),
        ("order shortest", SetOrder(Order.SHORTEST)),
    ],
)
def test_a_change_is_read_and_is_plain_json(text, change):
    assert read_change(text, busy()) == change
    kind = next(kind for kind in KINDS.values() if isinstance(change, kind))
    assert from_plain(kind, json.loads(json.dumps(to_plain(change)))) == change


def test_an_award_like_another_asks_for_as_much_later():
    question = changed(busy(), [read_change("add c like a from 2027-03-04", busy())])

    assert question.cluster.awards[-1] == Award("c", card_seconds=360_000, begins_at=3 * DAY_S)
    [ours] = [one for one in question.demands if one.award == "c"]
    assert (ours.begins_s, ours.ends_s) == (3 * DAY_S, 13 * DAY_S)
    assert question.standings[-1].organisation_kind == "university"


def leased(**changes):
    """At second 100: award a leases five cards; one job runs on its second node, one waits there.

    Award b is in force, and its second half begins later; both are of the group g.
    """
    question = quiet(
        now_s=100,
        running=(RunningJob("r", "a", "l", (1,), 1, 40, 4_000),),
        waiting=(WaitingJob("w", "a", "l", 4, 60, HOUR_S),),
        demands=(Demand("b", "p", 9_000, 100, 5 * DAY_S, ONE_CARD),),
        **changes,
    )
    awards = (
        Award("a"),
        Award("b", 4, begins_at=0, ends_at=5 * DAY_S, under=("g",)),
        Award("c", 4, begins_at=5 * DAY_S, ends_at=12 * DAY_S, under=("g",)),
    )
    lease = Lease("l", "a", "p", 5, 0, 6 * DAY_S)
    return replace(question, cluster=replace(question.cluster, awards=awards, leases=(lease,)))


def test_a_dropped_lease_goes_but_for_what_its_jobs_hold_until_they_must_end():
    found = DropAward("a").applied(leased())

    rest = "l (jobs run out)"
    assert found.cluster.leases == (Lease(rest, "a", "p", 4, 0, 4_040),)
    assert [(one.pool, one.on) for one in found.running] == [(rest, (0,))]
    assert (found.waiting, found.standings[0].award) == ((), "a")
    assert [row.award for row in ask(ForecastQuestion(found, seeds=(1,))).base.awards] == [
        "a",
        "b",
        "c",
    ]


def test_a_moved_lease_stands_as_long_later_and_its_running_job_ends():
    found = MoveAward("a", DAY_S).applied(leased())

    moved = Lease("l", "a", "p", 5, DAY_S, 6 * DAY_S + DAY_S - 100)
    assert found.cluster.leases == (Lease("l (jobs run out)", "a", "p", 4, 0, 4_040), moved)
    [row] = ask(ForecastQuestion(found, seeds=(1, 2))).base.queue
    assert row.start_s == Interval(DAY_S, DAY_S, DAY_S)


def test_an_award_like_a_moved_one_does_not_lease_what_jobs_still_hold():
    moved = MoveAward("a", DAY_S).applied(leased())

    found = read_change("add d like a from 2027-03-09", moved)

    assert [one.name for one in found.leases] == ["d l"]


def test_an_award_like_another_asks_for_leases_of_its_own_wherever_the_other_does():
    demands = (Demand("a", "p", 9_000, 100, DAY_S, ONE_CARD, instead=("l", "H800")),)
    question = replace(leased(), demands=demands)

    found = changed(question, [read_change("add d like a from 2027-03-09", question)])

    assert found.demands[-1].instead == ("d l", "H800")
    assert ask(ForecastQuestion(found, seeds=(1,))).base.seeds == (1,)
    with pytest.raises(LeaseOfAnother):
        AddAward(Award("e"), (replace(demands[0], award="e"),)).applied(question)


def test_a_group_moves_with_its_distances_and_what_is_left_of_its_first_award():
    found = MoveAward("g", 2 * DAY_S).applied(leased())

    times = [(one.begins_at, one.ends_at) for one in found.cluster.awards[1:]]
    by = 2 * DAY_S - 100
    assert times == [(2 * DAY_S, 5 * DAY_S + by), (5 * DAY_S + by, 12 * DAY_S + by)]
    [demand] = found.demands
    assert (demand.begins_s, demand.ends_s) == (2 * DAY_S, 5 * DAY_S + by)


def test_an_award_moved_earlier_asks_for_more_of_it_within_the_forecast():
    demand = Demand("a", "p", 1_000 * HOUR_S, 8 * DAY_S, 18 * DAY_S, ONE_CARD, spread_percent=0)
    question = quiet(demands=(demand,))
    award = replace(question.cluster.awards[0], begins_at=8 * DAY_S, ends_at=18 * DAY_S)
    cluster = replace(question.cluster, awards=(award, question.cluster.awards[1]))
    question = replace(question, cluster=cluster)

    asked = [
        int(workload(one, 1).asked[0]) // HOUR_S
        for one in (question, MoveAward("a", 5 * DAY_S).applied(question))
    ]

    assert asked == [pytest.approx(200, abs=2), pytest.approx(500, abs=2)]


@pytest.mark.parametrize("change", [DropAward("x"), MoveAward("x", 20), ChangeLimit("x", 0)])
def test_leases_that_fit_still_fit_when_another_goes(change):
    times = {"x": (0, 4), "y": (14, 16), "a": (2, 6), "b": (10, 16), "c": (5, 12)}
    cluster = Cluster(
        (Partition("p", "H800", nodes=2, cards=1),),
        tuple(Award(name) for name in times),
        leases=tuple(Lease(f"l{name}", name, "p", 1, *span) for name, span in times.items()),
    )
    question = quiet(cluster=cluster)

    found = change.applied(question)

    for one in (question, found):
        pool_nodes(one.cluster)  # each lease has all of its cards


def test_a_lease_is_as_large_as_its_limit_and_never_smaller_than_its_jobs():
    sizes = {
        cards: [one.cards for one in ChangeLimit("a", cards).applied(leased()).cluster.leases]
        for cards in (0, 2, 8)
    }

    assert sizes == {0: [4], 2: [4], 8: [8]}
    with pytest.raises(Refusal):
        ChangeLimit("a", 9).applied(leased())


def test_bought_cards_come_before_the_first_node_and_move_what_is_counted_from_there():
    running = RunningJob("r", "b", "p", (1,), 4, 0, 60)
    question = quiet(running=(running,))
    window = Window("p", 1, 1, DAY_S, 2 * DAY_S)
    question = replace(question, cluster=replace(question.cluster, windows=(window,)))

    found = BuyCards("H800", 12, 2 * DAY_S).applied(question)

    assert found.cluster.partitions[0].nodes == 5
    assert found.cluster.windows == (
        Window("p", 4, 1, DAY_S, 2 * DAY_S),
        Window("p", 0, 3, ALWAYS, 2 * DAY_S),
    )
    assert found.running[0].on == (4,)


@pytest.mark.parametrize(
    ("change", "code", "facts"),
    [
        (BuyCards("H900", 8, 0), "unknown_name", {"given": "H900", "suggestion": "H800"}),
        (BuyCards("H800", 9, 0), "not_whole_nodes", {"given": 9, "cards_per_node": 4}),
        (BuyCards("H800", 0, 0), "value_outside", {"field": "cards", "given": 0}),
        (BuyCards("H800", 8, 11 * DAY_S), "outside", {"field": "at_s"}),
        (DropAward("x"), "unknown_name", {"field": "award", "known": ("a", "b")}),
        (MoveAward("a", -1), "outside", {"field": "begins_s"}),
        (ChangeLimit("a", -1), "value_outside", {"field": "cards_max", "least": 0}),
        (CloseNodes("q", 0, 1, 0, 9), "unknown_name", {"field": "partition"}),
        (CloseNodes("p", 1, 2, 0, 9), "no_such_nodes", {"given": 3, "nodes": 2}),
        (CloseNodes("p", 0, 1, 9, 9), "outside", {"field": "ends_s"}),
        (SetWeight("agee", 1), "unknown_name", {"suggestion": "age"}),
        (SetWeight("age", -1), "value_outside", {"field": "value"}),
        (SetWeight("quality", 1), "weight_idle", {"weight": "quality"}),
        (AddAward(Award("a"), ()), "name_taken", {"given": "a"}),
        (
            AddAward(Award("c"), (replace(busy().demands[0], at="H900"),)),
            "unknown_name",
            {"field": "at", "known": ("p", "H800")},
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(change, code, facts):
    running = RunningJob("r", "b", "p", (0,), 4, 0, 60)

    with pytest.raises(Refusal) as refused:
        changed(quiet(running=(running,)), [change])

    assert refused.value.code == f"forecast.{code}"
    assert {name: getattr(refused.value, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", 1),
        ("sell 8 H800", 1),
        ("buy eight H800 from 2027-03-03", 2),
        ("buy 8 H800 at 2027-03-03", 4),
        ("buy 8 H800 from 2027-02-30", 5),
        ("buy 8 H800 from 2027-03-03 please", 6),
        ("buy 8", 3),
        ("close p nodes x-2 from 2027-03-03 until 2027-03-04", 4),
        ("backfill often", 2),
        (f"buy {'9' * 5_000} H800 from 2027-03-09", 2),
        (f"close p nodes 0-{'9' * 5_000} from 2027-03-09 until 2027-03-10", 4),
    ],
)
def test_words_that_are_no_change_are_told_by_their_place(text, place):
    with pytest.raises(Refusal) as refused:
        changed(quiet(), [read_change(text, quiet())])

    assert (refused.value.code, refused.value.place) == ("forecast.change_unreadable", place)


def test_a_job_that_waits_goes_with_a_lease_whose_parts_of_nodes_no_longer_hold_it():
    lease = Lease("l", "a", "p", 8, 0, 10 * DAY_S)
    waiting = WaitingJob("w", "a", "l", 3, submit_s=-60, limit_s=HOUR_S, nodes=2)
    question = quiet(waiting=(waiting, replace(waiting, name="v", cards=2)))
    question = replace(question, cluster=replace(question.cluster, leases=(lease,)))

    # Seven cards are four and three, six are four and two.
    assert changed(question, [ChangeLimit("a", 7)]).waiting == question.waiting
    assert changed(question, [ChangeLimit("a", 6)]).waiting == question.waiting[1:]


def test_a_change_that_leaves_a_waiting_job_no_place_is_refused():
    # Three and three cards of two nodes, until the lease that stood before moves away.
    leases = (Lease("k", "b", "p", 1, 0, 10 * DAY_S), Lease("l", "a", "p", 6, 1, 10 * DAY_S))
    waiting = WaitingJob("w", "a", "l", 3, submit_s=-60, limit_s=HOUR_S, nodes=2)
    question = quiet(waiting=(waiting,))
    question = replace(question, cluster=replace(question.cluster, leases=leases))
    other = changed(question, [DropAward("b")])

    with pytest.raises(ValueOutside) as refused:
        ask(ForecastQuestion(question, other, seeds=(1,)))
    assert refused.value.facts == {"field": "nodes", "given": 2, "least": 1, "most": 1}


@pytest.mark.parametrize(
    ("on", "cards", "most"), [((1,), 3, 2), ((1, 0), 3, 2)], ids=["one node", "both"]
)
def test_a_change_that_leaves_a_running_job_no_room_is_refused_by_its_name(on, cards, most):
    # Three and three cards of two nodes, until the lease that stood before goes: four and two.
    leases = (Lease("k", "b", "p", 1, -1, 10 * DAY_S), Lease("l", "a", "p", 6, 0, 10 * DAY_S))
    running = (RunningJob("r", "a", "l", on, cards, -60, HOUR_S),)
    question = quiet(running=running)
    question = replace(question, cluster=replace(question.cluster, leases=leases))

    assert ask(ForecastQuestion(question, seeds=(1,))).base.seeds == (1,)
    with pytest.raises(NodeTooSmall) as refused:
        ask(ForecastQuestion(question, changed(question, [DropAward("b")]), seeds=(1,)))

    assert refused.value.facts == {"job": "r", "pool": "l", "cards": cards, "most": most}


def test_a_change_that_leaves_a_running_job_fewer_nodes_is_refused_by_its_name():
    leases = (Lease("k", "b", "p", 2, -1, 10 * DAY_S), Lease("l", "a", "p", 4, 0, 10 * DAY_S))
    running = (RunningJob("r", "a", "l", (0, 1), 1, -60, HOUR_S),)
    question = quiet(running=running)
    question = replace(question, cluster=replace(question.cluster, leases=leases))

    with pytest.raises(NodeTooSmall) as refused:
        ask(ForecastQuestion(question, changed(question, [DropAward("b")]), seeds=(1,)))

    assert refused.value.facts == {"job": "r", "pool": "l", "cards": 1, "most": 0}


QUALITIES = (Quality("normal"), Quality("urgent", 100))


@pytest.mark.parametrize("where", ["running", "waiting", "demands"])
def test_a_weight_of_the_quality_of_service_counts_where_jobs_differ_in_it(where):
    urgent = {
        "running": (RunningJob("r", "b", "p", (0,), 4, 0, 60, quality="urgent"),),
        "waiting": (WaitingJob("w", "b", "p", 4, 0, 60, quality="urgent"),),
        "demands": (Demand("b", "p", 9_000, 0, DAY_S, replace(ONE_CARD, quality=("urgent",))),),
    }
    plain = WaitingJob("v", "a", "p", 4, 0, 60)
    alike = quiet(waiting=(plain,))
    alike = replace(alike, cluster=replace(alike.cluster, qualities=QUALITIES))
    question = replace(alike, **{where: (*getattr(alike, where), *urgent[where])})

    found = SetWeight("quality", 9).applied(question)

    assert (found.policy.weights.quality, found.policy.order) == (9, Order.PRIORITY)
    with pytest.raises(WeightIdle):
        SetWeight("quality", 9).applied(alike)
