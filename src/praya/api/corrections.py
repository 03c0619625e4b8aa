"""The head of a book, for everybody; and what two people of finance put right in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from praya.api.callers import caller
from praya.api.fields import CodeInPath, Line, NumberInPath, Whole
from praya.api.money import BookOut, RefusalIn
from praya.apps.books import commands as books
from praya.apps.books import queries
from praya.apps.books.access import check_may_see_corrections
from praya.apps.programmes.queries import programme_of
from praya.apps.usage import commands as usage
from praya.words import clock

router = Router(tags=["records"])

Account = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")]
Reason = Annotated[Line, Field(min_length=1)]


class ReversalIn(Schema):
    """An entry to turn round, and why."""

    number: Annotated[Whole, Field(ge=1, le=10**12)]
    reason: Reason


class AdjustmentIn(Schema):
    """An amount, in the smallest units of a commodity, to move between two accounts, and why."""

    source: Account
    target: Account
    commodity: Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]+$")]
    amount: Annotated[Whole, Field(ge=-(10**18), le=10**18)]
    reason: Reason


class CorrectionOut(Schema):
    """What was asked to be put right: a reversal if ``number`` is there, else an adjustment."""

    id: int
    number: int | None
    source: str
    target: str
    commodity: str
    amount: int
    reason: str
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    entry: int | None


@router.get(
    "/programmes/{code}/book/head",
    response=BookOut,
    auth=None,
    summary="The head of the book, for everybody",
    description="Keep it: who has it can prove later that nothing before it was changed.",
)
def public_head(request: HttpRequest, code: CodeInPath) -> Any:  # noqa: ANN401 -- a record
    del request
    programme_of(code)
    return queries.head_of(code)


@router.get(
    "/programmes/{code}/corrections", response=list[CorrectionOut], summary="Corrections asked for"
)
def corrections(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    programme_of(code)
    check_may_see_corrections(caller(request), code)
    return [_shown(row) for row in queries.corrections(code)[:200]]


@router.post(
    "/programmes/{code}/corrections/reversal",
    response={201: CorrectionOut},
    summary="Ask that an entry be reversed",
    description="Not safe to repeat: each call asks once more. Somebody else of finance approves.",
)
def ask_reversal(
    request: HttpRequest, code: CodeInPath, wish: ReversalIn
) -> Status[dict[str, Any]]:
    programme_of(code)
    by = caller(request)
    made = books.ask_reversal(
        programme_code=code, number=wish.number, reason=wish.reason, by=by, now=clock.now()
    )
    return Status(201, _shown(made))


@router.post(
    "/programmes/{code}/corrections/adjustment",
    response={201: CorrectionOut},
    summary="Ask that an amount be moved",
    description="Not safe to repeat: each call asks once more. Somebody else of finance approves.",
)
def ask_adjustment(
    request: HttpRequest, code: CodeInPath, wish: AdjustmentIn
) -> Status[dict[str, Any]]:
    programme_of(code)
    by = caller(request)
    made = books.ask_adjustment(programme_code=code, **wish.dict(), by=by, now=clock.now())
    return Status(201, _shown(made))


@router.post(
    "/corrections/{correction_id}/approve",
    response=CorrectionOut,
    summary="Approve a correction",
    description="The charges of a reversed entry are taken back with it. Refused when repeated; "
    "nothing is posted twice.",
)
def approve_correction(request: HttpRequest, correction_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    made = usage.approve_correction(correction_id=correction_id, by=by, now=clock.now())
    return _shown(made)


@router.post(
    "/corrections/{correction_id}/refuse",
    response=CorrectionOut,
    summary="Refuse a correction",
    description="Refused when repeated.",
)
def refuse_correction(
    request: HttpRequest, correction_id: NumberInPath, why: RefusalIn
) -> dict[str, Any]:
    by = caller(request)
    made = books.refuse_correction(
        correction_id=correction_id, reason=why.reason, by=by, now=clock.now()
    )
    return _shown(made)


def _shown(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Correction
    return {
        "id": row.pk,
        "number": row.number,
        "source": row.source,
        "target": row.target,
        "commodity": row.commodity,
        "amount": row.amount,
        "reason": row.reason,
        "state": row.state,
        "asked_at": row.asked_at,
        "asked_by": str(row.asked_by),
        "decided_at": row.decided_at,
        "decided_by": str(row.decided_by or ""),
        "entry": row.entry.number if row.entry else None,
    }
