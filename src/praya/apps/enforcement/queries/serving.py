"""Whose awards a cluster is for: by its cards, and by the programmes that its machines serve."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, QuerySet

from praya.apps.applications.rules import LineShape
from praya.apps.awards.models import AwardLine
from praya.apps.awards.rules import ACCEPTED
from praya.apps.clusters.models import Partition
from praya.apps.clusters.queries import open_partitions

if TYPE_CHECKING:
    from praya.apps.enforcement.models import Link

_EVERY = ""  # as a partition has it that serves every programme


@dataclass(frozen=True, slots=True)
class Serving:
    """The programmes that each cluster's machines of a device model serve, as Praya is told.

    Of a model for which a cluster has no partition in Praya nothing is told, and it serves all.
    """

    told: Mapping[tuple[str, str], Collection[str]]

    def serves(self, cluster: str, model: str, programme: str) -> bool:
        """Whether awards of a programme may use a cluster's cards of a device model."""
        told = self.told.get((cluster, model))
        return told is None or _EVERY in told or programme in told


def serving() -> Serving:
    """What every open cluster serves now. One query."""
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for one in open_partitions():
        told[one.cluster.code, one.device_model.code].add(one.programme_code)
    return Serving(dict(told))


def lines_there(link: Link) -> QuerySet[AwardLine]:
    """The lines in card-hours of accepted awards, of device models that a cluster has."""
    return AwardLine.objects.filter(
        award__state__in=[state.value for state in ACCEPTED],
        shape=LineShape.CARD_HOURS.value,
        device_model_code__in=set(link.kinds.values()),
    ).order_by()


def lines_wanted(link: Link) -> QuerySet[AwardLine]:
    """Those of them whose programmes the cluster's machines serve; as ``Serving.serves``."""
    told = Partition.objects.filter(
        cluster__code=link.cluster.code,
        cluster__closed_at=None,
        device_model__code=OuterRef("device_model_code"),
    )
    of_all = Q(programme_code=_EVERY) | Q(programme_code=OuterRef("award__programme__code"))
    return lines_there(link).filter(~Exists(told) | Exists(told.filter(of_all)))
