"""How the site is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, connection

from praya.apps.clusters.queries import silent_clusters
from praya.apps.usage.heartbeat import last_round_at


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the database answers, how long ago the worker did its last round, silent engines."""

    has_database: bool
    worker_age_s: int | None
    silent_clusters: int = 0


def health(now: datetime) -> Health:
    """How the site is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return Health(has_database=False, worker_age_s=None)
    seen_at = last_round_at()
    age_s = None if seen_at is None else int((now - seen_at).total_seconds())
    return Health(has_database=True, worker_age_s=age_s, silent_clusters=silent_clusters().count())
