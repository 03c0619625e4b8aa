"""Programmes whose small forecast is due: that of the day, or again as jobs have come."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef

from praya.apps.enforcement.models import ClusterJob
from praya.apps.forecasts.models import Forecast
from praya.apps.forecasts.queries.on_clusters import LATER
from praya.apps.forecasts.rules import SMALL, UNDER_WAY, Purpose
from praya.apps.programmes.models import Programme
from praya.apps.usage.models import Job
from praya.apps.usage.rules import JobState

AGAIN = timedelta(hours=1)
# A cluster that did not answer may be read so much after a job was submitted there.
READ_LATE = timedelta(minutes=10)


def programmes_without_daily(now: datetime) -> list[str]:
    """Codes of programmes whose last daily forecast was asked a day ago, or never."""
    fresh = Forecast.objects.filter(
        programme=OuterRef("pk"),
        purpose=Purpose.DAILY.value,
        asked_at__gt=now - timedelta(days=1),
    )
    return list(Programme.objects.filter(~Exists(fresh)).values_list("code", flat=True))


def programmes_with_new_jobs(now: datetime) -> list[str]:
    """Codes of programmes with a waiting job that came after their last small forecast.

    Those of which one is under way, or was asked in the last hour, are left out. Three queries.
    """
    small = Forecast.objects.filter(purpose__in=SMALL).order_by()
    under_way = small.filter(programme=OuterRef("programme"), state__in=UNDER_WAY)
    asked = small.filter(~Exists(under_way)).values_list("programme__code")
    newest = _newest_jobs()
    return [
        code
        for code, asked_at in asked.annotate(last=Max("asked_at"))
        if asked_at <= now - AGAIN and code in newest and newest[code] > asked_at - READ_LATE
    ]


def _newest_jobs() -> dict[str, datetime]:
    """When the youngest job that waits its turn was submitted, by programme."""
    ours = Job.objects.filter(state=JobState.WAITING.value, is_free_use=False)
    there = ClusterJob.objects.filter(job=None, cards__gt=0, began_at=None).exclude(holds__in=LATER)
    found: dict[str, datetime] = {}
    for rows in (ours, there):
        by_programme = rows.order_by().values_list("award__programme__code")
        for code, at in by_programme.annotate(last=Max("submitted_at")):
            found[code] = max(at, found.get(code, at))
    return found
