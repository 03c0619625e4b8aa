"""Organisations that may not apply for a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.applications.models import Exclusion

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme


@transaction.atomic
def exclude_organisation(
    *,
    programme: Programme,
    organisation_id: int,
    until: date,
    award_code: str,
    change_number: int,
    now: datetime,
) -> Exclusion:
    """Let an organisation not apply to a programme until a day; it takes the place of one before.

    Drafts and cases that are there stay. The caller checks access, has seen to it that two people
    stand behind it, and writes the audit line and the letter.
    """
    return Exclusion.objects.create(
        programme=programme,
        organisation_id=organisation_id,
        until=until,
        award_code=award_code,
        change_number=change_number,
        at=now,
    )
