"""What newer awards are to bear of older ones, by API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import CodeInPath
from praya.apps.changes import commands, queries
from praya.words import clock

router = Router(tags=["changes"])


class BearingOut(Schema):
    """What a line is to bear from a day on, if nothing is paid or used until then.

    ``matter`` names what for, as advance-12 or debt-7, and ``older`` the award it was had or owed
    on. Where ``waived`` says why, the line is spared it.
    """

    matter: str
    older: str
    award: str
    line: str
    on: date
    currency: str
    amount_minor: int
    card_seconds: int
    told_at: datetime | None
    waived: str
    may_waive: bool


def _shown(found: Sequence[queries.Bearing], request: HttpRequest) -> list[dict[str, Any]]:
    by = caller(request)
    spared = queries.sparable(by, found)
    return [
        {
            "matter": one.matter,
            "older": one.award.code,
            "award": one.line.award.code,
            "line": one.line.code,
            "on": one.on,
            "currency": one.cut.subsidy.currency,
            "amount_minor": one.cut.subsidy.minor,
            "card_seconds": one.cut.time.seconds,
            "told_at": one.told.at if one.told else None,
            "waived": one.waiver.reason if one.waiver else "",
            "may_waive": (one.line.code, one.matter) in spared,
        }
        for one in found
    ]


@router.get(
    "/programmes/{code}/bearings",
    response=list[BearingOut],
    summary="What newer awards are to bear of older ones",
    description="Advances that will be taken off, and overdue debts that will be set off.",
)
def bearings(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    return _shown(queries.bearings_in(code, caller(request), clock.now()), request)


@router.get(
    "/awards/{code}/bearings",
    response=list[BearingOut],
    summary="What an award is to bear of older ones",
    description="Of an open offer, what it would bear if it were accepted now.",
)
def of_award(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    return _shown(queries.bearings_of(code, caller(request), clock.now()), request)


@router.post(
    "/lines/{line}/bearings/{matter}/waive",
    response=list[BearingOut],
    summary="Spare a line what it is to bear",
    description="By the role that the rule names; the lead is told. Safe to repeat.",
)
def waive(
    request: HttpRequest, line: CodeInPath, matter: CodeInPath, given: ReasonIn
) -> list[dict[str, Any]]:
    by, now = caller(request), clock.now()
    commands.waive_bearing(line_code=line, matter=matter, reason=given.reason, by=by, now=now)
    return _shown([queries.bearing_on(line, matter, by, now)], request)


@router.post(
    "/lines/{line}/bearings/{matter}/withdraw",
    response=list[BearingOut],
    summary="Let a line bear again what it was spared",
    description="The lead is told anew, and the days before it count anew. Safe to repeat.",
)
def withdraw(
    request: HttpRequest, line: CodeInPath, matter: CodeInPath, given: ReasonIn
) -> list[dict[str, Any]]:
    by, now = caller(request), clock.now()
    commands.withdraw_bearing_waiver(
        line_code=line, matter=matter, reason=given.reason, by=by, now=now
    )
    return _shown([queries.bearing_on(line, matter, by, now)], request)
