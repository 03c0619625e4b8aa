"""A cluster's own sums beside what was charged, by API."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from praya.api.callers import caller
from praya.api.fields import CodeInPath
from praya.apps.enforcement.commands import compare_again
from praya.apps.enforcement.queries.comparing import completeness_visible_to
from praya.words import clock
from praya.words.completeness import reason_sentence

router = Router(tags=["clusters"])
FirstDay = Annotated[date | None, Query(description="six days before the last, if left out")]
LastDay = Annotated[date | None, Query(description="today, if left out")]


class SumDifferenceOut(Schema):
    """A part of a difference, positive where the cluster has more; without a job, of no one job."""

    kind: str
    card_seconds: int
    job_id: str
    member: str
    why: str
    needs_a_look: bool
    sentence: str


class ComparedDayOut(Schema):
    """A day of an account and a device model. The differences add up to summed less charged."""

    day: date
    account: str
    award: str
    device_model: str
    summed_s: int
    charged_s: int
    to_look_at_s: int
    until: datetime
    compared_at: datetime
    differences: list[SumDifferenceOut]


class RunCorrectionOut(Schema):
    """A run that was charged, told otherwise by the cluster, and put right."""

    job_id: str
    award: str
    member: str
    was_s: int
    becomes_s: int
    is_refund: bool
    made_at: datetime


class UnreadOut(Schema):
    """A line of the cluster's that could not be read."""

    line: str
    why: str


class CompletenessOut(Schema):
    """What was compared last, of the days asked for."""

    code: str
    first_on: date
    last_on: date
    compared_at: datetime | None
    summed_until: datetime | None
    silent_since: datetime | None
    days: list[ComparedDayOut]
    corrections: list[RunCorrectionOut]
    unread: list[UnreadOut]


class DaysIn(Schema):
    """The days to compare, 31 at most."""

    first_on: date
    last_on: Annotated[date, Field()]


@router.get(
    "/links/{code}/completeness",
    response=CompletenessOut,
    summary="A cluster's own sums beside what was charged",
    description="As compared last; nothing is asked of the cluster.",
)
def completeness(
    request: HttpRequest, code: CodeInPath, first_on: FirstDay = None, last_on: LastDay = None
) -> dict[str, Any]:
    seen = completeness_visible_to(
        caller(request), code, now=clock.now(), first_on=first_on, last_on=last_on
    )
    differences: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in seen.differences:
        differences[one.of_id].append(_difference(one))
    names = ("day", "account", "device_model", "summed_s", "charged_s", "to_look_at_s", "until",
             "compared_at")  # fmt: skip
    return {
        "code": code,
        "first_on": seen.first_on,
        "last_on": seen.last_on,
        "compared_at": seen.link.compared_at,
        "summed_until": seen.link.summed_until,
        "silent_since": seen.link.accounts_silent_since,
        "days": [
            {name: getattr(row, name) for name in names}
            | {"award": row.award_code, "differences": differences[row.pk]}
            for row in seen.days
        ],
        "corrections": [_correction(one) for one in seen.corrections],
        "unread": list(seen.unread),
    }


@router.post(
    "/links/{code}/completeness",
    response=CompletenessOut,
    summary="Compare a cluster's sums with what was charged again",
    description="Reads its records and sums, and receives what was missed. Safe to repeat.",
)
def compare(request: HttpRequest, code: CodeInPath, wish: DaysIn) -> dict[str, Any]:
    compare_again(code=code, **wish.dict(), by=caller(request), now=clock.now())
    return completeness(request, code, wish.first_on, wish.last_on)


def _difference(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = ("kind", "card_seconds", "job_id", "member", "why", "needs_a_look")
    return {name: getattr(row, name) for name in names} | {"sentence": reason_sentence(row.kind)}


def _correction(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a row
    names = ("job_id", "member", "was_s", "becomes_s", "is_refund", "made_at")
    return {name: getattr(row, name) for name in names} | {"award": row.award.code}
