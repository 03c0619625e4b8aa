"""What is to be done to bring a Slurm from what it has to what is wanted."""

from dataclasses import replace

import pytest

from praya.core.execution.discovery import UNTYPED
from praya.core.execution.limits import (
    ALL_MODELS,
    Account,
    Difference,
    Gate,
    Member,
    Observed,
    Obstacle,
    ObstacleKind,
    Standing,
    Step,
    StepKind,
    Wanted,
)
from praya.engines.slurm.planning import plan

NOW = 1_800_000_000
TYPES = {"h800": "h", "ascend": "a"}
WANTED = Wanted(
    account="aw-7",
    programme="prog",
    members=frozenset({"ann", "bob"}),
    left_s={"h800": 450_000},
    charged_s={"h800": 150_000},
    cards_at_once=8,
)
HELD = Account(
    name="aw-7",
    parent="prog",
    members={"ann": Member(), "bob": Member()},
    limit_s={ALL_MODELS: 600_000, "h800": 600_000, "ascend": 0},
    counted_s={ALL_MODELS: 151_200, "h800": 151_200},
    cards_at_once=8,
)
PROGRAMME = Account(name="prog", parent="root")


def observed(*accounts, others=("root",), programme=PROGRAMME):
    return Observed(
        accounts={account.name: account for account in (programme, *accounts)},
        others=frozenset(others),
        qualities=frozenset({"normal", "urgent"}),
        granule_s=60,
        read_at=NOW,
    )


def difference(wanted=WANTED, has=HELD, **facts):
    return plan([wanted], observed(*([has] if has else []), **facts), types=TYPES, now=NOW)


def steps(wanted=WANTED, has=HELD):
    found = difference(wanted, has)
    assert found.obstacles == ()
    return [(step.kind.value, step.device_model or step.member, step.after) for step in found.steps]


def test_what_is_as_wanted_is_left_alone():
    assert difference() == Difference()


def test_cards_without_a_type_are_bound_by_the_limit_on_all_together():
    has = replace(HELD, limit_s={}, counted_s={ALL_MODELS: 151_200, "h800": 151_200})
    plain = plan([WANTED], observed(has), types={"h800": UNTYPED}, now=NOW)

    [step] = plain.steps
    assert (step.kind, step.device_model, step.after) == (StepKind.SET_LIMIT, ALL_MODELS, 600_000)
    assert plain.obstacles == ()
    bound = replace(WANTED, cards_by_model={"h800": 8})
    assert plan([bound], observed(has), types={"h800": UNTYPED}, now=NOW) == plain


def test_a_new_award_is_made_with_its_limits_before_anybody_may_use_it():
    found = plan([WANTED], replace(observed(), accounts={}), types=TYPES, now=NOW)

    assert [step.kind.value for step in found.steps] == [
        "add-programme",
        "add-account",
        "set-limit",
        "set-limit",
        "set-limit",
        "set-cards",
        "add-member",
        "add-member",
    ]


@pytest.mark.parametrize(
    ("left_s", "charged_s", "lost_s", "counted_s", "limit_s"),
    [
        (600, 0, 0, 0, 600),
        (659, 0, 0, 0, 600),  # never above, so down to the minute
        (450_000, 150_000, 0, 151_200, 600_000),  # what runs comes out of what is left
        (448_800, 151_200, 0, 151_200, 600_000),  # charged: the limit has not moved
        (450_000, 150_000, 0, 149_940, 600_000),  # the counter shows whole minutes only
        (450_000, 150_000, 0, 1_200, 0),  # lost, and nobody knows how much of it
        (450_000, 150_000, 150_000, 1_200, 450_000),  # known, and counted since
        (430_000, 170_000, 150_000, 20_000, 450_000),  # charged: the limit has not moved
        (450_000, 170_000, 150_000, 1_200, 0),  # lost once more
        (600, 10_000, 12_000, 0, 0),  # what runs was counted and lost, and is more than is left
        (0, 150_000, 0, 150_000, 150_000),
        (0, 0, 0, 0, 0),
    ],
)
def test_the_limit_is_what_is_left_beyond_what_the_counter_shows(
    left_s, charged_s, lost_s, counted_s, limit_s
):
    wanted = replace(
        WANTED,
        left_s={"h800": left_s},
        charged_s={"h800": charged_s},
        lost_s={ALL_MODELS: lost_s, "h800": lost_s},
    )
    counted = {ALL_MODELS: counted_s, "h800": counted_s}
    has = replace(HELD, limit_s={}, counted_s=counted)

    assert steps(wanted, has) == [
        ("set-limit", "", limit_s),
        ("set-limit", "h800", limit_s),
        ("set-limit", "ascend", 0),
    ]


