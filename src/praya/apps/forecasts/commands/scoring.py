"""What was said is held against what happened."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.forecasts import queries
from praya.apps.forecasts.models import Expectation


def score_forecasts(*, now: datetime) -> int:
    """Look up what became of what kept and daily forecasts said; of how many.

    What cannot be known yet waits. May be repeated: each is looked up once. Nobody is asked who
    they are: only Praya's own rounds score.
    """
    due = queries.due_expectations(now)
    truths = queries.truths_of(due, now)
    with transaction.atomic():
        for one in due:
            one.actual, one.known_at = truths[one.pk], now
        Expectation.objects.bulk_update(due, ["actual", "known_at"])
    return len(due)
