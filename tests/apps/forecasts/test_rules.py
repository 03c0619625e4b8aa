"""What-if changes, scores and sizes on paper."""

from __future__ import annotations

from datetime import date

import pytest

from praya.apps.forecasts.rules import (
    ChangeUnfit,
    Said,
    Score,
    SizeOutside,
    WhatIf,
    WhatIfKind,
    apart,
    changed_by,
    check_size,
    invented_kinds,
    quantile_loss,
    score,
    told_kinds,
    what_if_from,
    whole,
)
from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Award, Cluster, Lease, Partition, Policy, Window
from praya.core.simulator.forecast.question import Demand, JobsLike, Kinds, Question
from praya.core.simulator.forecast.refusals import NotWholeNodes, UnknownName, ValueOutside

DAY = 86_400
ZERO = date(2026, 3, 1)


def question(**changed) -> Question:
    cluster = Cluster(
        partitions=(Partition("quay/h800", "h800", 8, 1),),
        awards=(
            Award("A-1.1", 8, 3600, 0, 90 * DAY, under=("A-1",)),
            Award("A-1.2", 4, 3600, 0, 90 * DAY, under=("A-1",)),
        ),
        leases=(Lease("A-1.3", "A-1.1", "quay/h800", 2, 0, 90 * DAY),),
    )
    facts = {
        "zero_on": ZERO,
        "now_s": DAY,
        "until_s": 60 * DAY,
        "cluster": cluster,
        "policy": Policy(),
        "devices": (),
    }
    return Question(**{**facts, **changed})


CHANGES = [
    WhatIf(
        WhatIfKind.ADD_AWARD,
        device_model="h800",
        cards=4,
        card_hours=100,
        first_on=date(2026, 3, 10),
        last_on=date(2026, 4, 9),
    ),
    WhatIf(WhatIfKind.MOVE_AWARD, award="A-1", first_on=date(2026, 3, 20)),
    WhatIf(WhatIfKind.CHANGE_LIMIT, award="A-1.2", cards=2),
    WhatIf(WhatIfKind.BUY_CARDS, device_model="h800", cards=3, first_on=date(2026, 3, 5)),
    WhatIf(
        WhatIfKind.CLOSE_CARDS,
        partition="quay/h800",
        cards=2,
        first_on=date(2026, 3, 8),
        last_on=date(2026, 3, 14),
    ),
    WhatIf(
        WhatIfKind.ADD_LEASE,
        device_model="h800",
        cards=3,
        first_on=date(2026, 3, 20),
        last_on=date(2026, 4, 30),
    ),
    WhatIf(WhatIfKind.SET_WEIGHT, choice="fair_share", value=1000),
    WhatIf(WhatIfKind.SET_BACKFILL, choice="none"),
    WhatIf(WhatIfKind.SET_ORDER, choice="priority"),
]


def test_every_change_is_kept_as_it_was_asked():
    assert [what_if_from(one.as_json()) for one in CHANGES] == CHANGES


def test_changes_are_made_one_after_the_other():
    found = changed_by(question(), CHANGES)

    awards = {one.name: one for one in found.cluster.awards}
    assert awards["A-1.1"].begins_at == awards["A-1.2"].begins_at == 19 * DAY
    assert [(one.name, one.cards, one.begins_at, one.ends_at) for one in found.cluster.leases] == [
        ("A-1.3", 2, 19 * DAY, 108 * DAY),
        ("new-6", 3, 19 * DAY, 61 * DAY),
    ]
    [lent] = [one for one in found.demands if one.at == "new-6"]
    assert (lent.award, lent.begins_s, lent.ends_s) == ("new-6", 19 * DAY, 61 * DAY)
    assert max(lent.kinds.nodes) == 3
    assert awards["A-1.2"].cards_max == 2
    assert awards["new-1"].card_seconds == 100 * 3600
    assert found.cluster.partitions[0].nodes == 11
    # Of 11 cards the last two are not leased before the 20th: they are closed for a week.
    assert Window("quay/h800", 9, 2, 7 * DAY, 14 * DAY) in found.cluster.windows
    assert found.policy.weights.fair_share == 1000
    assert found.policy.backfill is Backfill.NONE


