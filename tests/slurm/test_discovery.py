"""What a real Slurm says of itself."""

from tests.slurm.conftest import ON_SLURM, instant

from praya.core.execution.accounting import Accounts
from praya.core.execution.discovery import Discovers, PartitionSeen
from praya.core.execution.limits import Enforces
from praya.core.execution.port import Engine, FollowsOutput
from praya.core.execution.waiting import Explains

pytestmark = ON_SLURM
WEEK_S = 7 * 86_400


def test_the_engine_has_every_ability(slurm):
    for ability in (Engine, FollowsOutput, Enforces, Accounts, Discovers, Explains):
        assert isinstance(slurm, ability)


def test_its_classes_of_service_are_found_with_their_priorities(cluster, slurm):
    cluster.ask("sacctmgr", "-i", "add", "qos", "praya-first", "priority=50")
    try:
        assert slurm.discover().qualities["praya-first"] == 50
        assert "praya-first" in slurm.observe().qualities
    finally:
        cluster.ask("sacctmgr", "-i", "delete", "qos", "praya-first")


def test_its_parts_are_found(slurm):
    found = slurm.discover()

    assert found.name == "trial"
    assert found.version.startswith("2")
    assert found.kinds == ("ascend910b", "h800")
    assert found.qualities["normal"] == 0
    assert found.partitions == (
        PartitionSeen("h800", ("h800n01", "h800n02"), True, True, WEEK_S, {"h800": 16}),
        PartitionSeen("ascend910b", ("ascn01",), True, False, WEEK_S, {"ascend910b": 8}),
    )
    assert {node.name: node.cards for node in found.nodes} == {
        "h800n01": {"h800": 8},
        "h800n02": {"h800": 8},
        "ascn01": {"ascend910b": 8},
    }


def test_its_settings_let_limits_hold(slurm):
    unmet = [check.code for check in slurm.check_settings() if not check.is_met]
    assert unmet == ["setting.kinds", "setting.user"], "two kinds of card, and asked as root"


def test_a_node_out_of_service_says_why(slurm, cluster):
    why = "new fans [rack 3], then State=IDLE Gres=gpu:h800:2"
    cluster.ask("scontrol", "update", "nodename=ascn01", "state=drain", f"reason={why}")

    [node] = [node for node in slurm.discover().nodes if node.name == "ascn01"]
    cluster.ask("scontrol", "update", "nodename=ascn01", "state=resume")

    assert "DRAIN" in node.state
    assert node.reason == why
    assert node.cards == {"ascend910b": 8}, "what an operator wrote is not read as what there is"


def test_its_own_sums_can_be_asked_for(slurm):
    hour = instant() // 3600 * 3600

    before = hour - 2 * 86_400  # other tests set records back by hours
    assert slurm.totals(since=before - 86_400, until=before) == (), "the cluster was not there yet"
