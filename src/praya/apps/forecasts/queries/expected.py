"""What is expected of a waiting job and of an award, by the latest forecast that says so.

People read it who see no forecast. So those about a round do not count: not even a code tells them
that a round was asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef

from praya.apps.awards.models import Award
from praya.apps.awards.queries import award_of
from praya.apps.books.queries import line_numbers
from praya.apps.forecasts.models import Expectation, Forecast
from praya.apps.forecasts.queries.forecasts import HEAVY
from praya.apps.forecasts.queries.grants import time_of
from praya.apps.forecasts.rules import Measure
from praya.core.actor import Actor
from praya.core.ledger import FourNumbers

FRESH_DAYS = 3  # an older forecast says nothing of a job that waits now
RUN_OUT_DAYS = 28  # nor of when an award is used up


def start_expected(job_code: str, now: datetime) -> Expectation | None:
    """When a waiting job is expected to start, by the latest forecast that knew of it. One query.

    The caller has asked whether the reader may see the job.
    """
    return (
        Expectation.objects.filter(
            measure=Measure.START.value,
            subject=job_code,
            forecast__asked_at__gt=now - timedelta(days=FRESH_DAYS),
            forecast__round=None,
        )
        .select_related("forecast")
        .order_by("-forecast_id")
        .first()
    )


def run_outs_of(award_code: str, actor: Actor, now: datetime) -> tuple[Award, list[Expectation]]:
    """An award, and when each line of it is expected to be used up; see ``expected_run_outs``.

    Raises:
        NotFound: there is no such award, or the actor may not know of it.

    """
    award = award_of(award_code, actor)
    numbers = line_numbers(line.code for line in award.lines.all())
    return award, expected_run_outs(award, numbers, now)


def expected_run_outs(
    award: Award, numbers: Mapping[str, Sequence[FourNumbers]], now: datetime
) -> list[Expectation]:
    """When each line of an award is expected to be used up, by the latest forecast that says so.

    What was told of another grant than a line has now is left out, and so is an instant that a
    later forecast looked beyond without finding the line used up. ``numbers`` are those of its
    lines. Two queries where the award has its lines at hand.
    """
    ours = f"{award.code}."
    forecasts = Forecast.objects.filter(
        programme_id=award.programme_id,
        round=None,
        asked_at__gt=now - timedelta(days=RUN_OUT_DAYS),
    )
    told = Expectation.objects.filter(
        measure=Measure.RUN_OUT.value, subject__startswith=ours, forecast__in=forecasts
    )
    grants = {line.code: sum(time_of(line, numbers[line.code])) for line in award.lines.all()}
    latest: dict[str, Expectation] = {}
    heavy = (f"forecast__{one}" for one in HEAVY)
    for one in told.select_related("forecast").defer(*heavy).order_by("-forecast_id"):
        if one.granted is not None and one.granted == grants.get(one.subject):
            latest.setdefault(one.subject, one)
    use = Expectation.objects.filter(
        measure=Measure.USE.value, subject__startswith=ours, forecast=OuterRef("pk")
    )
    counted = forecasts.filter(Exists(use)).order_by().values_list("days")
    views = [
        (last, at + timedelta(days=days))
        for days, last, at in counted.annotate(last=Max("id"), at=Max("asked_at"))
    ]
    return [one for _, one in sorted(latest.items()) if _stands(one, views)]


def _stands(told: Expectation, views: Iterable[tuple[int, datetime]]) -> bool:
    """Whether no later forecast that counted the award looked beyond what was told of it."""
    at_s = told.low if told.middle is None else told.middle
    return not any(last > told.forecast_id and until.timestamp() >= at_s for last, until in views)
