"""What-if changes: what each does, what each refuses, and how each is written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from tests.core.simulator.forecast.questions import busy, quiet

from praya.core.refusal import Refusal
from praya.core.scheduling.pool import Backfill
from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.model import Award, Order, Window
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
from praya.core.simulator.forecast.question import DAY_S, RunningJob

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
        (DropAward("b"), "still_needed", {"award": "b", "by": "running"}),
        (MoveAward("a", -1), "outside", {"field": "begins_s"}),
        (ChangeLimit("a", -1), "value_outside", {"field": "cards_max", "least": 0}),
        (CloseNodes("q", 0, 1, 0, 9), "unknown_name", {"field": "partition"}),
        (CloseNodes("p", 1, 2, 0, 9), "no_such_nodes", {"given": 3, "nodes": 2}),
        (CloseNodes("p", 0, 1, 9, 9), "outside", {"field": "ends_s"}),
        (SetWeight("agee", 1), "unknown_name", {"suggestion": "age"}),
        (SetWeight("age", -1), "value_outside", {"field": "value"}),
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
    ],
)
def test_words_that_are_no_change_are_told_by_their_place(text, place):
    with pytest.raises(Refusal) as refused:
        changed(quiet(), [read_change(text, quiet())])

    assert (refused.value.code, refused.value.place) == ("forecast.change_unreadable", place)