@pytest.mark.parametrize(
    ("wanted", "has", "expected"),
    [
        ({"cards_at_once": None}, {}, [("set-cards", "", None)]),
        ({"cards_at_once": 4}, {}, [("set-cards", "", 4)]),
        ({"cards_by_model": {"h800": 8}}, {}, [("set-cards", "h800", 8)]),
        ({}, {"cards_by_model": {"h800": 8}}, [("set-cards", "h800", None)]),
        ({"programme": "prog"}, {"parent": "root"}, [("move-account", "", "prog")]),
        ({"quality": "urgent"}, {"quality": "normal"}, [("set-quality", "", "urgent")]),
        ({"standing": Standing.SUSPENDED}, {}, [("close", "", None)]),
        ({"standing": Standing.SUSPENDED}, {"gate": Gate.CLOSED}, []),
        ({"standing": Standing.SUSPENDED}, {"gate": Gate.MIXED}, [("close", "", None)]),
        ({}, {"gate": Gate.CLOSED}, [("open", "", None)]),
        ({}, {"gate": Gate.MIXED}, [("open", "", None)]),
        (
            {"standing": Standing.ENDED},
            {"members": {"ann": Member(running=2), "bob": Member(waiting=1)}},
            [("close", "", None), ("cancel-all", "", None)],
        ),
        ({"members": frozenset({"ann"})}, {}, [("remove-member", "bob", None)]),
        (
            {"members": frozenset({"ann"})},
            {"members": {"ann": Member(), "bob": Member(running=1, waiting=2)}},
            [("block-member", "bob", None), ("cancel-waiting", "bob", None)],
        ),
        (
            {"members": frozenset({"ann"})},
            {"members": {"ann": Member(), "bob": Member(is_blocked=True, running=1)}},
            [],
        ),
        (
            {},
            {"members": {"ann": Member(is_blocked=True), "bob": Member(is_stopped=True)}},
            [("unblock-member", "ann", None), ("unblock-member", "bob", None)],
        ),
        (
            {"quality": "urgent"},
            {
                "quality": "urgent",
                "members": {
                    "ann": Member(quality="normal,urgent"),
                    "bob": Member(quality="urgent"),
                },
            },
            [("set-quality", "ann", "urgent")],
        ),
        ({}, {"members": {"ann": Member(quality="normal"), "bob": Member()}}, []),
    ],
)
def test_each_difference_is_one_step(wanted, has, expected):
    assert steps(replace(WANTED, **wanted), replace(HELD, **has)) == expected


@pytest.mark.parametrize(
    ("has", "expected"),
    [
        ({"gate": Gate.MIXED}, [("open", "", None, None)]),
        ({"gate": Gate.MIXED, "is_held": False}, []),
        ({"cards_at_once": 4}, [("set-cards", "", 4, None)]),
        ({"cards_by_model": {"h800": 4}}, [("set-cards", "h800", 4, None)]),
        ({"longest_s": 60}, [("set-longest", "", 60, None)]),
        (
            {"limit_s": {ALL_MODELS: 60, "ascend": 0}},
            [("set-limit", "", 60, None), ("set-limit", "ascend", 0, None)],
        ),
    ],
)
def test_a_programme_s_account_has_no_limit_that_would_bind_all_its_awards(has, expected):
    found = difference(programme=replace(PROGRAMME, **has))
    assert {step.account for step in found.steps} <= {"prog"}
    assert [
        (step.kind.value, step.device_model, step.before, step.after) for step in found.steps
    ] == expected


@pytest.mark.parametrize(
    ("ends_in_s", "has_s", "after"),
    [
        (1800, None, 1740),
        (1800, 1740, "as it is"),
        (1700, 1740, 1620),
        (30, None, 0),
        (-5, None, 0),
    ],
)
def test_the_longest_job_ends_with_the_award(ends_in_s, has_s, after):
    wanted, has = replace(WANTED, ends_at=NOW + ends_in_s), replace(HELD, longest_s=has_s)
    expected = [] if after == "as it is" else [("set-longest", "", after)]
    assert steps(wanted, has) == expected


def test_obstacles_are_told_and_nothing_is_done_to_accounts_of_others():
    assert difference(has=None, others=("aw-7",)) == Difference(
        (), (Obstacle(ObstacleKind.NAME_TAKEN, "aw-7"),)
    )
    strange = replace(WANTED, quality="gold", left_s={"h800": 450_000, "tpu": 60})
    stray = replace(HELD, name="aw-9")
    unknown = replace(
        HELD,
        members={"ann": Member(is_known=False), "bob": Member()},
        strange=("bob MaxJobs=1",),
    )
    above = replace(PROGRAMME, strange=tuple(f"GrpTRES=cpu={n}" for n in range(5)))
    has = observed(unknown, stray, programme=above)
    found = plan([strange], has, types=TYPES, now=NOW)
    told = "GrpTRES=cpu=0, GrpTRES=cpu=1, GrpTRES=cpu=2, +2"
    assert found.obstacles == (
        Obstacle(ObstacleKind.LIMITED_OTHERWISE, "prog", told),
        Obstacle(ObstacleKind.QUALITY_UNKNOWN, "aw-7", "gold"),
        Obstacle(ObstacleKind.MODEL_UNKNOWN, "aw-7", "tpu"),
        Obstacle(ObstacleKind.MEMBER_UNKNOWN, "aw-7", "ann"),
        Obstacle(ObstacleKind.LIMITED_OTHERWISE, "aw-7", "bob MaxJobs=1"),
        Obstacle(ObstacleKind.NOT_WANTED, "aw-9"),
    )


def test_a_model_that_is_not_there_adds_nothing_to_the_sum():
    strange = replace(WANTED, left_s={"h800": 450_000, "tpu": 60_000})
    assert difference(strange).steps == ()


def test_what_a_person_typed_never_becomes_a_name():
    for name in ("-i", "a b", "a,b", "a=b", "a;b", "a\nb", "a'b", ""):
        with pytest.raises(AssertionError):
            replace(WANTED, account=name)
        with pytest.raises(AssertionError):
            replace(WANTED, members=frozenset({name}))


def test_amounts_are_whole_and_such_as_slurm_can_count():
    for amount in (-1, 2**53 + 1, 1.5, True):
        with pytest.raises(AssertionError):
            replace(WANTED, left_s={"h800": amount})


def test_a_step_says_its_code():
    assert Step(StepKind.SET_LIMIT, "aw-7").code == "step.set-limit"
