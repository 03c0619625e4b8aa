"""Clusters that take jobs of their own users alone: how one is submitted there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from praya.apps.clusters.queries import open_clusters, open_partitions
from praya.apps.usage.engines import takes_jobs
from praya.apps.usage.queries.lines import is_lease
from praya.core.execution.discovery import UNTYPED

if TYPE_CHECKING:
    from praya.apps.awards.models import Award, AwardLine
    from praya.apps.clusters.models import Cluster, Partition


@dataclass(frozen=True, slots=True)
class There:
    """Where a line's jobs are submitted by its members: a cluster, by code and name.

    ``called`` is what the cluster calls itself, ``account`` the line's account there, and ``kind``
    what such cards are called there; ``called`` and ``kind`` are empty where nothing is told.
    ``partitions`` are those of the cluster that the line's jobs may go to, by its own names, as far
    as Praya has any.
    """

    code: str
    cluster: str
    called: str
    account: str
    kind: str
    partitions: tuple[str, ...] = ()


def account_of(award_code: str) -> str:
    """What the account of an award is called on a cluster."""
    return award_code.lower()


def account_of_lease(line_code: str) -> str:
    """The account of a line in cards on a cluster.

    >>> account_of_lease("HCP-0007.2")
    'hcp-0007-2'
    """
    return line_code.lower().replace(".", "-")


def places_there(line: AwardLine) -> list[There]:
    """Clusters whose own users alone submit a line's jobs, the first the one that fits best."""
    return _places(line, line.award.programme.code, open_partitions(), open_clusters())


def lines_there(awards: Iterable[Award]) -> dict[int, There]:
    """Lines whose cards are all on clusters to which Praya submits nothing, by their ids.

    Awards come with their programmes and lines. Two queries.
    """
    partitions, clusters = open_partitions(), open_clusters()
    found: dict[int, There] = {}
    for award in awards:
        programme = award.programme.code
        for line in award.lines.all():
            fits = _fitting(line, programme, partitions)
            if not any(takes_jobs(one.cluster.engine) for one in fits):
                found.update(
                    (line.pk, place) for place in _places(line, programme, partitions, clusters)[:1]
                )
    return found


def _places(
    line: AwardLine, programme: str, partitions: Iterable[Partition], clusters: Iterable[Cluster]
) -> list[There]:
    fits = _fitting(line, programme, partitions)
    told = [one.cluster for one in fits if not takes_jobs(one.cluster.engine)]
    untold = [] if is_lease(line) and fits else _untold(line, partitions, clusters)
    return [_place(line, cluster, fits) for cluster in dict.fromkeys(chain(told, untold))]


def _fitting(line: AwardLine, programme: str, partitions: Iterable[Partition]) -> list[Partition]:
    """Partitions that a line's jobs may go to, its programme's own first; of a lease the one."""
    fits = [
        one
        for one in partitions
        if one.device_model.code == line.device_model_code and one.programme_code in {"", programme}
    ]
    fits.sort(key=lambda one: one.programme_code == "")
    return fits[:1] if is_lease(line) else fits


def _untold(
    line: AwardLine, partitions: Iterable[Partition], clusters: Iterable[Cluster]
) -> list[Cluster]:
    """Clusters that hold awards and have a line's cards, of which Praya has no partition."""
    model = line.device_model_code
    told = {one.cluster_id for one in partitions if one.device_model.code == model}
    return [
        one
        for one in clusters
        if one.pk not in told
        and one.engine_settings.get("is_held")
        and model in one.engine_settings["models"].values()
    ]


def _place(line: AwardLine, cluster: Cluster, fits: Iterable[Partition]) -> There:
    """What a job of a line names on a cluster."""
    told = cluster.engine_settings
    own = account_of_lease(line.code) if is_lease(line) else account_of(line.award.code)
    names = told.get("partitions", {})
    kinds = [
        kind
        for kind, model in told.get("models", {}).items()
        if model == line.device_model_code and kind != UNTYPED
    ]
    return There(
        code=cluster.code,
        cluster=cluster.name,
        called=told.get("cluster", ""),
        account=told.get("accounts", {}).get(own, own),
        kind=min(kinds, default=""),
        partitions=tuple(
            names[one.code] for one in fits if one.cluster_id == cluster.pk and one.code in names
        ),
    )
