"""The life of awards by API: what awaits them, waivers, plans, parts, cuts given back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import CodeGiven, CodeInPath, Count, NumberInPath, Text
from praya.api.tranches import PartOut, parts_out
from praya.apps.life import commands, queries
from praya.words import clock
from praya.words.languages import in_readers_language

router = Router(tags=["life"])
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class ExpectedCutOut(Schema):
    """What a rule takes at a check if nothing more is used until then, in whole units.

    ``called`` is what the rule by itself would take; a waiver or a larger cut of the day covers it.
    """

    award: str
    line: str
    rule: str
    rule_name: str
    mark: str
    check_on: date
    due_on: date
    device_model: str
    used_seconds: int
    called_seconds: int
    cut_seconds: int
    subsidy_minor: int
    currency: str
    warn_on: list[date]
    warned_at: datetime | None
    waived_because: str
    waiver: int | None


class CheckOut(Schema):
    """A look of a rule at a line, and what it took."""

    id: int
    line: str
    rule: str
    mark: str
    due_on: date
    looked_at: datetime
    used_seconds: int
    called_seconds: int
    cut_seconds: int
    subsidy_minor: int
    pool: str
    entry: int | None
    given_back: bool
    waived_because: str


class PlanOut(Schema):
    """A team's plan for a line: card-hours by month; ``number`` is 0 for the application's."""

    line: str
    number: int
    months: dict[str, int]
    reason: str
    at: datetime


class OpenWaiverOut(Schema):
    """What a waiver lets be used now: a part of the grant by its code, or ``later-months``."""

    id: int
    rule: str
    mark: str
    reason: str


class LineOpenOut(Schema):
    """What of a line may be used by now; all of it where ``most_seconds`` is nothing."""

    line: str
    waived: list[OpenWaiverOut]
    most_seconds: int | None
    opened_by: str
    opens_on: date | None


class AwardLifeOut(Schema):
    """What awaits an award, and what was done."""

    award: str
    ahead: list[ExpectedCutOut]
    checks: list[CheckOut]
    plans: list[PlanOut]
    parts: list[PartOut]
    open_by_now: list[LineOpenOut]


class WaiverOut(Schema):
    """What a rule is not to do: a check that is not to cut, or part of a line kept back."""

    id: int
    line: str
    rule: str
    mark: str
    reason: str
    at: datetime


class Ahead(Schema):
    """How far to look."""

    days: Annotated[int, Field(ge=1, le=3660)] = 90


class WaiverIn(ReasonIn):
    """Which check to waive, and why; without a mark every one to come.

    A later part of the grant by its code, or ``later-months`` of a window, may be used from then
    on.
    """

    line: CodeGiven
    rule: CodeGiven
    mark: CodeGiven | None = None


class PlanIn(Schema):
    """Card-hours by month; the desk gives a reason."""

    line: CodeGiven
    months: dict[Month, Count]
    reason: Text = ""


class ReversedOut(Schema):
    """The entry that turned a cut round."""

    entry: int
    at: datetime


@router.get(
    "/programmes/{code}/cuts",
    response=list[ExpectedCutOut],
    summary="Whom the rules of a programme would cut",
)
def cuts(request: HttpRequest, code: CodeInPath, ahead: Query[Ahead]) -> list[dict[str, Any]]:
    found = queries.preview(code, caller(request), clock.now(), ahead_days=ahead.days)
    return [_expected(cut) for cut in found]


@router.get("/awards/{code}/life", response=AwardLifeOut, summary="What awaits an award")
def award_life(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.award_life(code, caller(request), clock.now())
    return {
        "award": found.award.code,
        "ahead": [_expected(cut) for line in found.lines for cut in line.ahead],
        "checks": [_check(check, line) for line in found.lines for check in line.checks],
        "plans": [_known_plan(line.life) for line in found.lines if line.life.months_planned],
        "parts": parts_out(found),
        "open_by_now": [_open(line) for line in found.lines],
    }


@router.post(
    "/awards/{code}/life/waivers",
    response={201: WaiverOut},
    summary="Waive a check",
    description="By the role that the rule names. Safe to repeat.",
)
def waive(request: HttpRequest, code: CodeInPath, given: WaiverIn) -> Status[Any]:
    made = commands.waive_check(
        line_code=_line_of(code, given.line),
        rule_code=given.rule,
        mark=given.mark or "",
        reason=given.reason,
        by=caller(request),
        now=clock.now(),
    )
    return Status(201, _waiver(made))


@router.post(
    "/waivers/{waiver_id}/withdraw",
    response=WaiverOut,
    summary="Withdraw a waiver",
    description="By the role that the rule names, as long as it has not come to anything. "
    "Safe to repeat.",
)
def withdraw_waiver(request: HttpRequest, waiver_id: NumberInPath, given: ReasonIn) -> Any:  # noqa: ANN401 -- a row
    by = caller(request)
    return _waiver(
        commands.withdraw_waiver(waiver_id=waiver_id, reason=given.reason, by=by, now=clock.now())
    )


@router.put(
    "/awards/{code}/life/plan",
    response=PlanOut,
    summary="Plan the use of a line",
    description="By the team until the plan first counts, then by an officer. Safe to repeat.",
)
def plan(request: HttpRequest, code: CodeInPath, given: PlanIn) -> dict[str, Any]:
    made = commands.give_plan(
        line_code=_line_of(code, given.line),
        months=given.months,
        reason=given.reason,
        by=caller(request),
        now=clock.now(),
    )
    return _plan(made, given.line)


@router.post(
    "/checks/{check_id}/reverse",
    response=ReversedOut,
    summary="Give a cut back",
    description="By finance, until what it moved has moved on. Safe to repeat.",
)
def reverse(request: HttpRequest, check_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    entry = commands.reverse_cut(
        check_id=check_id, reason=given.reason, by=caller(request), now=clock.now()
    )
    return {"entry": entry.number, "at": entry.at}


def _line_of(award_code: str, line_code: str) -> str:
    """The line, if it is one of the award's; another's is as unknown as none."""
    return line_code if line_code.startswith(f"{award_code}.") else ""


def _expected(cut: queries.ExpectedCut) -> dict[str, Any]:
    return {
        "award": cut.line.award.code,
        "line": cut.line.code,
        "rule": cut.rule.code,
        "rule_name": in_readers_language(cut.rule.name),
        "mark": cut.check.mark,
        "check_on": cut.check.on,
        "due_on": cut.due_on,
        "device_model": cut.line.device_model_code,
        "used_seconds": cut.standing.used,
        "called_seconds": cut.called.seconds,
        "cut_seconds": cut.cut.seconds,
        "subsidy_minor": cut.subsidy.minor,
        "currency": cut.subsidy.currency,
        "warn_on": list(cut.warn_on),
        "warned_at": cut.warned_at,
        "waived_because": cut.waiver.reason if cut.waiver else "",
        "waiver": cut.waiver.pk if cut.waiver else None,
    }


def _check(row: Any, line: queries.SeenLine) -> dict[str, Any]:  # noqa: ANN401 -- a LineCheck
    ever = line.life.waivers_ever
    waiver = next((each for each in ever if each.pk == row.waiver_id), None)
    return {
        "id": row.pk,
        "line": line.life.line.code,
        "rule": row.rule_code,
        "mark": row.mark,
        "due_on": row.due_on,
        "looked_at": row.looked_at,
        "used_seconds": row.used_s,
        "called_seconds": row.called_s,
        "cut_seconds": row.cut_s,
        "subsidy_minor": row.subsidy_minor,
        "pool": row.pool,
        "entry": row.entry_number,
        "given_back": row.entry_number in line.reversed,
        "waived_because": waiver.reason if waiver else "",
    }


def _waiver(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Waiver
    return {
        "id": row.pk,
        "line": row.line.code,
        "rule": row.rule_code,
        "mark": row.mark,
        "reason": row.reason,
        "at": row.at,
    }


def _known_plan(life: queries.LineLife[Any]) -> dict[str, Any]:
    if life.plan is not None:
        return _plan(life.plan, life.line.code)
    return {
        "line": life.line.code,
        "number": 0,
        "months": life.months_planned,
        "reason": "",
        "at": life.line.award.offered_at,
    }


def _plan(row: Any, line_code: str) -> dict[str, Any]:  # noqa: ANN401 -- a LinePlan
    return {
        "line": line_code,
        "number": row.number,
        "months": row.months,
        "reason": row.reason,
        "at": row.at,
    }


def _open(line: queries.SeenLine) -> dict[str, Any]:
    ceiling = line.ceiling
    return {
        "line": line.life.line.code,
        "waived": [
            {"id": waiver.pk, "rule": rule, "mark": mark, "reason": waiver.reason}
            for (rule, mark), waiver in line.life.waivers.items()
            if queries.hold_on_line(line.life, rule, mark)
        ],
        "most_seconds": ceiling.most if ceiling else None,
        "opened_by": ceiling.opened_by.value if ceiling else "",
        "opens_on": ceiling.opens_on if ceiling else None,
    }
