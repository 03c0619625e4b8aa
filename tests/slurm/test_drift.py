"""What others change on a real Slurm: seen, told with who did it, mended, left or taken over."""

from datetime import timedelta

import pytest
from tests.factories import make_admin
from tests.slurm.conftest import ON_SLURM, USERS, until
from tests.slurm.test_site import CODE, at, award_of_an_hour, follow, site, submit  # noqa: F401

from praya.apps.enforcement.commands import (
    adopt_drift,
    follow_cluster,
    ignore_drift,
    stop_enforcing,
)
from praya.apps.enforcement.models import Drift
from praya.apps.enforcement.queries import link_of
from praya.core.execution.limits import Obstacle, ObstacleKind

pytestmark = ON_SLURM


def change(cluster, entity, name, *values, account="", by=None):
    where = (f"name={name}", *[f"account={account}"] * bool(account))
    cluster.ask("sacctmgr", "-i", "modify", entity, "where", *where, "set", *values, user=by)


def test_what_is_set_on_a_programme_s_account_or_a_member_is_seen_and_mended(award):
    award.hold(quality="normal")
    programme, [ann, bob] = award.facts["programme"], sorted(award.facts["members"])
    limits = ("GrpTRESMins=gres/gpu=1", "GrpTRES=gres/gpu=1,cpu=2", "MaxWall=5")
    change(award.cluster, "account", programme, "GrpSubmitJobs=0", *limits)
    change(award.cluster, "user", ann, "GrpJobs=0", "MaxTRES=cpu=4", account=award.name)
    award.cluster.try_to("sacctmgr", "-i", "add", "qos", "praya-other")
    change(award.cluster, "user", bob, "qos+=praya-other", account=award.name)
    try:
        assert "AssocGrpSubmitJobsLimit" in award.refused("--time=1")

        done = award.hold()
    finally:
        award.cluster.try_to("sacctmgr", "-i", "delete", "qos", "praya-other")

    places = {(step.account, step.kind.value, step.member) for step in done.found.steps}
    assert places == {
        (programme, "open", ""),
        (programme, "set-limit", ""),
        (programme, "set-cards", ""),
        (programme, "set-longest", ""),
        (award.name, "unblock-member", ann),
        (award.name, "set-quality", bob),
    }
    mine = [one for one in done.left.obstacles if one.account in {programme, award.name}]
    assert mine == [
        Obstacle(ObstacleKind.LIMITED_OTHERWISE, programme, "GrpTRES=cpu=2"),
        Obstacle(ObstacleKind.LIMITED_OTHERWISE, award.name, f"{ann} MaxTRES=cpu=4"),
    ]
    assert award.submit("--time=1").isdigit()


@pytest.fixture
def other(cluster):
    """Another operator of the cluster: what they change is not Praya's own doing."""
    cluster.ask("sacctmgr", "-i", "add", "user", USERS[2], "account=root", "adminlevel=operator")
    yield USERS[2]
    cluster.ask("sacctmgr", "-i", "delete", "user", USERS[2])


@pytest.mark.django_db
def test_what_was_changed_is_left_or_taken_over_and_then_the_cluster_is_left_alone(site, other):  # noqa: F811
    award, by = award_of_an_hour(), make_admin(at())
    until(follow, lambda _: not link_of(CODE).left)
    account, programme = award.code.lower(), award.programme.code
    looks = iter(range(400, 4000, 400))

    def look():
        follow_cluster(code=CODE, now=at() + timedelta(seconds=next(looks)))
        assert link_of(CODE).left == []

    def told():
        asked = (f"account={account}", "WOPInfo", "format=user,grptres,grpjobs,grpsubmit")
        return sorted(site.ask("sacctmgr", "-nP", "show", "assoc", *asked).splitlines())

    change(site, "account", programme, "GrpSubmitJobs=0", by=other)
    closed = ("GrpTRES=gres/gpu=4", "MaxWall=-1", "GrpJobs=0", "GrpSubmitJobs=0")
    change(site, "account", account, *closed, by=other)
    site.ask("sacctmgr", "-i", "add", "user", USERS[1], f"account={account}", user=other)
    as_wanted = [f"{USERS[0]}|||", "|gres/gpu:h800=8,gres/gpu=8||"]
    look()
    drifts = {(one.account, one.kind, one.member): one for one in Drift.objects.all()}
    gate, cards = (account, "open", ""), (account, "set-cards", "")
    others = {(programme, "open", ""), (account, "set-longest", "")}
    assert drifts.keys() == {*others, gate, cards, (account, "remove-member", USERS[1])}
    assert {(one.changed_by, one.mended_at is None) for one in drifts.values()} == {(other, False)}
    assert told() == as_wanted

    ignore_drift(code=CODE, drift_id=drifts[cards].pk, reason="Cooling.", by=by, now=at())
    adopt_drift(code=CODE, drift_id=drifts[gate].pk, reason="Moved.", by=by, now=at())
    change(site, "account", account, "GrpTRES=gres/gpu=4", by=other)
    look()
    assert told() == [f"{USERS[0]}|||", "|gres/gpu:h800=8,gres/gpu=4|0|0"]

    stop_enforcing(code=CODE, by=by, now=at())
    change(site, "account", account, "GrpTRES=gres/gpu=2", "GrpJobs=-1", "GrpSubmitJobs=-1")
    assert follow_cluster(code=CODE, now=at() + timedelta(seconds=4000)) is None
    assert told() == [f"{USERS[0]}|||", "|gres/gpu:h800=8,gres/gpu=2||"]
    assert submit(site, account, "--gres=gpu:h800:1", "--time=1").stdout.strip().isdigit()
