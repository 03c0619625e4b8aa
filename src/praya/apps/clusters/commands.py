"""What changes machines: their kinds, places and dated numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from praya.apps.clusters.access import check_may_change
from praya.apps.clusters.models import CapacityWindow, Cluster, DeviceModel, Partition
from praya.apps.clusters.queries import (
    capacity_window_of,
    cluster_of,
    device_model_of_code,
    partition_of,
    window_of,
)
from praya.apps.clusters.rules import (
    CapacityDatesReversed,
    CapacityEndsSooner,
    CapacityKind,
    CapacityNothing,
    CapacitySeen,
    CapacityTwice,
    ClusterClosed,
    ClusterCodeTaken,
    NameMissing,
    PartitionCodeTaken,
    Seen,
    UnitFixed,
    check_capacity,
    check_code,
    check_nodes,
)
from praya.apps.people.commands import record
from praya.core.actor import Actor
from praya.core.programme.document import DeviceModelRule, ProgrammeRules


@transaction.atomic
def register_device_models(*, rules: ProgrammeRules, by: Actor, now: datetime) -> list[DeviceModel]:
    """Take the device models of a programme file into the site's list; the newest file counts.

    Part of applying a programme, whose access check stands before it. Repeating it changes nothing;
    one audit line tells which models are new or changed, and none is written if none is.

    Raises:
        UnitFixed: a model that stands on a partition would be counted in another unit.

    """
    models = []
    touched = []
    for rule in rules.device_models:
        model, is_changed = _registered(rule)
        models.append(model)
        if is_changed:
            touched.append(model.code)
    if touched:
        record(
            "device-models.registered",
            subject=("programme", rules.code),
            by=by,
            now=now,
            programme_code=rules.code,
            device_models=touched,
        )
    return models


@transaction.atomic
def add_cluster(*, code: str, name: str, engine: str, by: Actor, now: datetime) -> Cluster:
    """Add a cluster behind an engine. Repeating it with the same facts returns the same cluster.

    Raises, in this order:
        NotAllowed, CodeWrong, NameMissing
        ClusterCodeTaken: the code belongs to a cluster with another name or engine.

    """
    check_may_change(by)
    check_code(code)
    if not name.strip():
        raise NameMissing
    facts = {"name": name.strip(), "engine": engine}
    cluster, is_new = Cluster.objects.get_or_create(code=code, defaults=facts | {"opened_at": now})
    if not is_new:
        if {"name": cluster.name, "engine": cluster.engine} != facts:
            raise ClusterCodeTaken(cluster_code=code, name=cluster.name)
        return cluster
    record("cluster.added", subject=("cluster", code), by=by, now=now, **facts)
    return cluster


def keep_engine_settings(*, code: str, settings: dict[str, Any]) -> None:
    """Keep what the engine of a cluster is told. For the app above, which checks access."""
    Cluster.objects.filter(code=code).update(engine_settings=settings)


@transaction.atomic
def mark_closed(*, code: str, now: datetime) -> tuple[Cluster, bool]:
    """Close a cluster; the cluster, and whether it was open before. For the app above.

    That app checks access and that nothing runs, and writes the audit line.

    Raises:
        NotFound: there is no such cluster.

    """
    cluster = Cluster.objects.select_for_update().get(pk=cluster_of(code).pk)
    if cluster.closed_at is not None:
        return cluster, False
    cluster.closed_at, cluster.silent_since = now, None
    cluster.save(update_fields=["closed_at", "silent_since"])
    return cluster, True


@transaction.atomic
def note_silent(*, code: str, by: Actor, now: datetime) -> bool:
    """Write down that a cluster's engine does not answer; whether that is new.

    Praya's own rounds call it as often as they like: the first instant stays, with one audit line.
    Why the engine is away is for the log alone, since it may name hosts and secrets.
    """
    assert by.is_praya, by
    if not Cluster.objects.filter(code=code, silent_since=None).update(silent_since=now):
        return False
    record("cluster.silent", subject=("cluster", code), by=by, now=now)
    return True


@transaction.atomic
def note_answers(*, code: str, by: Actor, now: datetime) -> bool:
    """Write down that a cluster's engine answers again; whether that is new."""
    assert by.is_praya, by
    silent = Cluster.objects.filter(code=code, silent_since__isnull=False)
    if not silent.update(silent_since=None):
        return False
    record("cluster.answers", subject=("cluster", code), by=by, now=now)
    return True


