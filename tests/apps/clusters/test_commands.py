"""Clusters, partitions and capacity by the commands."""

from __future__ import annotations

from datetime import date

import pytest
from tests.factories import (
    appointed,
    make_admin,
    make_partition,
    make_programme,
    minimal_programme_yaml,
)

from praya.apps.clusters.commands import (
    add_cluster,
    add_partition,
    end_capacity,
    register_device_models,
    set_capacity,
)
from praya.apps.clusters.models import CapacityWindow, Cluster, DeviceModel, Partition
from praya.apps.clusters.queries import (
    cluster_visible_to,
    clusters_visible_to,
    device_seconds,
    devices_on,
    partitions_for,
)
from praya.apps.clusters.rules import (
    CapacityAboveInstalled,
    CapacityDatesReversed,
    CapacityEndsSooner,
    CapacityKind,
    CapacityNothing,
    CapacityTwice,
    ClusterCodeTaken,
    CodeWrong,
    NameMissing,
    PartitionCodeTaken,
    UnitFixed,
)
from praya.apps.people.models import AuditLine
from praya.core.actor import Actor, Role
from praya.core.programme.reading import read_programme
from praya.core.refusal import NotAllowed, NotFound

pytestmark = pytest.mark.django_db

INSTALLED, IN_SERVICE = CapacityKind.INSTALLED, CapacityKind.IN_SERVICE
TODAY = date(2026, 3, 2)


@pytest.fixture
def operator(now) -> Actor:
    make_programme(now)
    return appointed("pier", Role.OPERATOR, now)


def last_actions(count: int) -> list[str]:
    actions = AuditLine.objects.order_by("-id").values_list("action", flat=True)[:count]
    return list(reversed(actions))


def capacity(by: Actor, now, **changed: object) -> CapacityWindow:
    facts = {
        "cluster_code": "quay",
        "partition_code": "h800",
        "kind": INSTALLED,
        "devices": 4,
        "first_on": date(2026, 4, 1),
    }
    return set_capacity(**(facts | changed), by=by, now=now)


def test_an_operator_adds_machines_and_each_step_is_on_the_trail(operator, now):
    add_cluster(code="quay", name="Quay", engine="local", by=operator, now=now)
    add_partition(
        cluster_code="quay", code="h800", device_model_code="nvidia-h800", by=operator, now=now
    )
    capacity(operator, now, devices=16)
    window = capacity(operator, now, kind=IN_SERVICE, devices=12)
    end_capacity(window_id=window.pk, last_on=date(2026, 4, 30), by=operator, now=now)

    partition = Partition.objects.get()
    counts = [
        (devices_on(partition, INSTALLED, on), devices_on(partition, IN_SERVICE, on))
        for on in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 30), date(2026, 5, 1))
    ]
    assert counts == [(0, 0), (16, 12), (16, 12), (16, 0)]
    assert last_actions(5) == [
        "cluster.added",
        "partition.added",
        "capacity.set",
        "capacity.set",
        "capacity.ended",
    ]


def test_the_same_again_changes_nothing_and_another_thing_is_refused(operator, now):
    first = add_cluster(code="quay", name="Quay", engine="local", by=operator, now=now)
    again = add_cluster(code="quay", name="Quay", engine="local", by=operator, now=now)
    assert first.pk == again.pk
    with pytest.raises(ClusterCodeTaken):
        add_cluster(code="quay", name="Other", engine="local", by=operator, now=now)
    facts = {"cluster_code": "quay", "code": "h800", "by": operator, "now": now}
    one = add_partition(device_model_code="nvidia-h800", **facts)
    assert add_partition(device_model_code="nvidia-h800", **facts).pk == one.pk
    with pytest.raises(PartitionCodeTaken):
        add_partition(device_model_code="ascend-910b", **facts)
    assert last_actions(2) == ["cluster.added", "partition.added"]


def test_refusals_of_a_cluster_come_in_order(operator, now):
    stranger = Actor.anonymous()
    facts = {"engine": "local", "now": now}
    with pytest.raises(NotAllowed):
        add_cluster(code="No Code", name=" ", by=stranger, **facts)
    with pytest.raises(CodeWrong):
        add_cluster(code="No Code", name=" ", by=operator, **facts)
    with pytest.raises(NameMissing):
        add_cluster(code="quay", name=" ", by=operator, **facts)
    assert not Cluster.objects.exists()


