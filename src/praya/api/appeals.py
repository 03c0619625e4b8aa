"""Appeals by API: made, listed, answered, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import Line, NumberInPath, Text
from praya.api.paging import Page, Paging, page_of
from praya.apps.changes import commands, queries
from praya.apps.changes.rules.appealing import Against, AppealState, Ground
from praya.words import clock

router = Router(tags=["appeals"])


class AppealIn(Schema):
    """What is contested: a case by its code, a change or a notice by its number; and why."""

    against: Against
    key: Line
    ground: Ground
    text: Text


class AppealOut(Schema):
    """An appeal, and its answer."""

    id: int
    application: str
    against: str
    change: int | None
    notice: int | None
    state: str
    ground: str
    text: str
    decided_by: str
    decided_at: datetime
    made_by: str
    made_at: datetime
    due_on: date
    answer: str
    answered_by: str
    answered_at: datetime | None


class WholeAppealOut(AppealOut):
    """An appeal with what the caller may do about it."""

    may_answer: bool
    may_withdraw: bool


class WhichAppeals(Schema):
    """Which appeals to list."""

    state: AppealState | None = None


def _appeal(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Appeal
    return {
        "id": row.pk,
        "application": row.application.code,
        "against": row.against,
        "change": row.change_id,
        "notice": row.notice_id,
        "state": row.state,
        "ground": row.ground,
        "text": row.text,
        "decided_by": str(row.decided_by),
        "decided_at": row.decided_at,
        "made_by": str(row.made_by),
        "made_at": row.made_at,
        "due_on": row.due_on,
        "answer": row.answer,
        "answered_by": str(row.answered_by or ""),
        "answered_at": row.answered_at,
    }


def _after(
    request: HttpRequest, appeal_id: int, command: Callable[..., object], **given: str
) -> dict[str, Any]:
    """An appeal as it stands once a command has acted on it."""
    by = caller(request)
    command(appeal_id=appeal_id, by=by, now=clock.now(), **given)
    return _appeal(queries.appeal_of(appeal_id, by))


@router.get("/appeals", response=Page[AppealOut], summary="Appeals one may see")
def appeals(
    request: HttpRequest, paging: Query[Paging], which: Query[WhichAppeals]
) -> dict[str, Any]:
    rows = queries.appeals_visible_to(caller(request))
    if which.state is not None:
        rows = rows.filter(state=which.state.value)
    return page_of(rows, paging, lambda found: [_appeal(row) for row in found])


@router.post(
    "/appeals",
    response={201: AppealOut},
    summary="Contest a decision",
    description="By the lead, within the days of the rules. Nothing changes before somebody who "
    "did not decide it answers. Safe to repeat.",
)
def make(request: HttpRequest, given: AppealIn) -> Status[Any]:
    by = caller(request)
    made = commands.make_appeal(
        against=given.against,
        key=given.key,
        ground=given.ground,
        text=given.text,
        by=by,
        now=clock.now(),
    )
    return Status(201, _appeal(queries.appeal_of(made.pk, by)))


@router.get("/appeals/{appeal_id}", response=WholeAppealOut, summary="An appeal")
def appeal(request: HttpRequest, appeal_id: NumberInPath) -> dict[str, Any]:
    found = queries.appeal_standing(appeal_id, caller(request), clock.now())
    may = {"may_answer": found.may_answer, "may_withdraw": found.may_withdraw}
    return {**_appeal(found.appeal), **may}


@router.post(
    "/appeals/{appeal_id}/uphold",
    response=AppealOut,
    summary="Uphold an appeal",
    description="A case is decided anew, a change undone, a notice taken back. Safe to repeat.",
)
def uphold(request: HttpRequest, appeal_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    return _after(request, appeal_id, commands.uphold_appeal, reason=given.reason)


@router.post(
    "/appeals/{appeal_id}/reject",
    response=AppealOut,
    summary="Reject an appeal",
    description="The decision stands; the lead reads the reason. Safe to repeat.",
)
def reject(request: HttpRequest, appeal_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    return _after(request, appeal_id, commands.reject_appeal, reason=given.reason)


@router.post(
    "/appeals/{appeal_id}/withdraw",
    response=AppealOut,
    summary="Withdraw an appeal",
    description="By whoever made it, before it is answered. Safe to repeat.",
)
def withdraw(request: HttpRequest, appeal_id: NumberInPath) -> dict[str, Any]:
    return _after(request, appeal_id, commands.withdraw_appeal)
