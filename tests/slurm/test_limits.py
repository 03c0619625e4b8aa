"""What awards may use, held by a real Slurm against whoever submits and however."""

from tests.slurm.conftest import ASCEND, H800, ON_SLURM, USERS, instant, until

from praya.core.execution.limits import (
    ALL_MODELS,
    Obstacle,
    ObstacleKind,
    Standing,
    Step,
    StepKind,
)
from praya.core.execution.waiting import Holds

pytestmark = ON_SLURM
A, B, C = USERS


def waits(award, job, *reasons):
    return until(
        lambda: award.state(job),
        lambda said: said.startswith("PENDING") and said.split()[1].startswith(reasons),
    )


def runs(award, job):
    return until(lambda: award.state(job), lambda said: said.startswith("RUNNING"))


def why(award, job):
    [one] = [one for one in award.slurm.alive() if one.job_id == job]
    return one.holds, one.whose


def test_an_award_holds_all_at_once_and_stays_as_it_is(award):
    done = award.hold(left_s={H800: 36_059, ASCEND: 600}, cards_at_once=4)

    account = award.account()
    assert account.parent == f"{award.name}-prog"
    assert set(account.members) == {A, B}
    assert account.limit_s == {ALL_MODELS: 36_600, H800: 36_000, ASCEND: 600}, "rounded down"
    assert account.cards_at_once == 4
    assert not account.is_closed
    assert done.found.steps[0] == Step(StepKind.ADD_PROGRAMME, f"{award.name}-prog")
    assert award.hold().found.steps == ()


def test_a_job_that_could_use_more_than_is_left_waits_until_there_is_more(award):
    award.hold(left_s={H800: 60 * 60})
    first = award.submit("--gres=gpu:h800:4", "--time=10")
    runs(award, first)

    typed = award.submit("--gres=gpu:h800:4", "--time=10")
    untyped = award.submit("--gres=gpu:4", "--time=10")

    waits(award, typed, "AssocGrpGRESMinutes", "AssocGrpGRES")
    waits(award, untyped, "AssocGrpGRESMinutes", "AssocGrpGRES")
    assert why(award, typed) == why(award, untyped) == (Holds.ALLOWANCE, "award")
    award.hold(left_s={H800: 100 * 60})
    states = until(
        lambda: {award.state(job).split()[0] for job in (typed, untyped)},
        lambda said: "RUNNING" in said,
    )
    assert states == {"RUNNING", "PENDING"}, "there is enough for one more only"


def test_a_device_model_that_was_not_awarded_cannot_be_had_by_its_name(award):
    award.hold()

    job = award.submit("--partition=ascend910b", "--gres=gpu:ascend910b:1", "--time=10")

    waits(award, job, "AssocGrpGRESMinutes")
    assert why(award, job) == (Holds.ALLOWANCE, "award")


def test_no_more_cards_are_held_at_once_than_awarded(award):
    award.hold(cards_at_once=4)
    runs(award, award.submit("--gres=gpu:4", "--time=10"))

    job = award.submit("--gres=gpu:1", "--time=1", user=B)

    waits(award, job, "AssocGrpGRES")
    assert why(award, job) == (Holds.CARDS_AT_ONCE, "award")


def test_cards_of_each_model_are_bound_by_themselves(award):
    award.hold(left_s={H800: 36_000, ASCEND: 36_000}, cards_at_once=6,
               cards_by_model={H800: 4, ASCEND: 2})  # fmt: skip
    assert award.account().cards_by_model == {H800: 4, ASCEND: 2}
    runs(award, award.submit("--gres=gpu:h800:4", "--time=10"))

    waits(award, award.submit("--gres=gpu:h800:1", "--time=1"), "AssocGrpGRES")
    runs(award, award.submit("--gres=gpu:ascend910b:2", "--partition=ascend910b", "--time=1"))
    award.hold(cards_at_once=4, cards_by_model={H800: 4})
    assert (award.account().cards_by_model, award.account().strange) == ({H800: 4}, ())


def test_a_suspended_award_refuses_and_begins_nothing_until_it_is_resumed(award):
    award.hold(cards_at_once=4)
    runs(award, award.submit("--gres=gpu:4", "--time=10"))
    waiting = award.submit("--gres=gpu:1", "--time=1")

    award.hold(standing=Standing.SUSPENDED, cards_at_once=8)

    assert "AssocGrpSubmitJobsLimit" in award.refused("--gres=gpu:1")
    waits(award, waiting, "AssocGrpJobsLimit")
    assert why(award, waiting) == (Holds.CLOSED, "award")
    award.hold(standing=Standing.OPEN)
    runs(award, waiting)


def test_an_ended_award_has_nothing_alive_and_takes_nothing(award):
    award.hold(cards_at_once=4)
    running = award.submit("--gres=gpu:4", "--time=10")
    runs(award, running)
    waiting = award.submit("--gres=gpu:1", "--time=1")

    found = award.slurm.plan(
        [type(award.wanted)(**award.facts | {"standing": Standing.ENDED})],
        award.slurm.observe(),
        now=1_800_000_000,
    )
    assert Step(StepKind.CANCEL_ALL, award.name, before=2) in found.steps
    award.slurm.apply(found.steps)

    for job in (running, waiting):
        until(lambda job=job: award.state(job), lambda said: said.startswith("CANCELLED"))
    assert "AssocGrpSubmitJobsLimit" in award.refused("--gres=gpu:1")


