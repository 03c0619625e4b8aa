"""Which organisations may not apply for a time."""

from __future__ import annotations

from datetime import date

from praya.apps.applications.models import Exclusion


def excluded_until(programme_code: str, organisation_id: int, today: date) -> date | None:
    """The last day on which an organisation may not apply to a programme; none if it may."""
    latest = (
        Exclusion.objects.filter(programme__code=programme_code, organisation_id=organisation_id)
        .values_list("until", flat=True)
        .first()
    )
    return latest if latest is not None and today <= latest else None
