"""Another person as lead of an award, by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema, Status

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import CodeInPath, Email, NumberInPath, Text
from praya.apps.awards import commands, queries
from praya.apps.awards.rules.leading import LeadState
from praya.words import clock
from praya.words.awards import LEAD_STATES

router = Router(tags=["awards"])


class LeadChangeOut(Schema):
    """That somebody else leads an award; `state` says how far it is.

    asked, agreed, granted, declined (by the person), refused (by the programme), withdrawn, undone.
    """

    id: int
    award: str
    former: str
    person: str
    reason: str
    state: str
    state_word: str
    asked_at: datetime
    asked_by: str
    agreed_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    decision_reason: str
    undone_at: datetime | None


class WholeLeadChangeOut(LeadChangeOut):
    """The same, with what the caller may do about it."""

    may_answer: bool
    may_decide: bool
    may_withdraw: bool
    may_undo: bool


class LeadOut(Schema):
    """Who leads an award, and who was asked to; the latest first."""

    award: str
    lead: str
    is_allowed: bool
    may_ask: bool
    changes: list[LeadChangeOut]


class LeadIn(Schema):
    """Who is to lead, and why."""

    email: Email
    reason: Text


class LeadAnswerIn(Schema):
    """Whether they would lead."""

    agrees: bool


class LeadDecisionIn(Schema):
    """Whether it is granted; a refusal is explained."""

    grants: bool
    reason: Text = ""


@router.get("/awards/{code}/lead", response=LeadOut, summary="Who leads an award")
def lead(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    found = queries.lead_standing(code, caller(request), clock.now())
    return {
        "award": found.award.code,
        "lead": str(found.award.lead),
        "is_allowed": found.is_allowed,
        "may_ask": found.may_ask,
        "changes": [_change(one) for one in found.changes],
    }


@router.post(
    "/awards/{code}/lead",
    response={201: WholeLeadChangeOut},
    summary="Ask for another lead",
    description="By the lead, or a manager of the organisation. Safe to repeat.",
)
def ask(request: HttpRequest, code: CodeInPath, given: LeadIn) -> Status[Any]:
    by = caller(request)
    made = commands.ask_lead(
        code=code, email=given.email, reason=given.reason, by=by, now=clock.now()
    )
    return Status(201, _whole(request, made.pk))


@router.get("/lead-changes/{change_id}", response=WholeLeadChangeOut, summary="A change of lead")
def change(request: HttpRequest, change_id: NumberInPath) -> dict[str, Any]:
    return _whole(request, change_id)


@router.post(
    "/lead-changes/{change_id}/answer",
    response=WholeLeadChangeOut,
    summary="Say whether one would lead",
    description="By the person who is asked, under the agreement as it stands. Safe to repeat.",
)
def answer(request: HttpRequest, change_id: NumberInPath, given: LeadAnswerIn) -> dict[str, Any]:
    by = caller(request)
    commands.answer_lead(change_id=change_id, agrees=given.agrees, by=by, now=clock.now())
    return _whole(request, change_id)


@router.post(
    "/lead-changes/{change_id}/decision",
    response=WholeLeadChangeOut,
    summary="Grant or refuse another lead",
    description="By whom the rules name, neither who asked nor who is named in it. Safe to repeat.",
)
def decide(request: HttpRequest, change_id: NumberInPath, given: LeadDecisionIn) -> dict[str, Any]:
    by = caller(request)
    commands.decide_lead(
        change_id=change_id, grants=given.grants, reason=given.reason, by=by, now=clock.now()
    )
    return _whole(request, change_id)


@router.post(
    "/lead-changes/{change_id}/withdraw",
    response=WholeLeadChangeOut,
    summary="Ask no longer for another lead",
    description="Before it is decided. Safe to repeat.",
)
def withdraw(request: HttpRequest, change_id: NumberInPath) -> dict[str, Any]:
    commands.withdraw_lead(change_id=change_id, by=caller(request), now=clock.now())
    return _whole(request, change_id)


@router.post(
    "/lead-changes/{change_id}/undo",
    response=WholeLeadChangeOut,
    summary="Let the former lead lead again",
    description="By whom the rules name. Safe to repeat.",
)
def undo(request: HttpRequest, change_id: NumberInPath, given: ReasonIn) -> dict[str, Any]:
    by = caller(request)
    commands.undo_lead(change_id=change_id, reason=given.reason, by=by, now=clock.now())
    return _whole(request, change_id)


def _whole(request: HttpRequest, change_id: int) -> dict[str, Any]:
    found = queries.lead_change_of(change_id, caller(request), clock.now())
    acts = ("may_answer", "may_decide", "may_withdraw", "may_undo")
    return _change(found.change) | {act: getattr(found, act) for act in acts}


def _change(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a LeadChange
    names = ("reason", "state", "asked_at", "agreed_at", "decided_at", "decision_reason")
    return {
        "id": row.pk,
        "award": row.award.code,
        "former": str(row.former),
        "person": str(row.person),
        "asked_by": str(row.asked_by),
        "decided_by": str(row.decided_by) if row.decided_by else "",
        "undone_at": row.undone_at,
        "state_word": str(LEAD_STATES[LeadState(row.state)]),
        **{name: getattr(row, name) for name in names},
    }
