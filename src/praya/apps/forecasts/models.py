"""Rows about forecasts and what was expected in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from praya.apps.choices import choices_of
from praya.apps.forecasts.rules import ForecastState, Measure, Purpose
from praya.apps.people.models import Person
from praya.apps.programmes.models import Programme, Round


class Forecast(models.Model):
    """A question about the machines of a programme, what it stood on, and the answer.

    ``question`` holds the site as it was when it was asked, the variant, and the seeds: it gives
    the same answer again under the same ``version``.
    """

    code = models.CharField(max_length=20, unique=True, help_text="as F-000007")
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="forecasts")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="forecasts")
    name = models.CharField(max_length=200, blank=True)
    purpose = models.CharField(max_length=10, choices=choices_of(Purpose))
    changes = models.JSONField(default=list)
    seeds = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(default=0, help_text="the first of them")
    days = models.PositiveSmallIntegerField()
    question = models.JSONField(null=True, help_text="what the simulator is given")
    question_sha256 = models.CharField(max_length=64)
    cases = models.JSONField(default=list, help_text="applications that the base holds, by code")
    state = models.CharField(
        max_length=10, choices=choices_of(ForecastState), default=ForecastState.ASKED.value
    )
    runs_done = models.PositiveIntegerField(default=0)
    runs_all = models.PositiveIntegerField(default=0)
    answer = models.JSONField(null=True, help_text="without what changes by the day")
    reason = models.TextField(blank=True, help_text="why it failed")
    version = models.CharField(max_length=40, help_text="of Praya")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_kept = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["programme", "-id"], name="forecast_programme"),
            # Questions and answers are long: what is asked of many is read beside them.
            models.Index(fields=["programme", "asked_at", "round", "days"], name="forecast_asked"),
            models.Index(
                fields=["id"],
                condition=models.Q(
                    state__in=[ForecastState.ASKED.value, ForecastState.RUNNING.value]
                ),
                name="forecast_under_way",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Piece(models.Model):
    """What of an answer changes by the day: of one figure of one side, or the schedule."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="pieces")
    name = models.CharField(max_length=120, help_text="as base/burn/HCP-0007.1")
    content = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["forecast", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["forecast", "name"], name="piece_once"),
        ]


class Expectation(models.Model):
    """The quantiles that a forecast said of one thing, and the truth once it is known.

    Those of a start are mended by how earlier ones held: ``core.simulator.forecast.calibration``.
    ``known_at`` is when the truth was looked up; without ``actual`` it never came about, as with a
    job that was cancelled before it began.
    """

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="expectations")
    measure = models.CharField(max_length=12, choices=choices_of(Measure))
    subject = models.CharField(max_length=110, help_text="a job, an award or a device model")
    due_at = models.DateTimeField(help_text="when the truth is to be known")
    low = models.BigIntegerField()
    middle = models.BigIntegerField(null=True, help_text="empty: beyond the end of the forecast")
    high = models.BigIntegerField(null=True, help_text="empty: beyond the end of the forecast")
    learnt = models.PositiveIntegerField(
        default=0, help_text="earlier waits by which the interval was mended; 0: as simulated"
    )
    simulated = models.JSONField(
        null=True, help_text="low, middle and high before they were mended, where they were"
    )
    granted = models.BigIntegerField(
        null=True, help_text="card-seconds of the line, where it is told when these are used up"
    )
    actual = models.BigIntegerField(null=True)
    known_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["forecast", "measure", "subject", "due_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["forecast", "measure", "subject", "due_at"], name="expectation_once"
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["measure", "subject", "-forecast"], name="expectation_subject"),
            models.Index(
                fields=["due_at"], condition=models.Q(known_at=None), name="expectation_due"
            ),
        ]
