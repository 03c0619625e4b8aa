"""Leases and closed nodes on a real Slurm: the nodes are the award's, or nobody's."""

from dataclasses import replace

from tests.slurm.conftest import H800, ON_SLURM, USERS, instant, until

from praya.core.execution.limits import StepKind
from praya.core.execution.reconciling import reconcile
from praya.core.execution.reserving import Reserved

pytestmark = ON_SLURM
A, B, C = USERS
DAY = 86_400


def lease(award, **facts):
    now = instant()
    known = {
        "name": award.name,
        "device_model": H800,
        "cards": 4,
        "begins_at": now - 60,
        "ends_at": now + DAY,
        "account": award.name,
    }
    return Reserved(**known | facts)


def bring(award, *reserved):
    done = reconcile(award.slurm, [award.wanted], reserved=reserved, now=instant())
    assert done.not_taken == (), done.not_taken
    assert done.left.steps == (), done.left
    return [step.kind for step in done.found.steps if step.aside or step.before]


def nodes_of(award, job):
    def ask():
        return award.cluster.ask("squeue", "-h", "-j", job, "-o", "%T %N %v").split()

    return until(ask, lambda said: said[0] == "RUNNING")


def reservations(award):
    return {one.name: one for one in award.slurm.observe().reservations}


def test_a_lease_keeps_its_nodes_for_its_award_whoever_is_there_before(award):
    other = type(award)(award.cluster, award.slurm, f"{award.name}-other")
    other.hold(cards_at_once=None)
    nodes_of(other, other.submit("--nodes=2", "--gres=gpu:1", "--time=30"))
    award.hold()
    wanted = lease(award)
    try:
        assert StepKind.ADD_RESERVATION in bring(award, wanted)
        assert bring(award, wanted) == [], "and then it stays as it is"
        [node] = reservations(award)[award.name].nodes

        within = award.submit("--gres=gpu:4", "--time=10")
        outside = other.submit(f"--nodelist={node}", "--gres=gpu:1", "--time=10")

        assert nodes_of(award, within) == ["RUNNING", node, f"praya-{award.name}"]
        reason = until(lambda: other.state(outside), lambda said: "None" not in said)
        assert reason.startswith("PENDING"), reason

        # More cards, and longer: the same reservation, with one node more.
        assert bring(award, lease(award, cards=9, ends_at=wanted.ends_at + DAY)) == [
            StepKind.SET_RESERVATION
        ]
        held = reservations(award)[award.name]
        assert len(held.nodes) == 2

        # Whoever is let in besides is taken out while the award's job runs there.
        name = f"reservationname=praya-{award.name}"
        award.cluster.ask("scontrol", "update", name, f"users+={B}", "flags-=MAGNETIC")
        changed = reservations(award)[award.name]
        assert (changed.users, changed.is_magnetic) == (frozenset({B}), False)
        assert bring(award, lease(award, cards=9, ends_at=wanted.ends_at + DAY)) == [
            StepKind.SET_RESERVATION
        ]
        assert reservations(award)[award.name] == held
    finally:
        award.cluster.end_jobs()
        bring(award)
    assert award.name not in reservations(award)


def test_nodes_are_closed_from_a_day_on_and_what_others_reserved_is_left_alone(award):
    award.hold()
    foreign = (
        *("scontrol", "create", "reservation", "reservationname=hall-7", "flags=MAINT"),
        *("starttime=now+2hours", "duration=60", "nodes=ascn01", "users=root"),
    )
    award.cluster.ask(*foreign)
    closed = lease(
        award, name="closed-1", account="", partition="h800", nodes=frozenset({"h800n02"}),
        ends_at=None, begins_at=instant() + DAY,
    )  # fmt: skip
    second = replace(closed, name="closed-2", nodes=frozenset({"h800n01"}))
    try:
        both = (closed, second)
        found = award.slurm.plan(
            [award.wanted], award.slurm.observe(), reserved=both, now=instant()
        )
        award.slurm.apply(found.steps[:1])  # and killed here
        assert bring(award, *both) == [StepKind.ADD_RESERVATION]
        assert bring(award, closed) == [StepKind.REMOVE_RESERVATION]
        seen = reservations(award)
        assert seen["closed-1"].nodes == {"h800n02"}
        assert (seen["closed-1"].is_ours, seen["closed-1"].is_maintenance) == (True, True)
        assert seen["closed-1"].begins_at == closed.begins_at
        assert (seen["hall-7"].is_ours, seen["hall-7"].cards) == (False, {"ascend-910b": 8})

        assert bring(award, closed) == []
        moved = replace(closed, begins_at=closed.begins_at + DAY)
        assert bring(award, moved) == [StepKind.SET_RESERVATION]
    finally:
        assert bring(award) == [StepKind.REMOVE_RESERVATION]
        assert set(reservations(award)) == {"hall-7"}
        award.cluster.ask("scontrol", "delete", "reservationname=hall-7")


def test_jobs_of_an_award_have_the_class_of_service_that_is_wanted(award):
    award.cluster.ask("sacctmgr", "-i", "add", "qos", "urgent", "set", "Priority=7")
    award.hold(quality="urgent")
    assert award.account().quality == "urgent"

    job = award.submit("--gres=gpu:1", "--time=5")

    assert award.cluster.ask("squeue", "-h", "-j", job, "-o", "%q") == "urgent"
    assert award.hold().found.steps == ()
