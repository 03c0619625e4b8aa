"""Debts and the waiting list by API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import Amount, CodeInPath, Day, Email, Line, NumberInPath, Whole
from praya.api.paging import Page, Paging, page_of
from praya.apps.changes import commands, queries
from praya.words import clock

router = Router(tags=["changes"])


class DebtOut(Schema):
    """Money that the holder of an award has to pay back, in minor units.

    ``age`` is to-30, to-90, to-365 or over-365 days. ``set_off_minor`` is part of what is paid;
    ``interest_minor`` is part of what is owed, ``interest_to_come_minor`` is that until yesterday,
    which a payment today would add.
    """

    id: int
    award: str
    organisation: str
    cause: str
    reason: str
    currency: str
    amount_minor: int
    interest_minor: int
    paid_minor: int
    set_off_minor: int
    written_off_minor: int
    owed_minor: int
    interest_to_come_minor: int
    made_at: datetime
    due_on: date
    age_days: int
    age: str
    is_overdue: bool
    owner: str


class PaymentIn(Schema):
    """Money that came in. ``number`` counts the debt's payments, so that none is entered twice."""

    number: Annotated[Whole, Field(ge=1, le=9999)]
    amount_minor: Amount
    paid_on: Day
    reference: Annotated[Line, Field(max_length=120)] = ""


class OwnerIn(Schema):
    """Somebody of finance."""

    email: Email


class WaitingOut(Schema):
    """A case on the waiting list: what it would be offered, and whether it is the next.

    ``next_from`` are all purposes out of which it is the next that can be paid.
    """

    rank: int
    application: str
    title: str
    organisation: str
    card_seconds: dict[str, int]
    list_minor: int
    subsidy_minor: int
    is_payable: bool
    is_next: bool
    next_from: list[str]


class OfferPoolOut(Schema):
    """What of a purpose can be offered, in minor units.

    ``free_minor`` of one that pays no subsidy is what came back to it from awards.
    """

    pool: str
    pays_subsidy: bool
    free_minor: int
    promised_minor: int
    left_minor: int


class WhichPool(Schema):
    """The purpose that is to pay; left out, the one that pays the subsidy."""

    pool: Line = ""


class OfferIn(ReasonIn):
    """Why; and the purpose that is to pay: left out, the one that pays the subsidy."""

    pool: Line = ""


class WaitingListOut(Schema):
    """The cases, best first, beside the pool in minor units; ``pools`` are all purposes."""

    pool: str
    currency: str
    free_minor: int
    promised_minor: int
    left_minor: int
    pools: list[OfferPoolOut]
    cases: list[WaitingOut]


class OfferOut(Schema):
    """An award that was offered."""

    award: str
    accept_by: date


def _debts(rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- debts of one programme
    now = clock.now()
    recovery = queries.recovery_in_force(rows[0].award.programme, now) if rows else None
    return [_shown(row, recovery, now) for row in rows]


def _debt(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a Debt
    return _debts([row])[0]


def _shown(row: Any, recovery: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 -- as above
    standing = queries.debt_standing(row, now)
    return {
        "id": row.pk,
        "award": row.award.code,
        "organisation": str(row.award.organisation),
        "cause": row.cause,
        "reason": row.change.reason,
        "currency": row.currency,
        "amount_minor": row.amount_minor,
        "interest_minor": row.interest_minor,
        "paid_minor": row.paid_minor,
        "set_off_minor": row.set_off_minor,
        "written_off_minor": row.written_off_minor,
        "owed_minor": row.owed.minor,
        "interest_to_come_minor": queries.interest_to_come(row, recovery, now).minor,
        "made_at": row.made_at,
        "due_on": row.due_on,
        "age_days": standing.age_days,
        "age": standing.age,
        "is_overdue": standing.is_overdue,
        "owner": str(row.owner),
    }


@router.get("/programmes/{code}/debts", response=Page[DebtOut], summary="Debts of a programme")
def debts(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    rows = queries.debts_of(code, caller(request))
    return page_of(rows, paging, _debts)


@router.get("/debts/{debt_id}", response=DebtOut, summary="A debt")
def debt(request: HttpRequest, debt_id: NumberInPath) -> dict[str, Any]:
    return _debt(queries.debt_of(debt_id, caller(request)))


@router.post(
    "/debts/{debt_id}/payments",
    response=DebtOut,
    summary="Record a payment",
    description="It is in the pool again. Safe to repeat under its number.",
)
def pay(request: HttpRequest, debt_id: NumberInPath, given: PaymentIn) -> dict[str, Any]:
    by = caller(request)
    commands.record_debt_payment(debt_id=debt_id, **given.dict(), by=by, now=clock.now())
    return _debt(queries.debt_of(debt_id, by))


@router.post(
    "/debts/{debt_id}/payments/{number}/take-back",
    response=DebtOut,
    summary="Take a payment back",
    description="By somebody else of finance than recorded it: it is owed again, and out of the "
    "pool. Safe to repeat.",
)
def take_back(
    request: HttpRequest, debt_id: NumberInPath, number: NumberInPath, given: ReasonIn
) -> dict[str, Any]:
    by = caller(request)
    commands.take_back_debt_payment(
        debt_id=debt_id, number=number, reason=given.reason, by=by, now=clock.now()
    )
    return _debt(queries.debt_of(debt_id, by))


@router.put(
    "/debts/{debt_id}/owner",
    response=DebtOut,
    summary="Give a debt to another owner",
    description="Safe to repeat.",
)
def assign(request: HttpRequest, debt_id: NumberInPath, given: OwnerIn) -> dict[str, Any]:
    by = caller(request)
    commands.assign_debt(debt_id=debt_id, email=given.email, by=by, now=clock.now())
    return _debt(queries.debt_of(debt_id, by))


@router.get(
    "/programmes/{code}/waiting-list", response=WaitingListOut, summary="A programme's waiting list"
)
def waiting_list(request: HttpRequest, code: CodeInPath, which: Query[WhichPool]) -> dict[str, Any]:
    listed = queries.waiting_list(code, caller(request), clock.now(), pool=which.pool)
    return {
        **_pool(listed.envelope),
        "currency": listed.programme.currency,
        "pools": [_pool(one) for one in listed.envelopes],
        "cases": [
            {
                "rank": case.rank,
                "application": case.application.code,
                "title": case.application.title or case.application.title_zh,
                "organisation": str(case.application.organisation),
                "card_seconds": {one.device_model: one.seconds for one in case.worth.times},
                "list_minor": case.worth.list_price.minor,
                "subsidy_minor": case.worth.subsidy.minor,
                "is_payable": case.is_payable,
                "is_next": case.is_next,
                "next_from": list(case.next_from),
            }
            for case in listed.cases
        ],
    }


def _pool(envelope: Any) -> dict[str, Any]:  # noqa: ANN401 -- an Envelope
    return {
        "pool": envelope.pool,
        "pays_subsidy": envelope.pays_subsidy,
        "free_minor": envelope.free.minor,
        "promised_minor": envelope.promised.minor,
        "left_minor": envelope.left.minor,
    }


@router.post(
    "/applications/{code}/offer",
    response={201: OfferOut},
    summary="Offer to a waiting case",
    description="The next in rank that the pool can pay. Of a purpose that pays no subsidy, what "
    "came back to it can be offered. Refused when repeated.",
)
def offer(request: HttpRequest, code: CodeInPath, given: OfferIn) -> Status[Any]:
    by = caller(request)
    made = commands.offer_to_waiting(
        application_code=code, reason=given.reason, pool=given.pool, by=by, now=clock.now()
    )
    return Status(201, {"award": made.code, "accept_by": made.accept_by})