def test_refusals_of_capacity_come_in_order(operator, now):
    make_partition(now)
    bad = {"devices": 0, "first_on": TODAY, "last_on": date(2026, 3, 1)}
    with pytest.raises(NotFound):
        capacity(operator, now, partition_code="none", **bad)
    with pytest.raises(NotAllowed):
        capacity(appointed("pier", Role.OFFICER, now), now, **bad)
    with pytest.raises(CapacityNothing):
        capacity(operator, now, **bad)
    with pytest.raises(CapacityDatesReversed):
        capacity(operator, now, **(bad | {"devices": 99}))
    with pytest.raises(CapacityAboveInstalled):
        capacity(operator, now, kind=IN_SERVICE, devices=99)
    capacity(operator, now)
    with pytest.raises(CapacityTwice):
        capacity(operator, now)
    capacity(operator, now, note="second rack")
    assert CapacityWindow.objects.count() == 4


def test_a_window_ends_sooner_never_later_and_not_before_it_begins(operator, now):
    make_partition(now)
    window = capacity(operator, now, last_on=date(2026, 6, 30))
    facts = {"window_id": window.pk, "by": operator, "now": now}
    with pytest.raises(CapacityDatesReversed):
        end_capacity(last_on=date(2026, 3, 31), **facts)
    with pytest.raises(CapacityEndsSooner):
        end_capacity(last_on=date(2026, 7, 1), **facts)
    end_capacity(last_on=date(2026, 5, 31), **facts)
    lines = AuditLine.objects.count()
    assert end_capacity(last_on=date(2026, 5, 31), **facts).last_on == date(2026, 5, 31)
    assert AuditLine.objects.count() == lines


def test_devices_in_service_are_not_taken_out_from_under_the_jobs(operator, now):
    make_partition(now)
    installed = CapacityWindow.objects.get(kind=INSTALLED.value)
    with pytest.raises(CapacityAboveInstalled):
        end_capacity(window_id=installed.pk, last_on=TODAY, by=operator, now=now)
    assert CapacityWindow.objects.get(pk=installed.pk).last_on is None


def test_an_operator_of_another_programme_does_not_touch_fenced_machines(operator, now):
    make_programme(now, code="jetty", prefix="JET")
    make_partition(now, programme_code="jetty")
    with pytest.raises(NotAllowed):
        capacity(operator, now)
    capacity(appointed("jetty", Role.OPERATOR, now), now)


def test_a_programme_draws_on_its_own_and_on_shared_machines(operator, now):
    make_partition(now, code="shared", devices=8)
    make_partition(now, code="own", devices=2, programme_code="pier")
    make_partition(now, code="theirs", devices=32, programme_code="jetty")
    make_partition(
        now, code="ascend", device_model_code="ascend-910b", devices=4, first_on=date(2026, 3, 2)
    )

    codes = [each.code for each in partitions_for("nvidia-h800", "pier")]
    assert codes == ["own", "shared"]
    assert device_seconds("pier", IN_SERVICE, date(2026, 3, 1), date(2026, 3, 2)) == {
        "ascend-910b": 4 * 86_400,
        "nvidia-h800": 10 * 2 * 86_400,
    }


def test_device_models_follow_the_newest_file_but_keep_their_unit_on_a_partition(operator, now):
    def registered(**changed: str) -> list[DeviceModel]:
        source = minimal_programme_yaml()
        for old, new in changed.items():
            source = source.replace(old, new)
        rules, findings = read_programme(source)
        assert rules is not None, findings
        return register_device_models(rules=rules, by=operator, now=now)

    lines = AuditLine.objects.count()
    assert [each.code for each in registered()] == ["nvidia-h800", "ascend-910b"]
    assert AuditLine.objects.count() == lines
    registered(Huawei="Huawei Ascend")
    assert DeviceModel.objects.get(code="ascend-910b").vendor == "Huawei Ascend"
    assert AuditLine.objects.latest("id").facts == {"device_models": ["ascend-910b"]}

    make_partition(now)
    with pytest.raises(UnitFixed):
        registered(**{"  name: H800 SXM": "  name: H800 SXM\n  unit: module"})


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.COMMITTEE, Role.FINANCE])
def test_machines_are_not_shown_to_others(operator, now, role):
    with pytest.raises(NotAllowed):
        clusters_visible_to(appointed("pier", role, now), day=TODAY)
    with pytest.raises(NotAllowed):
        cluster_visible_to(appointed("pier", role, now), "quay", day=TODAY)


def test_the_overview_costs_the_same_for_one_cluster_and_three(
    operator, now, django_assert_num_queries
):
    make_partition(now)
    with django_assert_num_queries(3):
        clusters_visible_to(operator, day=TODAY)
    make_partition(now, cluster_code="jetty")
    make_partition(now, cluster_code="wharf")
    with django_assert_num_queries(3):
        found = clusters_visible_to(operator, day=TODAY)
    assert [(each.cluster.code, each.partitions[0].in_service) for each in found] == [
        ("jetty", 8),
        ("quay", 8),
        ("wharf", 8),
    ]


def test_admins_without_an_appointment_may_change_machines(now):
    make_programme(now)
    assert make_partition(now).cluster.code == "quay"
    assert make_admin(now).appointments == {("*", Role.ADMIN)}
