"""Forecasts of the site: one that was truly reckoned, and as many rows as a year would have."""

from __future__ import annotations

from datetime import timedelta

from benchmarks.seed.scale import NOW, Scale
from benchmarks.seed.site import Place
from praya.apps.forecasts.commands import ask_forecast, begin_forecast, finish_forecast
from praya.apps.forecasts.models import Forecast
from praya.apps.forecasts.queries import question_of
from praya.apps.forecasts.rules import ForecastState, Purpose
from praya.apps.people.models import Person
from praya.apps.programmes.queries import actor_for
from praya.core.actor import Role
from praya.core.simulator.forecast.asking import ask
from praya.core.simulator.forecast.plain import from_plain, to_plain
from praya.core.simulator.forecast.question import ForecastQuestion
from praya.worker.forecast_schedule import schedules_of

ROWS = 365


def write(scale: Scale, place: Place) -> None:
    """Ask for a week in two runs and answer it as the worker does; the rest is older.

    A small site has nothing to run, and one forecast that says so.
    """
    officer = place.staff[Role.OFFICER][0]
    if scale.jobs_alive:
        _older(_answered(place, officer))
        return
    Forecast.objects.create(
        code="F-000001",
        programme=place.programme,
        purpose=Purpose.QUESTION.value,
        seeds=2,
        days=7,
        state=ForecastState.FAILED.value,
        reason="There is nothing to run.",
        asked_at=NOW,
        asked_by=officer,
    )


def _answered(place: Place, officer: Person) -> Forecast:
    made = ask_forecast(
        programme_code=place.programme.code,
        name="The week to come",
        seeds=2,
        days=7,
        by=actor_for(officer, NOW),
        now=NOW,
    )
    begin_forecast(now=NOW)
    question = from_plain(ForecastQuestion, question_of(made.code))
    finish_forecast(
        code=made.code,
        answer=to_plain(ask(question)),
        schedules=schedules_of(question),
        now=NOW,
    )
    made.refresh_from_db()
    return made


def _older(made: Forecast) -> None:
    for back in range(1, ROWS):
        made.pk, made.code = None, f"F-{900_000 + back}"
        made.asked_at = NOW - timedelta(days=back)
        made.name = f"{back} days ago"
        made.save(force_insert=True)
