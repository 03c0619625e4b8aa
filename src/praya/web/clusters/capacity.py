"""Partitions and their capacity windows as lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from praya.apps.clusters.queries import ClusterCapacity, PartitionCapacity
from praya.apps.clusters.rules import CapacityKind
from praya.web.badges import Badge, Link, Tone
from praya.web.clusters.forms import KINDS
from praya.web.tables import Column, Filter, Table

if TYPE_CHECKING:
    from praya.apps.clusters.models import CapacityWindow


@dataclass(frozen=True, slots=True)
class PartitionRow:
    """A partition in the list of all; of a cluster that has none, all but the cluster is empty."""

    cluster: str
    url: str
    is_closed: bool
    partition: str = ""
    device_model: str = ""
    programme_code: str | None = None
    installed: int | None = None
    in_service: int | None = None


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A capacity window as the calendar shows it."""

    kind: str
    devices: int
    first_on: date
    last_on: date | None
    nodes: str
    note: str
    end: Link | None


def partitions_table(request: HttpRequest, clusters: Sequence[ClusterCapacity]) -> Table:
    """Every partition with what it has today, and every cluster without any."""
    return Table(
        request,
        name="partitions",
        caption=_("Partitions"),
        rows=list(_partitions(clusters)),
        columns=(
            Column("cluster", _("Cluster"), lambda row: Link(row.cluster, row.url), sort="cluster"),
            Column(
                "partition",
                _("Partition"),
                lambda row: row.partition or _("This cluster has no partition yet."),
                sort="partition",
            ),
            Column("device_model", _("Device model"), sort="device_model"),
            Column("serves", _("Serves"), _serves, sort="programme_code"),
            Column("installed", _("Installed today"), sort="installed", align="end"),
            Column("in_service", _("In service today"), sort="in_service", align="end"),
            Column(
                "state",
                _("State"),
                lambda row: Badge(_("closed"), Tone.PLAIN) if row.is_closed else None,
                sort="is_closed",
            ),
        ),
        search=("cluster", "partition", "device_model", "serves"),
        filters=(
            Filter(
                "state",
                _("State"),
                [("open", _("open")), ("closed", _("closed"))],
                keeps=lambda row, chosen: row.is_closed is (chosen == "closed"),
            ),
        ),
        empty=_("There is no cluster yet. Jobs wait until one is added with devices in service."),
    )


def windows_table(request: HttpRequest, each: PartitionCapacity, *, may_change: bool) -> Table:
    """The capacity calendar of a partition."""
    code = each.partition.code
    columns = [
        Column("first_on", _("First day"), sort="first_on"),
        Column("last_on", _("Last day"), sort="last_on"),
        Column("devices", _("Devices"), sort="devices", align="end"),
        Column("kind", _("Kind"), sort="kind"),
        Column("nodes", _("Machines")),
        Column("note", _("Note"), sort="note"),
    ]
    if may_change:
        columns.append(Column("end", _("Change"), in_file=lambda _row: ""))
    return Table(
        request,
        name=f"windows-{code}",
        prefix=f"{code}-",
        caption=_("Capacity calendar of %(code)s") % {"code": code},
        rows=[_window(window, may_change=may_change) for window in each.windows],
        columns=columns,
        search=("kind", "nodes", "note"),
        sort="first_on",
        empty=_("No devices are planned yet."),
    )


def _partitions(clusters: Sequence[ClusterCapacity]) -> Iterator[PartitionRow]:
    for found in clusters:
        cluster = found.cluster
        url = reverse("web:cluster", args=[cluster.code])
        is_closed = cluster.closed_at is not None
        if not found.partitions:
            yield PartitionRow(cluster.name, url, is_closed)
        for each in found.partitions:
            yield PartitionRow(
                cluster.name,
                url,
                is_closed,
                each.partition.code,
                str(each.partition.device_model),
                each.partition.programme_code,
                each.installed,
                each.in_service,
            )


def _serves(row: PartitionRow) -> str:
    if row.programme_code is None:
        return ""
    return row.programme_code or _("every programme")


def _window(window: CapacityWindow, *, may_change: bool) -> WindowRow:
    url = reverse("web:capacity-end", args=[window.pk])
    return WindowRow(
        kind=str(KINDS[CapacityKind(window.kind)]),
        devices=window.devices,
        first_on=window.first_on,
        last_on=window.last_on,
        nodes=window.nodes.replace(",", ", "),
        note=_note(window),
        end=Link(_("End"), url) if may_change and not window.seen_as else None,
    )


def _note(window: CapacityWindow) -> str:
    if not window.seen_as:
        return window.note
    facts = {"name": window.seen_as, "note": window.note}
    return _("Closed on the cluster itself as %(name)s. %(note)s") % facts