def lease_of(cards: int, model: str = "h800") -> WhatIf:
    days = {"first_on": date(2026, 3, 20), "last_on": date(2026, 4, 30)}
    return WhatIf(WhatIfKind.ADD_LEASE, device_model=model, cards=cards, **days)


def test_a_lease_added_is_as_busy_as_others_and_finds_room_or_is_refused():
    leased = question().cluster.leases[0]
    left_s = leased.cards * (leased.ends_at - DAY)
    asked = Demand("A-1.1", leased.name, left_s // 4, DAY, leased.ends_at, invented_kinds(2, 10**6))

    found = changed_by(question(demands=(asked,)), [lease_of(4)])

    assert found.demands[-1].card_seconds == 4 * 42 * DAY // 4
    assert changed_by(question(), [lease_of(4)]).demands[-1].card_seconds == 4 * 42 * DAY
    with pytest.raises(ValueOutside) as refusal:
        changed_by(question(), [lease_of(7)])
    assert (refusal.value.given, refusal.value.most) == (7, 6)
    with pytest.raises(UnknownName):
        changed_by(question(), [lease_of(1, "h900")])
    nodes = (Partition("quay/h800", "h800", nodes=2, cards=4),)
    with pytest.raises(NotWholeNodes):
        changed_by(question(cluster=Cluster(nodes, ())), [lease_of(3)])


def test_dropping_an_award_takes_all_its_lines_and_leases():
    found = changed_by(question(), [WhatIf(WhatIfKind.DROP_AWARD, award="A-1")])

    assert (found.cluster.awards, found.cluster.leases) == ((), ())


def test_staggered_lines_keep_their_distance_when_their_award_moves():
    lines = (
        Award("A-1.1", 8, 3600, 10 * DAY, 40 * DAY, under=("A-1",)),
        Award("A-1.2", 8, 3600, 40 * DAY, 90 * DAY, under=("A-1",)),
    )
    here = question(cluster=Cluster(question().cluster.partitions, lines))

    found = changed_by(
        here, [WhatIf(WhatIfKind.MOVE_AWARD, award="A-1", first_on=date(2026, 3, 31))]
    )

    times = [(one.begins_at // DAY, one.ends_at // DAY) for one in found.cluster.awards]
    assert times == [(30, 60), (60, 110)]


def closing(cards: int) -> WhatIf:
    return WhatIf(
        WhatIfKind.CLOSE_CARDS,
        partition="quay/h800",
        cards=cards,
        first_on=date(2026, 3, 8),
        last_on=date(2026, 3, 14),
    )


def test_cards_are_closed_that_are_in_service_and_not_leased_then():
    # Of eight cards: 0 and 1 are out until April, 6 and 7 are leased by one after the other.
    out = Window("quay/h800", 0, 2, 0, 30 * DAY)
    leases = (
        Lease("A-1.3", "A-1.1", "quay/h800", 2, 0, 5 * DAY),
        Lease("A-1.4", "A-1.1", "quay/h800", 2, 5 * DAY, 90 * DAY),
    )
    cluster = Cluster(question().cluster.partitions, question().cluster.awards, (out,), leases)

    found = changed_by(question(cluster=cluster), [closing(3)])

    assert found.cluster.windows == (out, Window("quay/h800", 3, 3, 7 * DAY, 14 * DAY))
    with pytest.raises(ValueOutside) as refusal:
        changed_by(question(cluster=cluster), [closing(5)])
    assert (refusal.value.given, refusal.value.most) == (5, 4)


@pytest.mark.parametrize(
    ("what_if", "field"),
    [
        (WhatIf(WhatIfKind.DROP_AWARD), "award"),
        (WhatIf(WhatIfKind.BUY_CARDS, device_model="h800", cards=0, first_on=ZERO), "cards"),
        (WhatIf(WhatIfKind.BUY_CARDS, device_model="h800", cards=1), "first_on"),
        (WhatIf(WhatIfKind.SET_ORDER, choice="alphabet"), "choice"),
        (
            WhatIf(
                WhatIfKind.CLOSE_CARDS,
                partition="quay/h800",
                cards=1,
                first_on=date(2026, 3, 9),
                last_on=date(2026, 3, 8),
            ),
            "last_on",
        ),
        (
            WhatIf(  # days that are over
                WhatIfKind.CLOSE_CARDS,
                partition="quay/h800",
                cards=1,
                first_on=ZERO,
                last_on=ZERO,
            ),
            "last_on",
        ),
    ],
)
def test_an_unfit_change_is_named(what_if, field):
    with pytest.raises(ChangeUnfit) as refusal:
        changed_by(question(), [CHANGES[-1], what_if])

    assert (refusal.value.number, refusal.value.field) == (2, field)


def test_an_unknown_award_is_refused():
    with pytest.raises(UnknownName):
        changed_by(question(), [WhatIf(WhatIfKind.DROP_AWARD, award="A-9")])


@pytest.mark.parametrize(
    ("seeds", "days", "changes", "field"),
    [(0, 1, 0, "seeds"), (201, 1, 0, "seeds"), (1, 731, 0, "days"), (1, 1, 41, "changes")],
)
def test_what_is_too_large_is_refused(seeds, days, changes, field):
    with pytest.raises(SizeOutside) as refusal:
        check_size(seeds=seeds, days=days, changes=changes)

    assert refusal.value.field == field


def test_jobs_of_nobody_known_halve_from_all_cards():
    kinds = invented_kinds(5, 10**9)

    assert sorted(set(kinds.nodes)) == [1, 2, 5]
    assert all(limit > run for limit, run in zip(kinds.limit_s, kinds.run_s, strict=True))


def test_a_tiny_grant_still_has_a_job():
    assert invented_kinds(8, 60).run_s == (60,)


def test_the_loss_is_as_the_example_says():
    said = Said(10, 20, 40, actual=50)

    assert (said.held, said.loss) == (False, pytest.approx(28.0))
    assert quantile_loss(0.9, 40, 30) == pytest.approx(1.0)


def test_a_score_counts_what_is_known():
    rows = [Said(1, 2, 3, actual=2), Said(1, 2, None, actual=99), Said(1, 2, 3)]

    assert score(rows) == Score(number=2, held=2, loss=pytest.approx((0.1 + 0.1 + 9.8 + 48.5) / 2))
    assert score([Said(1, 2, 3)]) is None


def test_an_answer_taken_apart_is_whole_again():
    band = {"numerator": "held", "denominator": "in_service"}
    days = {"low": [0.1], "median": [0.2], "high": [0.3]}
    burn = {"burn_low": [1.0], "burn_median": [2.0], "burn_high": [3.0], "plan": [80]}
    row = {"award": "A-1.2"} | burn
    named = {"by": "size", "name": "2-4"}
    curve = {"curve_low": [1.0], "curve_median": [2.0], "curve_high": [3.0]}
    side = {"days": ["2026-03-02"], "utilisation": [band | days], "awards": [row], "jobs": 3}
    side["waits"] = [named | curve, {"by": "all", "name": "", **{key: [] for key in curve}}]
    answer = {"base": side, "variant": None, "difference": None}

    short, pieces = apart(answer, {"base": question()})

    assert short["base"] == side | {
        "days": 1,
        "utilisation": [band],
        "awards": [{"award": "A-1.2"}],
        "waits": [named, {"by": "all", "name": ""}],
    }
    assert pieces["base/curve/size/2-4"] == {"bands": [[1.0], [2.0], [3.0]]}
    policy = {"of": "", "order": "submit", "backfill": "easy", "weights": {}}
    told = {"zero_on": "2026-03-01", "policies": {"base": policy}}
    assert whole(short, pieces) == answer | told


@pytest.mark.parametrize(
    ("shape", "cards", "share_s", "kinds"),
    [
        # As told, on machines of eight cards.
        ((16, 3600), 64, 10**9, ((2,), (8,), (3600,), (5400,))),
        # On half as many cards it takes twice as long.
        ((16, 3600), 8, 10**9, ((1,), (8,), (7200,), (10_800,))),
        # Longer than a tenth of all: in parts of a tenth.
        ((8, 10**6), 8, 8 * 10**6, ((1,), (8,), (10**5,), (15 * 10**4,))),
        # So short that there would be more than can be simulated: longer.
        ((1, 1), 8, 10**9, ((1,), (1,), (50_000,), (75_000,))),
    ],
)
def test_jobs_are_drawn_as_a_team_told_them(shape, cards, share_s, kinds):
    assert told_kinds(shape, cards, share_s, 8) == Kinds(*kinds, like=JobsLike.TOLD)
