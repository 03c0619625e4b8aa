"""Which figures of clusters are from before, since the cluster does not answer what is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from praya.apps.enforcement.models import Link
from praya.apps.enforcement.rules import Asked
from praya.core.ledger import FourNumbers
from praya.core.quantity import device_model_of


@dataclass(frozen=True, slots=True)
class Stale:
    """What is told of a cluster is as of an instant, or nothing was read yet.

    ``since`` is when it was first asked and did not answer; ``said`` is what its programs said, for
    those who operate it.
    """

    cluster: str
    name: str
    asked: Asked
    since: datetime
    as_of: datetime | None
    said: str
    device_models: frozenset[str]


def silent_links() -> QuerySet[Link]:
    """Clusters on which awards are held, and which do not answer something they are asked."""
    held = Link.objects.filter(enforced_since__isnull=False, cluster__closed_at=None)
    silent = Q()
    for asked in Asked:
        silent |= Q(**{f"{asked.since}__isnull": False})
    return held.filter(silent).select_related("cluster")


def stale_of(link: Link) -> tuple[Stale, ...]:
    """What is stale of a cluster, by what it does not answer."""
    found = []
    for asked in Asked:
        since = getattr(link, asked.since)
        if since is not None:
            as_of = {
                Asked.AWARDS: link.good_at,
                Asked.ACCOUNTS: link.read_at,
                Asked.JOBS: link.jobs_at,
            }[asked]
            said = getattr(link, asked.said)
            models = frozenset(link.kinds.values())
            called = link.cluster.code, link.cluster.name
            found.append(Stale(*called, asked, since, as_of, said, models))
    return tuple(found)


def stale(*asked: Asked) -> list[Stale]:
    """What is stale of all clusters, of what is asked. One query."""
    return [one for link in silent_links() for one in stale_of(link) if one.asked in asked]


def stale_numbers(numbers: Iterable[FourNumbers], known: Sequence[Stale]) -> list[Stale]:
    """Which of what is stale bears on an award's four numbers: clusters that have its cards."""
    models = {device_model_of(one.commodity) for one in numbers}
    return [one for one in known if not models.isdisjoint(one.device_models)]
