"""What must hold before an award may be used, by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import CodeInPath, Day, NumberInPath, Text
from praya.apps.awards import commands, queries
from praya.apps.changes.commands import take_up_unstarted
from praya.core.actor import Role
from praya.words import clock
from praya.words.roles import ROLES

router = Router(tags=["awards"])


class ConditionOut(Schema):
    """A condition: which role confirms it, what the lead says of it, and what it was met by."""

    number: int
    code: str
    text: dict[str, str]
    confirmed_by: str
    confirmed_by_word: str
    needs_evidence: bool
    told: str
    told_at: datetime | None
    is_met: bool
    evidence: str
    met_at: datetime | None
    met_by: str
    may_tell: bool
    may_confirm: bool
    may_reopen: bool
    waived_because: str
    may_waive: bool


class ConditionsOut(Schema):
    """The conditions of an award; while some are open and it is signed, ``meet_by`` ends it."""

    award: str
    state: str
    meet_by: date | None
    may_move: bool
    may_take_up: bool
    open: int
    conditions: list[ConditionOut]


class ToldIn(Schema):
    """How a condition is met."""

    told: Text


class MeetByIn(Schema):
    """A later day by which conditions are to be met, and why."""

    meet_by: Day
    reason: Text


class EvidenceIn(Schema):
    """Where the evidence is."""

    evidence: Text = ""


@router.get(
    "/awards/{code}/conditions",
    response=ConditionsOut,
    summary="What must hold before an award may be used",
)
def conditions(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.conditions_of(code, caller(request))
    return {
        "award": found.award.code,
        "state": found.award.state,
        "meet_by": found.meet_by,
        "may_move": found.may_move,
        "may_take_up": found.may_take_up,
        "open": found.count_open,
        "conditions": [_condition(one) for one in found.conditions],
    }


def _condition(one: queries.ConditionStanding) -> dict[str, Any]:
    row = one.condition
    names = ("number", "code", "text", "confirmed_by", "needs_evidence", "told", "told_at")
    return {
        **{name: getattr(row, name) for name in (*names, "evidence", "met_at")},
        "confirmed_by_word": str(ROLES[Role(row.confirmed_by)]),
        "is_met": row.met_at is not None,
        "met_by": str(row.met_by) if row.met_by else "",
        "may_tell": one.may_tell,
        "may_confirm": one.may_confirm,
        "may_reopen": one.may_reopen,
        "waived_because": row.waived_because,
        "may_waive": one.may_waive,
    }


@router.post(
    "/awards/{code}/conditions/{number}/tell",
    response=ConditionsOut,
    summary="Say that a condition is met",
    description="The lead says how; who confirms it gets a letter. Safe to repeat.",
)
def tell(
    request: HttpRequest, code: CodeInPath, number: NumberInPath, given: ToldIn
) -> dict[str, Any]:
    by = caller(request)
    commands.tell_condition(code=code, number=number, told=given.told, by=by, now=clock.now())
    return conditions(request, code)


@router.post(
    "/awards/{code}/conditions/{number}/confirm",
    response=ConditionsOut,
    summary="Confirm a condition",
    description="By its role, never by the lead. With the last one a signed award can be used. "
    "Safe to repeat.",
)
def confirm(
    request: HttpRequest, code: CodeInPath, number: NumberInPath, given: EvidenceIn
) -> dict[str, Any]:
    by = caller(request)
    commands.confirm_condition(
        code=code, number=number, evidence=given.evidence, by=by, now=clock.now()
    )
    return conditions(request, code)


@router.post(
    "/awards/{code}/conditions/{number}/reopen",
    response=ConditionsOut,
    summary="Open a condition again",
    description="Before the award has started. Safe to repeat.",
)
def reopen(
    request: HttpRequest, code: CodeInPath, number: NumberInPath, given: ReasonIn
) -> dict[str, Any]:
    by = caller(request)
    commands.reopen_condition(code=code, number=number, reason=given.reason, by=by, now=clock.now())
    return conditions(request, code)


@router.post(
    "/awards/{code}/conditions/{number}/waive",
    response=ConditionsOut,
    summary="Waive a condition",
    description="By the role that the rules name for it; the lead is told. With the last open one "
    "a signed award can be used. Safe to repeat.",
)
def waive(
    request: HttpRequest, code: CodeInPath, number: NumberInPath, given: ReasonIn
) -> dict[str, Any]:
    by = caller(request)
    commands.waive_condition(code=code, number=number, reason=given.reason, by=by, now=clock.now())
    return conditions(request, code)


@router.put(
    "/awards/{code}/meet-by",
    response=ConditionsOut,
    summary="Give more time to meet what must hold before the start",
    description="By the role that the rules name; the lead is told. Safe to repeat.",
)
def move(request: HttpRequest, code: CodeInPath, given: MeetByIn) -> dict[str, Any]:
    by = caller(request)
    commands.move_meet_by(code=code, **given.dict(), by=by, now=clock.now())
    return conditions(request, code)


@router.post(
    "/awards/{code}/take-up",
    response=ConditionsOut,
    summary="Take up an award that ended before it could be used",
    description="By the role that the rules name: what went back is committed to it again, and it "
    "waits until the new day. Safe to repeat.",
)
def take_up(request: HttpRequest, code: CodeInPath, given: MeetByIn) -> dict[str, Any]:
    take_up_unstarted(code=code, **given.dict(), by=caller(request), now=clock.now())
    return conditions(request, code)
