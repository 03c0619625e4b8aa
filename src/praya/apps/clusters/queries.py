"""What can be asked about machines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from praya.apps.clusters.access import check_may_see
from praya.apps.clusters.models import CapacityWindow, Cluster, DeviceModel, Partition
from praya.apps.clusters.rules import (
    CapacityKind,
    Window,
    days_of_change,
    device_seconds_of,
    devices_of,
)
from praya.core.actor import Actor
from praya.core.refusal import NotFound


@dataclass(frozen=True, slots=True)
class CapacityStep:
    """From ``first_on`` on, so many devices are installed and in service, until the next step."""

    first_on: date
    installed: int
    in_service: int


@dataclass(frozen=True, slots=True)
class PartitionCapacity:
    """A partition with its devices on the day asked about, and every dated step."""

    partition: Partition
    installed: int
    in_service: int
    steps: tuple[CapacityStep, ...]
    windows: tuple[CapacityWindow, ...]

    def on(self, day: date) -> CapacityStep:
        """The devices on another day, from the step that is in force then."""
        begun = [step for step in self.steps if step.first_on <= day]
        return begun[-1] if begun else CapacityStep(day, installed=0, in_service=0)


@dataclass(frozen=True, slots=True)
class ClusterCapacity:
    """A cluster and its partitions."""

    cluster: Cluster
    partitions: tuple[PartitionCapacity, ...]


def device_model_of_code(code: str) -> DeviceModel:
    """A device model; raises ``NotFound``."""
    model = DeviceModel.objects.filter(code=code).first()
    if model is None:
        raise NotFound(kind="device-model", key=code)
    return model


def device_models() -> list[DeviceModel]:
    """Every device model of the site."""
    return list(DeviceModel.objects.all())


def cluster_of(code: str) -> Cluster:
    """A cluster; raises ``NotFound``."""
    cluster = Cluster.objects.filter(code=code).first()
    if cluster is None:
        raise NotFound(kind="cluster", key=code)
    return cluster


def engine_settings_of(code: str) -> dict[str, Any]:
    """What the engine of a cluster is told; empty where it reads that in its folder."""
    found = Cluster.objects.filter(code=code).values_list("engine_settings", flat=True).first()
    return found or {}


def silent_clusters() -> QuerySet[Cluster]:
    """Clusters whose engine does not answer, the one that is silent longest first."""
    return Cluster.objects.filter(silent_since__isnull=False).order_by("silent_since")


def partition_of(cluster_code: str, code: str) -> Partition:
    """A partition with its cluster and device model; raises ``NotFound``."""
    partition = (
        Partition.objects.select_related("cluster", "device_model")
        .filter(cluster__code=cluster_code, code=code)
        .first()
    )
    if partition is None:
        raise NotFound(kind="partition", key=f"{cluster_code}/{code}")
    return partition


def partitions_of_cluster(cluster_code: str) -> list[Partition]:
    """The partitions of one cluster, each with its device model."""
    return list(
        Partition.objects.select_related("cluster", "device_model").filter(
            cluster__code=cluster_code
        )
    )


def partitions_for(device_model_code: str, programme_code: str) -> list[Partition]:
    """Open partitions of a device model that serve the programme, its own before shared ones."""
    found = Partition.objects.select_related("cluster", "device_model").filter(
        _serves(programme_code),
        device_model__code=device_model_code,
        cluster__closed_at=None,
    )
    return sorted(found, key=lambda partition: partition.programme_code == "")


def open_partitions() -> list[Partition]:
    """Every partition of a cluster that is open, each with its cluster and device model."""
    found = Partition.objects.select_related("cluster", "device_model")
    return list(found.filter(cluster__closed_at=None))


def open_clusters() -> list[Cluster]:
    """Every cluster that is open."""
    return list(Cluster.objects.filter(closed_at=None))


def partitions_with_windows(cluster_code: str) -> list[Partition]:
    """The partitions of a cluster, each with its windows at hand. Two queries."""
    found = Partition.objects.select_related("cluster", "device_model")
    return list(found.filter(cluster__code=cluster_code).prefetch_related("capacity"))


def devices_on(partition: Partition, kind: CapacityKind, day: date) -> int:
    """How many devices of a partition are installed, or in service, on a day."""
    return _count(_windows_of(partition), kind, day)


def device_seconds(
    programme_code: str, kind: CapacityKind, first_on: date, last_on: date
) -> dict[str, int]:
    """Device-seconds by device model over whole days, both ends included.

    Counts the partitions that serve the programme, shared ones in full: what it could draw on.
    """
    windows: dict[str, list[Window]] = defaultdict(list)
    partitions = Partition.objects.filter(_serves(programme_code))
    for partition in partitions.select_related("cluster", "device_model").prefetch_related(
        "capacity"
    ):
        windows[partition.device_model.code] += _windows_of(partition)
    return {
        code: device_seconds_of(each, kind=kind, first_on=first_on, last_on=last_on)
        for code, each in sorted(windows.items())
    }


def clusters_visible_to(actor: Actor, *, day: date) -> list[ClusterCapacity]:
    """Every cluster with its partitions and their devices on a day; raises ``NotAllowed``."""
    check_may_see(actor)
    by_cluster: dict[int, list[PartitionCapacity]] = defaultdict(list)
    partitions = Partition.objects.select_related("cluster", "device_model").prefetch_related(
        "capacity"
    )
    for partition in partitions:
        by_cluster[partition.cluster_id].append(_capacity_of(partition, day))
    return [
        ClusterCapacity(cluster, tuple(by_cluster[cluster.pk])) for cluster in Cluster.objects.all()
    ]


def capacity_for(programme_code: str, *, day: date) -> list[PartitionCapacity]:
    """Open partitions that serve a programme, its own before shared ones. Two queries."""
    found = (
        Partition.objects.filter(_serves(programme_code), cluster__closed_at=None)
        .select_related("cluster", "device_model")
        .prefetch_related("capacity")
    )
    own_first = sorted(found, key=lambda partition: partition.programme_code == "")
    return [_capacity_of(each, day) for each in own_first]


def cluster_visible_to(actor: Actor, code: str, *, day: date) -> ClusterCapacity:
    """One cluster with its partitions; raises ``NotAllowed``, ``NotFound``."""
    check_may_see(actor)
    cluster = cluster_of(code)
    partitions = cluster.partitions.select_related("cluster", "device_model").prefetch_related(
        "capacity"
    )
    return ClusterCapacity(cluster, tuple(_capacity_of(each, day) for each in partitions))


def capacity_window_of(window_id: int) -> CapacityWindow:
    """A capacity window with its partition and cluster; raises ``NotFound``."""
    window = (
        CapacityWindow.objects.select_related("partition__cluster", "partition__device_model")
        .filter(pk=window_id)
        .first()
    )
    if window is None:
        raise NotFound(kind="capacity-window", key=str(window_id))
    return window


def window_of(row: CapacityWindow) -> Window:
    """A row as a plain value."""
    return Window(CapacityKind(row.kind), row.devices, row.first_on, row.last_on)


def _windows_of(partition: Partition) -> list[Window]:
    """The windows of a partition, none of them beyond the day on which its cluster was closed."""
    windows = [window_of(row) for row in partition.capacity.all()]
    closed_at = partition.cluster.closed_at
    if closed_at is None:
        return windows
    closed_on = timezone.localdate(closed_at)
    return [
        replace(window, last_on=min(window.last_on or closed_on, closed_on))
        for window in windows
        if window.first_on <= closed_on
    ]


def _capacity_of(partition: Partition, day: date) -> PartitionCapacity:
    rows = tuple(partition.capacity.all())
    windows = _windows_of(partition)
    return PartitionCapacity(
        partition=partition,
        installed=_count(windows, CapacityKind.INSTALLED, day),
        in_service=_count(windows, CapacityKind.IN_SERVICE, day),
        steps=tuple(_steps_of(windows)),
        windows=rows,
    )


def _steps_of(windows: list[Window]) -> Iterable[CapacityStep]:
    for day in days_of_change(windows):
        yield CapacityStep(
            first_on=day,
            installed=_count(windows, CapacityKind.INSTALLED, day),
            in_service=_count(windows, CapacityKind.IN_SERVICE, day),
        )


def _count(windows: Iterable[Window], kind: CapacityKind, day: date) -> int:
    # A window that was seen is trimmed to what is in service when it is seen, and may be late.
    return max(0, devices_of(windows, kind=kind, day=day))


def _serves(programme_code: str, prefix: str = "") -> Q:
    """Partitions of the programme, and those that serve all."""
    return Q(**{f"{prefix}programme_code__in": ["", programme_code]})
