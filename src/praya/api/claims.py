"""Claims by API: costs that holders paid and claim back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import FileResponse, HttpRequest
from ninja import Field, File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from praya.api.attachments import AS_FILE
from praya.api.callers import caller
from praya.api.fields import Amount, BankReference, CodeInPath, Day, Line, Number
from praya.api.paging import Page, Paging, page_of
from praya.apps.awards.queries import award_of
from praya.apps.billing import commands, queries
from praya.apps.billing.access import may_see_of_award
from praya.apps.billing.commands.claiming import Cost
from praya.apps.billing.rules import ClaimState
from praya.core.actor import Actor
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed
from praya.words import clock

router = Router(tags=["claims"])


class ClaimOut(Schema):
    """A claim; what is accepted may still change until it is approved."""

    code: str
    award: str
    state: str
    currency: str
    cost_minor: int
    share_minor: int
    accepted_minor: int
    claimed_by: str
    submitted_at: datetime | None
    reason: str
    paid_on: date | None


class ClaimLineOut(Schema):
    """A cost with its evidence and the answer to it; ``accepted_minor`` is null before."""

    number: int
    cost: str
    origin: str
    supplier: str
    paid_on: date
    cost_minor: int
    share: str
    share_minor: int
    accepted_minor: int | None
    reason: str
    file_name: str
    sha256: str
    also_in: list[str] = Field(
        description="other lines with the same evidence, as HCP-R0003/2; for finance, officers and "
        "auditors"
    )


class ClaimUndoingOut(Schema):
    """An approval or a payment that was turned round; ``entry`` is the reversal in the book."""

    step: str
    amount_minor: int
    bank_reference: str
    reason: str
    entry: int
    undone_by: str
    undone_at: datetime


class ClaimInFullOut(ClaimOut):
    """A claim with its lines."""

    lines: list[ClaimLineOut]
    undoings: list[ClaimUndoingOut]


class LineAnswerIn(Schema):
    """How much of a line is accepted, in minor units, and why not more."""

    accepted_minor: Amount
    reason: Line = ""


class ClaimRejectIn(Schema):
    """Why a claim is rejected."""

    reason: Line


class ClaimUndoIn(Schema):
    """Why an approval or a payment is undone; the claimant reads it."""

    reason: Line


class ClaimPaidIn(Schema):
    """When a claim was paid, and the bank's reference."""

    paid_on: Day
    bank_reference: BankReference


