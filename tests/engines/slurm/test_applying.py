"""Steps as calls, where an operator may not load a file: what comes after what."""

from threading import Barrier, Lock

import pytest

from praya.core.execution.limits import Account, Observed, Standing, Step, StepKind, Wanted
from praya.core.execution.reconciling import steps_back
from praya.engines.slurm import applying
from praya.engines.slurm.applying import apply_steps
from praya.engines.slurm.command import Done
from praya.engines.slurm.planning import plan
from praya.engines.slurm.settings import Settings

SETTINGS = Settings("trial", models={"h800": "nvidia-h800"})
LIMIT = "GrpTRESMins=gres/gpu={0},gres/gpu:h800={0}"


class OfAnOperator:
    """Takes every call but the loading of a file."""

    def __init__(self):
        self.calls = []

    def change(self, *command, more_s=0):
        if "load" in command:
            return Done(1, "", "Your user does not have sufficient privileges to load files.")
        self.calls.append(" ".join(command[2:]).replace(" cluster=trial", ""))
        return Done(0, "", "")


def test_an_operator_s_new_accounts_are_closed_until_their_limits_are_there():
    awards = [
        Wanted(
            account=f"aw-{number}",
            programme="prog",
            members=frozenset({"mei"}),
            left_s={"nvidia-h800": 600 * number},
            standing=Standing.SUSPENDED if number == 3 else Standing.OPEN,
        )
        for number in (1, 2, 3)
    ]
    nothing = Observed({}, frozenset(), frozenset(), 60, 0)
    programs = OfAnOperator()
    steps = plan(awards, nothing, types=SETTINGS.types, now=0).steps

    assert apply_steps(programs, SETTINGS, steps, now=0) == ()
    first, second, *limits, opened, members = programs.calls
    assert first == "add account name=prog parent=root organization=praya"
    assert second == (
        "add account name=aw-1,aw-2,aw-3 parent=prog GrpJobs=0 GrpSubmitJobs=0 organization=praya"
    )
    assert sorted(limits) == [
        f"modify account where name=aw-{number} set {LIMIT.format(10 * number)}"
        for number in (1, 2, 3)
    ]
    assert opened == "modify account where name=aw-1,aw-2 set GrpSubmitJobs=-1 GrpJobs=-1"
    assert members == "add user name=mei account=aw-1,aw-2,aw-3"


class Crowded(OfAnOperator):
    """Tells how many calls that add members it ever had at the same moment."""

    def __init__(self, wait_for):
        super().__init__()
        self.lock, self.now, self.most = Lock(), 0, 0
        self.barrier = Barrier(wait_for, timeout=60)

    def change(self, *command, more_s=0):
        with self.lock:
            self.now, is_first = self.now + 1, not self.calls
            self.most = max(self.most, self.now)
        done = super().change(*command, more_s=more_s)
        if not is_first:
            self.barrier.wait()
        with self.lock:
            self.now -= 1
        return done


@pytest.mark.parametrize(("waiting_s", "at_once"), [(0, 4), (60, 1)])
def test_members_are_added_side_by_side_only_where_calls_wait(monkeypatch, waiting_s, at_once):
    monkeypatch.setattr(applying, "WAITING_S", waiting_s)
    names = range(1, 10)
    steps = [Step(StepKind.ADD_MEMBER, f"aw-{name}", member=f"m{name}") for name in names]
    programs = Crowded(at_once)

    assert apply_steps(programs, SETTINGS, steps, now=0) == ()

    assert programs.most == at_once
    assert sorted(programs.calls) == [f"add user name=m{name} account=aw-{name}" for name in names]


def test_an_account_is_given_back_to_names_of_others_and_what_is_not_safe_is_told():
    was = Account(name="aw-1", parent="old_lab", quality="normal,high")
    now = Account(name="aw-1", parent="prog", quality="fast")
    out = [Step(StepKind.REMOVE_MEMBER, "aw-1", member=name) for name in ("mei@lab", "a b")]
    programs = OfAnOperator()

    refused = apply_steps(
        programs, SETTINGS, (*steps_back(now, was, device_models=()), *out), now=0
    )

    assert [(one.step.kind.value, one.said.partition(":")[0]) for one in refused] == [
        ("set-quality", "'normal,high'"),
        ("remove-member", "'a b'"),
    ]
    assert programs.calls == [
        "modify account where name=aw-1 set Parent=old_lab",
        "delete user where name=mei@lab account=aw-1",
    ]


def test_members_lose_classes_of_their_own_and_a_programme_what_limits_all_its_awards():
    steps = [
        Step(StepKind.SET_QUALITY, "aw-1", "mei", before="urgent", after="normal"),
        Step(StepKind.SET_QUALITY, "aw-1", "jun", before="urgent", after="normal"),
        Step(StepKind.SET_CARDS, "prog", before=4),
        Step(StepKind.SET_CARDS, "prog", device_model="nvidia-h800", before=4),
        Step(StepKind.SET_LIMIT, "prog", device_model="nvidia-h800", before=60),
        Step(StepKind.SET_LONGEST, "prog", before=60),
    ]
    programs = OfAnOperator()

    assert apply_steps(programs, SETTINGS, steps, now=0) == ()
    cards = "GrpTRES=gres/gpu=-1,gres/gpu:h800=-1"
    lifted = f"{cards} GrpTRESMins=gres/gpu:h800=-1 MaxWallDurationPerJob=-1"
    assert programs.calls == [
        f"modify account where name=prog set {lifted}",
        "modify user where name=mei,jun account=aw-1 set QOS= DefaultQOS=-1",
    ]
