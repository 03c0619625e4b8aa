"""What changes reports: the public snapshot is taken anew."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.programmes.queries import programme_of
from praya.apps.reports.models import Snapshot
from praya.apps.reports.queries import figures_of

_KEPT = 400


@transaction.atomic
def take_snapshot(*, programme_code: str, now: datetime) -> Snapshot:
    """Reckon the public figures and keep them; public pages show the latest.

    May be repeated; the same instant gives the same figures. The last 400 are kept, as history.
    Nobody is asked who they are: only Praya's own rounds take snapshots, and they tell nothing new.
    """
    programme = programme_of(programme_code)
    snapshot = Snapshot.objects.create(
        programme=programme, taken_at=now, figures=figures_of(programme_code, now)
    )
    kept = Snapshot.objects.filter(programme=programme).order_by("-id")[:_KEPT]
    old = Snapshot.objects.filter(programme=programme).exclude(id__in=[one.id for one in kept])
    old.delete()
    return snapshot
