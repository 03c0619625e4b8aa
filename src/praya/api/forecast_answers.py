"""What forecasts say, by API: the answer, the question behind it, and some side by side."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath
from praya.apps.forecasts import queries
from praya.apps.forecasts.rules import schedule_piece, whole
from praya.words.forecast_figures import compared, sides_of

router = Router(tags=["forecasts"])
COMPARED_MAX = 4


class SideBySideIn(Schema):
    """Which forecasts, by their codes, in this order."""

    code: Annotated[list[CodeGiven], Field(max_length=COMPARED_MAX)] = Field(default_factory=list)


class IntervalOut(Schema):
    """The runs' tenth percentile, median and ninetieth; null: beyond the end, or not known."""

    low: float | None
    median: float | None
    high: float | None


class BandOut(Schema):
    """A utilisation, day by day, as shares of 1."""

    numerator: str
    denominator: str
    whole: IntervalOut
    low: list[float]
    median: list[float]
    high: list[float]


class WaitOut(Schema):
    """Seconds from submission to the first start, of one class of jobs.

    `curve_median` and so on are the waits than which 2, 4 … 98 in a hundred of them wait less.
    """

    by: str
    name: str
    jobs: IntervalOut
    unserved: IntervalOut
    mean_s: IntervalOut
    median_s: IntervalOut
    p90_s: IntervalOut
    curve_low: list[float] = Field(default_factory=list)
    curve_median: list[float] = Field(default_factory=list)
    curve_high: list[float] = Field(default_factory=list)


class AwardForecastOut(Schema):
    """What becomes of a line; `run_out_s` counts from midnight UTC of the question's `zero_on`.

    `burn_low` and so on are card-seconds used by the end of each day, `plan` what was to be.
    `jobs_like` tells what its jobs were made like: `past` its own of late, `told` what its team
    told, `others` those of others, `invented` sizes that halve, `given` those of the question.
    """

    award: str
    granted_card_seconds: int | None
    used_card_seconds: IntervalOut
    asked_card_seconds: IntervalOut
    share_of_grant: IntervalOut | None
    whole_chance: float | None
    run_out_s: IntervalOut | None
    mean_slowdown: IntervalOut
    burn_low: list[float]
    burn_median: list[float]
    burn_high: list[float]
    share_of_lease: IntervalOut | None = None
    plan: list[int]
    jobs_like: list[str] = Field(default_factory=list)


class QueueOut(Schema):
    """When a waiting job starts, on the scale of `run_out_s`."""

    job: str
    award: str
    start_s: IntervalOut
    started_chance: float


class FairnessOut(Schema):
    """How evenly awards are served."""

    jain: IntervalOut
    slowdown_spread: IntervalOut


class SideOut(Schema):
    """One side: bands over the runs."""

    seeds: list[int]
    days: list[date]
    jobs: IntervalOut
    utilisation: list[BandOut]
    waits: list[WaitOut]
    awards: list[AwardForecastOut]
    queue: list[QueueOut]
    energy_kwh: IntervalOut
    fairness: FairnessOut
    fragmentation: IntervalOut
    unfit: IntervalOut | None = None


class AnswerOut(Schema):
    """What a forecast says: as things stand, and changed with the difference where asked."""

    forecast: str
    zero_on: date
    base: SideOut
    variant: SideOut | None
    difference: dict[str, Any] | None
    policies: dict[str, Any] | None = None
    learnt: int = 0


class StayOut(Schema):
    """Cards side by side that a job of an award holds, numbered from 0; both ends count."""

    award: str
    pool: str
    first_card: int
    last_card: int
    begins_at: datetime
    ends_at: datetime


class ScheduleOut(Schema):
    """Who runs where in the first of the runs; `is_cut`: there are more stays than are kept."""

    side: str
    begins_at: datetime
    ends_at: datetime
    is_cut: bool
    stays: list[StayOut]


class ForecastFigureOut(Schema):
    """A figure of each side, in words and as numbers, and how much each is above the first.

    A difference with a band is run by run, between the sides of one forecast; any other is median
    less median. That of the first is empty.
    """

    code: str
    figure: str
    cells: list[str]
    differences: list[str]
    values: list[IntervalOut | None]
    difference_values: list[IntervalOut | None]


class FiguresBesideOut(Schema):
    """The main figures of some forecasts; a forecast with changes has two sides."""

    heads: list[str]
    rows: list[ForecastFigureOut]


@router.get(
    "/forecasts/side-by-side",
    response=FiguresBesideOut,
    summary="The main figures of answered forecasts side by side",
)
def side_by_side(request: HttpRequest, given: Query[SideBySideIn]) -> dict[str, Any]:
    by = caller(request)
    found = [queries.answer_of(code, by) for code in dict.fromkeys(given.code)]
    sides = sides_of((one.code, one.answer or {}) for one in found)
    return {
        "heads": [side.head for side in sides],
        "rows": [
            {
                "code": one.figure.code,
                "figure": one.figure.label,
                "cells": one.figure.cells,
                "differences": one.changes,
                "values": one.figure.told,
                "difference_values": one.differences,
            }
            for one in compared(sides)
        ],
    }


@router.get("/forecasts/{code}/answer", response=AnswerOut, summary="What a forecast says")
def answer(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.answer_of(code, caller(request))
    assert found.answer is not None
    return {"forecast": code, **whole(found.answer, queries.pieces_of(found))}


@router.get(
    "/forecasts/{code}/schedule",
    response=ScheduleOut,
    summary="Who runs where in the first of the runs, two weeks at most",
)
def schedule(
    request: HttpRequest, code: CodeInPath, side: Literal["base", "variant"] = "base"
) -> dict[str, Any]:
    found = queries.answer_of(code, caller(request))
    name = schedule_piece(side)
    told = queries.pieces_of(found, name)[name]
    awards, pools = told["awards"], [name for name, _nodes in told["pools"]]
    return {
        "side": side,
        "begins_at": _instant(told["begins"]),
        "ends_at": _instant(told["ends"]),
        "is_cut": told["is_cut"],
        "stays": [
            {
                "award": awards[award],
                "pool": pools[pool],
                "first_card": first,
                "last_card": last,
                "begins_at": _instant(begin),
                "ends_at": _instant(end),
            }
            for award, pool, first, last, begin, end in told["rows"]
        ],
    }


@router.get(
    "/forecasts/{code}/question",
    response=dict[str, Any],
    summary="What a forecast stands on",
    description="As the simulator takes it, so that anyone can run it again.",
)
def question(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.answer_of(code, caller(request))
    plain: dict[str, Any] | None = found.question
    assert plain is not None
    return plain


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
