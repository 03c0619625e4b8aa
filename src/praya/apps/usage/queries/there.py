"""Clusters that take jobs of their own users alone: how one is submitted there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from praya.apps.clusters.queries import open_partitions
from praya.apps.usage.engines import takes_jobs
from praya.apps.usage.queries.lines import is_lease
from praya.core.execution.discovery import UNTYPED

if TYPE_CHECKING:
    from praya.apps.awards.models import Award, AwardLine
    from praya.apps.clusters.models import Partition


@dataclass(frozen=True, slots=True)
class There:
    """A line's account on a cluster, and what that calls its cards; empty where it has no name."""

    cluster: str
    account: str
    kind: str


def account_of(award_code: str) -> str:
    """What the account of an award is called on a cluster."""
    return award_code.lower()


def account_of_lease(line_code: str) -> str:
    """The account of a line in cards on a cluster.

    >>> account_of_lease("HCP-0007.2")
    'hcp-0007-2'
    """
    return line_code.lower().replace(".", "-")


def place_there(line: AwardLine, partition: Partition) -> There:
    """What a job of a line names on the cluster of a partition."""
    told = partition.cluster.engine_settings
    own = account_of_lease(line.code) if is_lease(line) else account_of(line.award.code)
    kinds = [
        kind
        for kind, model in told.get("models", {}).items()
        if model == line.device_model_code and kind != UNTYPED
    ]
    account = told.get("accounts", {}).get(own, own)
    return There(partition.cluster.name, account, min(kinds, default=""))


def lines_there(awards: Iterable[Award]) -> dict[int, There]:
    """Lines whose cards are all on clusters to which Praya submits nothing, by their ids.

    Awards come with their programmes and lines. One query.
    """
    partitions = open_partitions()
    found = {}
    for award in awards:
        serving = [one for one in partitions if one.programme_code in {"", award.programme.code}]
        serving.sort(key=lambda one: one.programme_code == "")
        for line in award.lines.all():
            fits = [one for one in serving if one.device_model.code == line.device_model_code]
            fits = fits[:1] if is_lease(line) else fits
            if fits and not any(takes_jobs(one.cluster.engine) for one in fits):
                found[line.pk] = place_there(line, fits[0])
    return found
