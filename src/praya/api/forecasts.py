"""Forecasts by API: ask, follow, read, keep; when a job starts and an award is used up."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Count, Day, Id, Line, Whole
from praya.api.paging import Page, Paging, page_of
from praya.apps.forecasts import commands, queries
from praya.apps.forecasts.rules import (
    CHANGES_MAX,
    DAYS_MAX,
    DAYS_USUAL,
    NAME_MAX,
    SEEDS_MAX,
    SEEDS_USUAL,
    ForecastState,
    WhatIf,
    WhatIfKind,
)
from praya.apps.usage.queries import job_of
from praya.words import clock
from praya.words.forecasts import (
    MEASURE_NAMES,
    STATE_WORDS,
    loss_text,
    what_if_sentence,
)

if TYPE_CHECKING:
    from praya.apps.forecasts.models import Expectation, Forecast

router = Router(tags=["forecasts"])
Place = Annotated[str, Field(max_length=81, pattern=r"^[a-z0-9/-]*$")]


class WhatIfIn(Schema):
    """One change; which fields it takes hangs on its `kind`. Days are those of UTC."""

    kind: WhatIfKind
    award: CodeGiven | None = None
    device_model: Annotated[Line, Field(max_length=40)] = ""
    partition: Place = ""
    choice: Annotated[Line, Field(max_length=20)] = ""
    cards: Count | None = None
    card_hours: Count | None = None
    value: Count | None = None
    first_on: Day | None = None
    last_on: Day | None = None


class ForecastIn(Schema):
    """A question; with a `round_id`, its open and held cases count as awarded."""

    name: Annotated[Line, Field(max_length=NAME_MAX)] = ""
    round_id: Id | None = None
    changes: Annotated[list[WhatIfIn], Field(max_length=CHANGES_MAX)] = Field(default_factory=list)
    seeds: Annotated[Whole, Field(ge=1, le=SEEDS_MAX)] = SEEDS_USUAL
    days: Annotated[Whole, Field(ge=1, le=DAYS_MAX)] = DAYS_USUAL


class KeepIn(Schema):
    """Under which name a forecast is kept; its own if empty."""

    name: Annotated[Line, Field(max_length=NAME_MAX)] = ""


class ForecastOut(Schema):
    """A forecast in a list: what was asked, and how far it is."""

    code: str
    programme: str
    name: str
    purpose: str
    round: str
    changes: list[str]
    state: str
    state_word: str
    runs_done: int
    runs_all: int
    days: int
    seed: int
    version: str
    question_sha256: str
    asked_at: datetime
    asked_by: str
    begun_at: datetime | None
    ended_at: datetime | None
    is_kept: bool
    reason: str


class ScoreOut(Schema):
    """How the forecasts of the last year did: intervals of 80 %, and the mean quantile loss."""

    measure: str
    measure_word: str
    number: int
    held: int
    coverage: float
    loss: float
    loss_text: str


class ExpectationOut(Schema):
    """When something is expected, with the interval of 80 %; null: beyond the forecast's end.

    `learnt` are the earlier waits by which a start was mended; 0: it is as simulated.
    """

    forecast: str
    asked_at: datetime
    subject: str
    low: datetime
    middle: datetime | None
    high: datetime | None
    learnt: int


@router.get("/forecasts", response=Page[ForecastOut], summary="Forecasts one may see")
def forecasts(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    rows = queries.forecasts_visible_to(caller(request))
    return page_of(rows, paging, lambda found: [_forecast(row) for row in found])


@router.post(
    "/programmes/{code}/forecasts",
    response={201: ForecastOut},
    summary="Ask what the machines will do",
    description="The worker answers; follow its state. Repeated, it makes another forecast.",
)
def ask(request: HttpRequest, code: CodeInPath, given: ForecastIn) -> Status[Any]:
    made = commands.ask_forecast(
        programme_code=code,
        changes=[WhatIf(**{**one.dict(), "award": one.award or ""}) for one in given.changes],
        round_id=given.round_id,
        name=given.name,
        seeds=given.seeds,
        days=given.days,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, _forecast(queries.forecast_of(made.code, caller(request))))


@router.get("/forecasts/{code}", response=ForecastOut, summary="A forecast")
def forecast(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    return _forecast(queries.forecast_of(code, caller(request)))


@router.post(
    "/forecasts/{code}/cancel",
    response=ForecastOut,
    summary="Do not answer a forecast",
    description="Safe to repeat.",
)
def cancel(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    by = caller(request)
    commands.cancel_forecast(code=code, by=by, now=clock.now())
    return _forecast(queries.forecast_of(code, by))


@router.post(
    "/forecasts/{code}/keep",
    response=ForecastOut,
    summary="Keep a forecast, and score it",
    description="Safe to repeat.",
)
def keep(request: HttpRequest, code: CodeInPath, given: KeepIn) -> dict[str, Any]:
    by = caller(request)
    commands.keep_forecast(code=code, name=given.name, by=by, now=clock.now())
    return _forecast(queries.forecast_of(code, by))


@router.post(
    "/forecasts/{code}/forget",
    response=ForecastOut,
    summary="Remove what a forecast stood on and said",
    description="That it was asked stays. Safe to repeat.",
)
def forget(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    by = caller(request)
    commands.forget_forecast(code=code, by=by, now=clock.now())
    return _forecast(queries.forecast_of(code, by))


@router.get(
    "/programmes/{code}/forecast-scores",
    response=list[ScoreOut],
    summary="How earlier forecasts did",
    description=(
        "The loss is in seconds for starts, card-seconds for use, ten-thousandths for utilisation."
    ),
)
def scores(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    found = queries.scores_seen(code, caller(request), clock.now())
    return [
        {
            "measure": measure.value,
            "measure_word": str(MEASURE_NAMES[measure]),
            "number": one.number,
            "held": one.held,
            "coverage": one.held / one.number,
            "loss": one.loss,
            "loss_text": loss_text(measure, one.loss),
        }
        for measure, one in found.items()
    ]


@router.get(
    "/jobs/{code}/expected-start",
    response=ExpectationOut | None,
    summary="When a waiting job is expected to start",
)
def expected_start(request: HttpRequest, code: CodeInPath) -> dict[str, Any] | None:
    job = job_of(code, caller(request))
    found = queries.start_expected(job.code, clock.now())
    return None if found is None else expectation_of(found)


@router.get(
    "/awards/{code}/run-out",
    response=list[ExpectationOut],
    summary="When each line of an award is expected to be used up",
)
def run_out(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    _award, found = queries.run_outs_of(code, caller(request), clock.now())
    return [expectation_of(one) for one in found]


def _forecast(row: Forecast) -> dict[str, Any]:
    fields = ("code", "name", "purpose", "state", "runs_done", "runs_all", "days", "seed")
    more = ("version", "question_sha256", "asked_at", "begun_at", "ended_at", "is_kept", "reason")
    return {name: getattr(row, name) for name in (*fields, *more)} | {
        "programme": row.programme.code,
        "round": row.round.code if row.round else "",
        "changes": [what_if_sentence(one) for one in row.changes],
        "state_word": str(STATE_WORDS[ForecastState(row.state).value]),
        "asked_by": str(row.asked_by) if row.asked_by else "Praya",
    }


def _instant(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)


def expectation_of(row: Expectation) -> dict[str, Any]:
    """What is expected, as ``ExpectationOut`` has it."""
    return {
        "forecast": row.forecast.code,
        "asked_at": row.forecast.asked_at,
        "subject": row.subject,
        "low": _instant(row.low),
        "middle": _instant(row.middle),
        "high": _instant(row.high),
        "learnt": row.learnt,
    }