def test_a_new_member_may_and_a_former_one_may_not(award):
    award.hold()
    assert "Invalid account" in award.refused("--gres=gpu:1", user=C)

    award.hold(members=frozenset({A, C}))

    award.submit("--gres=gpu:1", "--time=1", user=C, script="true")
    assert "Invalid account" in award.refused("--gres=gpu:1", user=B)


def test_a_former_member_keeps_what_runs_and_loses_what_waits(award):
    award.hold(cards_at_once=4)
    running = award.submit("--gres=gpu:4", "--time=10", user=B)
    runs(award, running)
    waiting = award.submit("--gres=gpu:1", "--time=1", user=B)
    award.facts |= {"members": frozenset({A})}

    found = award.slurm.plan([award.wanted], award.slurm.observe(), now=1_800_000_000)
    assert found.steps == (
        Step(StepKind.BLOCK_MEMBER, award.name, member=B),
        Step(StepKind.CANCEL_WAITING, award.name, member=B, before=1),
    )
    assert award.slurm.apply(found.steps) == ()

    assert award.state(running).startswith("RUNNING")
    until(lambda: award.state(waiting), lambda said: said.startswith("CANCELLED"))
    assert "AssocGrpSubmitJobsLimit" in award.refused("--gres=gpu:1", user=B)
    award.cluster.ask("scancel", running)
    until(lambda: award.account().members[B].running, lambda running: running == 0)
    award.hold()
    assert set(award.account().members) == {A}


def test_no_job_begins_that_could_run_past_the_awards_end(award, clock):
    award.hold(ends_at=clock() + 1800)

    too_long = award.submit("--gres=gpu:1", "--time=60")
    fits = award.submit("--gres=gpu:1", "--time=10")

    runs(award, fits)
    waits(award, too_long, "AssocMaxWallDurationPerJobLimit")
    assert why(award, too_long) == (Holds.TOO_LONG, "award")
    assert award.hold().found.steps == (), "the limit is not written anew each second"


def test_a_limit_changed_behind_prayas_back_is_seen_and_put_right(award):
    award.hold()
    since = instant() - 1
    command = ("sacctmgr", "-i", "modify", "account", award.name, "set")
    award.cluster.ask(*command, "GrpTRESMins=gres/gpu=999999", user="slurm")

    done = award.hold()

    assert done.found.steps == (
        Step(StepKind.SET_LIMIT, award.name, before=999_999 * 60, after=36_000),
    )
    changes = award.slurm.foreign_changes(since=since)
    [mended, told] = [one for one in changes if one.is_behind(done.found.steps[0])]
    assert mended.actor == "root"
    assert (told.actor, told.action, told.where) == ("slurm", "Modify Associations", award.name)
    assert "999999" in told.values


def test_a_change_on_another_cluster_of_the_same_slurmdbd_is_none_here(award):
    award.hold()
    since, ask, there = instant() - 1, award.cluster.ask, "cluster=trial-other"
    sacctmgr = ("sacctmgr", "-i")
    mine = (f"account={award.name}", f"cluster={award.cluster.name}", "WOPInfo", "format=id,user")
    [number] = [
        row.partition("|")[0]
        for row in ask("sacctmgr", "-nP", "show", "assoc", *mine).splitlines()
        if row.endswith("|")
    ]
    # Numbers begin anew on each cluster, so one of these is the award's.
    others = f"name={','.join(f'other-{one}' for one in range(int(number)))}"
    ask(*sacctmgr, "add", "cluster", "trial-other")
    try:
        ask(*sacctmgr, "add", "account", others, there)
        ask(
            *sacctmgr, "modify", "account", "where", others, there, "set", "GrpJobs=7", user="slurm"
        )
        text = ask("sacctmgr", "-nP", "show", "transaction", there.replace("r=", "rs="))
        assert f"id_assoc={number})" in text.replace(" ", ")")

        told = award.slurm.foreign_changes(since=since)
    finally:
        award.cluster.try_to(*sacctmgr, "delete", "account", others)
        award.cluster.try_to(*sacctmgr, "delete", "cluster", "trial-other")
    assert [one for one in told if "grp_jobs=7" in one.values] == []


def test_accounts_of_others_are_never_touched(award):
    award.cluster.try_to("sacctmgr", "-i", "add", "account", "lab", "organization=physics")
    before = award.cluster.ask("sacctmgr", "-nP", "show", "assoc", "account=lab")
    facts = award.facts | {"account": "lab"}

    found = award.slurm.plan(
        [type(award.wanted)(**facts)], award.slurm.observe(), now=1_800_000_000
    )

    assert Obstacle(ObstacleKind.NAME_TAKEN, "lab") in found.obstacles
    assert {step.account for step in found.steps} == {f"{award.name}-prog"}
    award.slurm.apply(found.steps)
    assert award.cluster.ask("sacctmgr", "-nP", "show", "assoc", "account=lab") == before


def test_steps_taken_twice_do_no_harm(award):
    found = award.slurm.plan([award.wanted], award.slurm.observe(), now=1_800_000_000)
    assert award.slurm.apply(found.steps) == ()
    once = award.account()

    assert award.slurm.apply(found.steps) == ()

    assert award.account() == once
