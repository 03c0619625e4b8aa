"""What a cluster was found to consist of, beside what Praya counts there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from praya.apps.clusters.queries import partitions_with_windows, window_of
from praya.apps.clusters.rules import CapacityKind, devices_of
from praya.apps.enforcement.models import Link
from praya.apps.enforcement.queries.links import link_of
from praya.core.refusal import NotFound


@dataclass(frozen=True, slots=True)
class FoundPartition:
    """Cards of one model in a part of a cluster, as last looked at.

    ``installed`` and ``in_service`` are what Praya counts in its partition of that name on a day,
    ``None`` where it has none.
    """

    name: str
    nodes: int
    is_up: bool
    device_model: str
    cards: int
    out: tuple[Mapping[str, Any], ...]
    installed: int | None
    in_service: int | None

    @property
    def code(self) -> str:
        """What a partition of Praya's for it is called."""
        return code_of_partition(self.name)


def code_of_partition(name: str) -> str:
    """What a partition of Praya's is called for a part of a cluster, which may have capitals."""
    return name.lower()


def names_by_code(names: Iterable[str]) -> dict[str, str]:
    """What a cluster calls its parts, by what Praya's partitions for them are called.

    >>> names_by_code(["h800", "H800", "Old"])
    {'h800': 'h800', 'old': 'Old'}
    """
    # Small letters come last, so a part that is called as its code goes before others.
    return {code_of_partition(name): name for name in sorted(names)}


def found_partitions(link: Link, *, day: date) -> tuple[FoundPartition, ...]:
    """The parts of a cluster that have cards. Three queries."""
    counted: dict[tuple[str, str], list[int]] = {}
    for partition in partitions_with_windows(link.cluster.code):
        windows = [window_of(row) for row in partition.capacity.all()]
        counted[partition.code, partition.device_model.code] = [
            devices_of(windows, kind=kind, day=day)
            for kind in (CapacityKind.INSTALLED, CapacityKind.IN_SERVICE)
        ]
    found = []
    for part in link.partitions:
        for kind, cards in sorted(part["cards"].items()):
            model = link.kinds.get(kind, kind)
            known = counted.get((code_of_partition(part["name"]), model), [None, None])
            facts = part["name"], part["nodes"], part["is_up"], model, cards
            found.append(FoundPartition(*facts, tuple(part.get("out", ())), *known))
    return tuple(found)


def found_partition(code: str, name: str, model: str, *, day: date) -> FoundPartition:
    """Cards of a model in a part of a cluster, as last looked at; raises ``NotFound``."""
    for one in found_partitions(link_of(code), day=day):
        if (one.code, one.device_model) == (code_of_partition(name), model):
            return one
    raise NotFound(kind="partition", key=name)