@router.get("/programmes/{code}/claims", response=Page[ClaimOut], summary="Claims of a programme")
def claims(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    rows = queries.claims_in(code, caller(request))
    return page_of(rows, paging, lambda found: [_claim(row) for row in found])


@router.get("/awards/{code}/claims", response=list[ClaimOut], summary="Claims of an award")
def claims_of_award(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    by = caller(request)
    award = award_of(code, by)
    if not may_see_of_award(by, award):
        raise NotAllowed(action="claim.see", needs="lead")
    rows = queries.claims_of_award(code)
    if award.lead_id != by.person_id:
        rows = rows.exclude(state=ClaimState.DRAFT.value)
    return [_claim(row) for row in rows]


@router.post(
    "/awards/{code}/claims",
    response={201: ClaimOut},
    summary="Begin a claim",
    description="Safe to repeat: there is one draft at a time.",
)
def begin(request: HttpRequest, code: CodeInPath) -> Status[dict[str, Any]]:
    made = commands.begin_claim(award_code=code, by=caller(request), now=clock.now())
    return Status(201, _claim(made))


@router.get("/claims/{code}", response=ClaimInFullOut, summary="A claim")
def one_claim(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    by = caller(request)
    return _in_full(queries.claim_of(code, by), by)


@router.post(
    "/claims/{code}/lines",
    response={201: ClaimInFullOut},
    summary="Add a cost with its evidence",
    description="Not safe to repeat: each call adds a line.",
)
def add_line(  # noqa: PLR0913, PLR0917 -- fields of a form
    request: HttpRequest,
    code: CodeInPath,
    file: File[UploadedFile],
    cost: Form[Line],
    origin: Form[Line],
    supplier: Form[Annotated[Line, Field(min_length=1, max_length=200)]],
    paid_on: Form[Day],
    amount_minor: Form[Amount],
) -> Status[dict[str, Any]]:
    assert file.file is not None, "a file that came in has bytes"
    by = caller(request)
    claim = queries.claim_of(code, by)
    commands.add_claim_line(
        claim_code=code,
        cost=Cost(cost, origin, supplier, paid_on, Money(amount_minor, claim.currency)),
        file_name=file.name or "document",
        content=file.file,
        by=by,
        now=clock.now(),
    )
    return Status(201, _in_full(queries.claim_of(code, by), by))


@router.delete(
    "/claims/{code}/lines/{number}",
    response=ClaimInFullOut,
    summary="Take a cost out of the draft",
    description="Safe to repeat.",
)
def remove_line(request: HttpRequest, code: CodeInPath, number: Number) -> dict[str, Any]:
    by = caller(request)
    left = commands.remove_claim_line(claim_code=code, number=number, by=by, now=clock.now())
    return _in_full(left, by)


@router.get(
    "/claims/{code}/lines/{number}/evidence",
    summary="The evidence of a cost",
    openapi_extra=AS_FILE,
)
def evidence(request: HttpRequest, code: CodeInPath, number: Number) -> FileResponse:
    line, path = queries.evidence_of(code, number, caller(request))
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=line.file_name,
        content_type=line.content_type,
    )


@router.post(
    "/claims/{code}/submit",
    response=ClaimOut,
    summary="Submit a claim",
    description="Refused when repeated.",
)
def submit(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    return _claim(commands.submit_claim(claim_code=code, by=caller(request), now=clock.now()))


@router.post(
    "/claims/{code}/lines/{number}/answer",
    response=ClaimInFullOut,
    summary="Accept a cost in full, in part or not at all",
    description="Safe to repeat: the last answer counts.",
)
def answer(
    request: HttpRequest, code: CodeInPath, number: Number, given: LineAnswerIn
) -> dict[str, Any]:
    by = caller(request)
    claim = queries.claim_of(code, by)
    commands.assess_line(
        claim_code=code,
        number=number,
        accepted=Money(given.accepted_minor, claim.currency),
        reason=given.reason,
        by=by,
        now=clock.now(),
    )
    return _in_full(claim, by)


@router.post(
    "/claims/{code}/approve",
    response=ClaimOut,
    summary="Approve what was accepted",
    description="Not by who assessed it. Refused when repeated.",
)
def approve(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    return _claim(commands.approve_claim(claim_code=code, by=caller(request), now=clock.now()))


@router.post(
    "/claims/{code}/reject",
    response=ClaimOut,
    summary="Reject a claim as a whole",
    description="Refused when repeated.",
)
def reject(request: HttpRequest, code: CodeInPath, why: ClaimRejectIn) -> dict[str, Any]:
    by = caller(request)
    return _claim(commands.reject_claim(claim_code=code, reason=why.reason, by=by, now=clock.now()))


@router.post(
    "/claims/{code}/pay",
    response=ClaimOut,
    summary="Record that a claim was paid",
    description="A bank's reference counts once. Refused when repeated.",
)
def pay(request: HttpRequest, code: CodeInPath, given: ClaimPaidIn) -> dict[str, Any]:
    return _claim(
        commands.pay_claim(
            claim_code=code,
            paid_on=given.paid_on,
            bank_reference=given.bank_reference,
            by=caller(request),
            now=clock.now(),
        )
    )


@router.post(
    "/claims/{code}/pay/undo",
    response=ClaimOut,
    summary="Undo the payment of a claim",
    description="Not by who recorded it. Refused when repeated.",
)
def undo_payment(request: HttpRequest, code: CodeInPath, why: ClaimUndoIn) -> dict[str, Any]:
    by = caller(request)
    return _claim(
        commands.undo_claim_payment(claim_code=code, reason=why.reason, by=by, now=clock.now())
    )


@router.post(
    "/claims/{code}/approve/undo",
    response=ClaimOut,
    summary="Undo the approval of a claim",
    description="Not by who approved it; of a paid claim, the payment is undone first. Refused "
    "when repeated.",
)
def undo_approval(request: HttpRequest, code: CodeInPath, why: ClaimUndoIn) -> dict[str, Any]:
    by = caller(request)
    return _claim(
        commands.undo_claim_approval(claim_code=code, reason=why.reason, by=by, now=clock.now())
    )


def _claim(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Claim
    sums = queries.claim_sums(row)
    return {
        "code": row.code,
        "award": row.award.code,
        "state": row.state,
        "currency": row.currency,
        "cost_minor": sums.cost.minor,
        "share_minor": sums.share.minor,
        "accepted_minor": sums.accepted.minor,
        "claimed_by": str(row.claimed_by),
        "submitted_at": row.submitted_at,
        "reason": row.reason,
        "paid_on": row.paid_on,
    }


def _in_full(row: Any, by: Actor) -> dict[str, Any]:  # noqa: ANN401 -- a Claim
    also = queries.also_claimed(row, by)
    return _claim(row) | {
        "undoings": [
            {
                "step": one.step,
                "amount_minor": one.amount_minor,
                "bank_reference": one.bank_reference,
                "reason": one.reason,
                "entry": one.entry,
                "undone_by": str(one.undone_by),
                "undone_at": one.undone_at,
            }
            for one in queries.undoings_of(row)
        ],
        "lines": [
            {
                "number": line.number,
                "cost": line.cost_code,
                "origin": line.origin,
                "supplier": line.supplier,
                "paid_on": line.paid_on,
                "cost_minor": line.cost_minor,
                "share": line.share,
                "share_minor": line.share_minor,
                "accepted_minor": line.accepted_minor,
                "reason": line.reason,
                "file_name": line.file_name,
                "sha256": line.sha256,
                "also_in": [str(one) for one in also.get(line.number, ())],
            }
            for line in row.lines.all()
        ],
    }