@transaction.atomic
def add_partition(
    *,
    cluster_code: str,
    code: str,
    device_model_code: str,
    programme_code: str = "",
    by: Actor,
    now: datetime,
) -> Partition:
    """Add a partition of one device model; it serves every programme unless one is named.

    Repeating it with the same facts returns the same partition.

    Raises, in this order:
        NotAllowed, NotFound (cluster), ClusterClosed, CodeWrong, NotFound (device model)
        PartitionCodeTaken: the cluster has a partition of that code with other facts.

    """
    check_may_change(by, programme_code)
    cluster = cluster_of(cluster_code)
    if cluster.closed_at is not None:
        raise ClusterClosed(cluster_code=cluster_code)
    check_code(code)
    model = device_model_of_code(device_model_code)
    partition, is_new = Partition.objects.get_or_create(
        cluster=cluster,
        code=code,
        defaults={"device_model": model, "programme_code": programme_code},
    )
    if not is_new:
        if (partition.device_model_id, partition.programme_code) != (model.pk, programme_code):
            raise PartitionCodeTaken(cluster_code=cluster_code, partition_code=code)
        return partition
    record(
        "partition.added",
        subject=("partition", f"{cluster_code}/{code}"),
        by=by,
        now=now,
        programme_code=programme_code,
        device_model=device_model_code,
    )
    return partition


@transaction.atomic
def set_capacity(
    *,
    cluster_code: str,
    partition_code: str,
    kind: CapacityKind,
    devices: int,
    first_on: date,
    last_on: date | None = None,
    note: str = "",
    nodes: Sequence[str] = (),
    by: Actor,
    now: datetime,
) -> CapacityWindow:
    """Add a window of devices to a partition; windows add up, and a negative one takes out.

    Devices are installed before they are in service. ``nodes`` may name the machines that are taken
    out of service. Not to be repeated: a second window exactly like one that is there is refused,
    so that a double click adds nothing.

    Raises, in this order:
        NotFound, NotAllowed, ClusterClosed, CapacityNothing, CapacityDatesReversed, NodesUnfit
        CapacityTwice
        CapacityBelowZero, CapacityAboveInstalled: the sum could not be, on some day.

    """
    partition = partition_of(cluster_code, partition_code)
    check_may_change(by, partition.programme_code)
    if partition.cluster.closed_at is not None:
        raise ClusterClosed(cluster_code=cluster_code)
    if devices == 0:
        raise CapacityNothing
    if last_on is not None and last_on < first_on:
        raise CapacityDatesReversed(first_on=first_on, last_on=last_on)
    names = sorted({name.strip() for name in nodes} - {""})
    check_nodes(names, kind, devices)
    _lock(partition)
    window = CapacityWindow(
        partition=partition,
        kind=kind.value,
        devices=devices,
        first_on=first_on,
        last_on=last_on,
        note=note.strip(),
        nodes=",".join(names),
    )
    windows = list(partition.capacity.filter(seen_as=""))
    if any(_is_same(window, other) for other in windows):
        raise CapacityTwice(first_on=first_on, devices=devices)
    check_capacity([window_of(each) for each in (*windows, window)])
    window.save()
    record(
        "capacity.set",
        subject=("partition", f"{cluster_code}/{partition_code}"),
        by=by,
        now=now,
        programme_code=partition.programme_code,
        window=window.pk,
        kind=kind.value,
        devices=devices,
        first_on=first_on.isoformat(),
        last_on=last_on.isoformat() if last_on else None,
        note=window.note,
        nodes=names,
    )
    return window


