"""What holds for machines on paper: counts of devices over days, and what a count may never be.

Windows add up. 16 devices from 1 May, another 8 from 1 July and 4 taken out from 10 to 12 July
(a window of -4) are 16 in June, 24 on 9 July and 20 on 10 July.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from praya.core.execution.names import is_node_name
from praya.core.refusal import Refusal

DAY_S = 86_400
NODES_LENGTH_MAX = 400
ONE_DAY = timedelta(days=1)
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class CapacityKind(StrEnum):
    """Installed and in service are different figures with dates of their own."""

    INSTALLED = "installed"
    IN_SERVICE = "in-service"


class CodeWrong(Refusal):
    """A code is small letters, digits and hyphens, at most 40; ``value`` is not."""

    code = "clusters.code_wrong"


class NameMissing(Refusal):
    """A cluster needs a name."""

    code = "clusters.name_missing"


class ClusterCodeTaken(Refusal):
    """There is a cluster ``cluster_code`` already, with another name or engine."""

    code = "clusters.cluster_code_taken"


class PartitionCodeTaken(Refusal):
    """The cluster has a partition ``partition_code`` already, of another kind."""

    code = "clusters.partition_code_taken"


class ClusterClosed(Refusal):
    """The cluster ``cluster_code`` is closed."""

    code = "clusters.cluster_closed"


class ClusterBusy(Refusal):
    """On the cluster ``cluster_code`` are ``jobs`` that are not over, the ``first`` among them."""

    code = "clusters.cluster_busy"


class UnitFixed(Refusal):
    """``device_model`` is counted in ``unit`` on a partition; it cannot become ``wanted``."""

    code = "clusters.unit_fixed"


class CapacityNothing(Refusal):
    """A capacity window of no devices."""

    code = "capacity.nothing"


class CapacityDatesReversed(Refusal):
    """A window would end (``last_on``) before it begins (``first_on``)."""

    code = "capacity.dates_reversed"


class CapacityTwice(Refusal):
    """The partition has this very window already: same kind, devices, days and note."""

    code = "capacity.twice"


class CapacitySeen(Refusal):
    """The window was read from the cluster, where it is called ``seen_as``; it is changed there."""

    code = "capacity.seen"


class NodesUnfit(Refusal):
    """``nodes`` cannot name machines here: ``why`` is names, or not-taken-out."""

    code = "capacity.nodes"


class CapacityEndsSooner(Refusal):
    """The window ends on ``last_on`` already; ``wanted`` is not before that."""

    code = "capacity.ends_sooner"


class CapacityBelowZero(Refusal):
    """On ``day`` the windows of ``kind`` would add up to ``devices``, below none."""

    code = "capacity.below_zero"


class CapacityAboveInstalled(Refusal):
    """On ``day`` more devices would be ``in_service`` than are ``installed``."""

    code = "capacity.above_installed"


@dataclass(frozen=True, slots=True)
class Window:
    """So many devices from a day to a day, both included; open where ``last_on`` is ``None``."""

    kind: CapacityKind
    devices: int
    first_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Seen:
    """Devices of a partition that a cluster itself has closed for some days; see ``Window``.

    ``name`` is what the cluster calls it, ``note`` who may be there, and from when until when.
    """

    partition_id: int
    devices: int
    first_on: date
    last_on: date
    name: str
    note: str


def check_nodes(names: Sequence[str], kind: CapacityKind, devices: int) -> None:
    """Refuse names of machines that are none, or where none are taken out of service.

    Raises:
        NodesUnfit

    """
    if not names:
        return
    if not all(map(is_node_name, names)) or len(",".join(names)) > NODES_LENGTH_MAX:
        raise NodesUnfit(nodes=", ".join(names)[:NODES_LENGTH_MAX], why="names")
    if kind is not CapacityKind.IN_SERVICE or devices > 0:
        raise NodesUnfit(nodes=", ".join(names), why="not-taken-out")


def check_code(value: str) -> None:
    """Refuse a code that could not stand in an address or on a command line."""
    if not _CODE.fullmatch(value):
        raise CodeWrong(value=value)


def devices_of(windows: Iterable[Window], *, kind: CapacityKind, day: date) -> int:
    """How many devices the windows of a kind add up to on a day."""
    return sum(
        window.devices
        for window in windows
        if window.kind is kind
        and window.first_on <= day
        and (window.last_on is None or day <= window.last_on)
    )


def device_seconds_of(
    windows: Iterable[Window], *, kind: CapacityKind, first_on: date, last_on: date
) -> int:
    """Devices times seconds over whole days, both ends included; exact, by counting days."""
    device_days = 0
    for window in windows:
        if window.kind is kind:
            first = max(window.first_on, first_on)
            last = last_on if window.last_on is None else min(window.last_on, last_on)
            device_days += window.devices * max((last - first).days + 1, 0)
    return device_days * DAY_S


def days_of_change(windows: Iterable[Window]) -> list[date]:
    """The days on which a count begins to differ from the day before, in order."""
    days = set()
    for window in windows:
        days.add(window.first_on)
        if window.last_on is not None and window.last_on < date.max:
            days.add(window.last_on + ONE_DAY)
    return sorted(days)


def check_capacity(windows: Sequence[Window]) -> None:
    """Refuse windows that add up to what cannot be, on the first such day and in this order.

    Raises:
        CapacityBelowZero: less than no devices of a kind.
        CapacityAboveInstalled: more in service than installed.

    """
    for day in days_of_change(windows):
        count = {kind: devices_of(windows, kind=kind, day=day) for kind in CapacityKind}
        for kind, devices in count.items():
            if devices < 0:
                raise CapacityBelowZero(day=day, kind=kind, devices=devices)
        installed = count[CapacityKind.INSTALLED]
        in_service = count[CapacityKind.IN_SERVICE]
        if in_service > installed:
            raise CapacityAboveInstalled(day=day, in_service=in_service, installed=installed)