@transaction.atomic
def end_capacity(*, window_id: int, last_on: date, by: Actor, now: datetime) -> CapacityWindow:
    """Let a window end on a day, its last; it can end sooner again, never later.

    Repeating it with the same day changes nothing. The day may lie in the past: a failure is often
    noticed after it happened.

    Raises, in this order:
        NotFound, NotAllowed
        CapacitySeen: the cluster itself has closed these devices.
        CapacityDatesReversed: the day is before the window begins.
        CapacityEndsSooner: the window ends before that day already.
        CapacityBelowZero, CapacityAboveInstalled: the sum could not be, on some day.

    """
    window = capacity_window_of(window_id)
    partition = window.partition
    check_may_change(by, partition.programme_code)
    if window.seen_as:
        raise CapacitySeen(seen_as=window.seen_as)
    if last_on < window.first_on:
        raise CapacityDatesReversed(first_on=window.first_on, last_on=last_on)
    _lock(partition)
    window.refresh_from_db(fields=["last_on"])
    if window.last_on == last_on:
        return window
    if window.last_on is not None and window.last_on < last_on:
        raise CapacityEndsSooner(last_on=window.last_on, wanted=last_on)
    window.last_on = last_on
    others = partition.capacity.filter(seen_as="").exclude(pk=window.pk)
    check_capacity([window_of(each) for each in (*others, window)])
    window.save(update_fields=["last_on"])
    record(
        "capacity.ended",
        subject=("partition", f"{partition.cluster.code}/{partition.code}"),
        by=by,
        now=now,
        programme_code=partition.programme_code,
        window=window.pk,
        last_on=last_on.isoformat(),
    )
    return window


@transaction.atomic
def keep_seen(*, cluster_code: str, seen: Sequence[Seen], by: Actor, now: datetime) -> bool:
    """Keep what a cluster itself has closed as windows, in place of the last; whether it differs.

    Praya's own rounds call it as often as they like: one audit line tells of a change.
    """
    assert by.is_praya, by
    known = CapacityWindow.objects.filter(partition__cluster__code=cluster_code).exclude(seen_as="")
    stored = {
        Seen(row.partition_id, -row.devices, row.first_on, row.last_on, row.seen_as, row.note): row
        for row in known
        if row.last_on is not None
    }
    wanted = set(seen)
    if wanted == set(stored):
        return False
    for one in set(stored) - wanted:
        stored[one].delete()
    for one in sorted(wanted - set(stored), key=lambda each: (each.first_on, each.partition_id)):
        CapacityWindow.objects.create(
            partition_id=one.partition_id,
            kind=CapacityKind.IN_SERVICE.value,
            devices=-one.devices,
            first_on=one.first_on,
            last_on=one.last_on,
            seen_as=one.name,
            note=one.note,
        )
    names = sorted({one.name for one in wanted})
    record("capacity.seen", subject=("cluster", cluster_code), by=by, now=now, names=names)
    return True


def _registered(rule: DeviceModelRule) -> tuple[DeviceModel, bool]:
    """The site's device model brought up to the rule, and whether that changed anything."""
    facts = rule.model_dump(mode="json", exclude={"code"})
    model, is_new = DeviceModel.objects.get_or_create(code=rule.code, defaults=facts)
    if is_new or all(getattr(model, name) == value for name, value in facts.items()):
        return model, is_new
    if model.unit != rule.unit and model.partitions.exists():
        raise UnitFixed(device_model=rule.code, unit=model.unit, wanted=rule.unit)
    for name, value in facts.items():
        setattr(model, name, value)
    model.save(update_fields=list(facts))
    return model, True


def _lock(partition: Partition) -> None:
    # Two windows that fit alone must not pass the check together.
    Partition.objects.select_for_update().get(pk=partition.pk)


def _is_same(one: CapacityWindow, other: CapacityWindow) -> bool:
    names = ("kind", "devices", "first_on", "last_on", "note", "nodes")
    return all(getattr(one, name) == getattr(other, name) for name in names)
