"""Money by API: funding, pools, statements, the public figures and awards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from praya.api.callers import caller
from praya.api.fields import Amount, CodeInPath, Line, MonthInPath, NumberInPath
from praya.api.paging import Page, Paging, page_of
from praya.apps.awards.queries import award_of, released_awards
from praya.apps.books import commands as books
from praya.apps.books import queries
from praya.apps.books.access import check_may_ask_funding, check_may_see_funding, may_read_book
from praya.apps.programmes.queries import programme_of, rules_of, today_in, version_in_force
from praya.apps.programmes.rules import check_purpose
from praya.apps.reports.queries import Statement, latest_snapshot, months_of, statement
from praya.apps.reports.rules import FigureCode
from praya.core.actor import Actor, Role
from praya.core.quantity import Money
from praya.core.refusal import NotAllowed
from praya.words import clock
from praya.words.exports import charge_rows
from praya.words.figures import DEFINITIONS, NAMES, SERIES, value_of
from praya.words.paper.statement import statement_pdf

router = Router(tags=["money"])


class PoolOut(Schema):
    """A pool in minor units of one currency."""

    pool: str
    commodity: str
    funded: int
    committed: int
    settled: int
    free: int


class FundingIn(Schema):
    """Money to ask for, in minor units of the programme's currency."""

    pool: Annotated[Line, Field(min_length=1, max_length=40)]
    amount_minor: Amount
    reason: Annotated[Line, Field(min_length=1)]


class FundingOut(Schema):
    """Money asked for, and what became of it."""

    id: int
    pool: str
    amount_minor: int
    currency: str
    reason: str
    state: str
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str


class RefusalIn(Schema):
    """Why not."""

    reason: Line = ""


class MonthOut(Schema):
    """A month's sums in minor units and accelerator-seconds."""

    month: str
    charges: int
    card_seconds: int
    list_minor: int
    subsidy_minor: int
    own_minor: int


class ChargeOut(Schema):
    """One charge of a statement."""

    ended_at: datetime
    what: str
    kind: str
    line: str
    device_model: str
    cards: int
    card_seconds: int
    price_minor_per_hour: int
    price_from: date
    service_class: str
    rule_version: int
    rate_bp: int
    is_free_use: bool
    list_minor: int
    subsidy_minor: int
    own_minor: int
    entry_key: str
    late_from: str


class StatementOut(Schema):
    """The statement of a month of `time_zone`; list = subsidy + own, on every charge and in all."""

    award: str
    month: str
    time_zone: str
    currency: str
    list_minor: int
    subsidy_minor: int
    own_minor: int
    charges: list[ChargeOut]


class BookOut(Schema):
    """The head of a book: whoever keeps it can prove later that nothing before it changed."""

    entries: int
    sha256: str


class FigureOut(Schema):
    """A public figure: in words, and exactly, as a numerator and for a share a denominator."""

    code: str
    name: str
    value: str
    unit: str
    numerator: int
    denominator: int | None
    share_bp: int | None
    first_on: date
    last_on: date
    definition: str


class FiguresOut(Schema):
    """The public figures as last taken, and the series behind the charts.

    ``definitions`` says what each number of a series is, by its name: ``by_month.drawn_minor``.
    """

    as_of: datetime | None
    figures: list[FigureOut]
    series: dict[str, Any]
    definitions: dict[str, str]


class PublicAwardOut(Schema):
    """A released award, as everybody may know it."""

    code: str
    title: str
    title_zh: str
    organisation: str
    kind: str
    subsidy_minor: int
    rate_bp: int
    first_on: date
    last_on: date


def reader_of_book(request: HttpRequest, code: str) -> Actor:
    """The caller, who may read the book of a programme."""
    by = caller(request)
    programme_of(code)
    if not may_read_book(by, code):
        raise NotAllowed(action="book.read", needs=Role.FINANCE.value)
    return by


@router.get("/programmes/{code}/pools", response=list[PoolOut], summary="Pools")
def pools(request: HttpRequest, code: CodeInPath) -> Any:  # noqa: ANN401 -- records of the book
    reader_of_book(request, code)
    return queries.pool_numbers(code)


@router.get("/programmes/{code}/book", response=BookOut, summary="The head of the book")
def head(request: HttpRequest, code: CodeInPath) -> Any:  # noqa: ANN401 -- a record of the book
    reader_of_book(request, code)
    return queries.head_of(code)


@router.get("/programmes/{code}/funding", response=list[FundingOut], summary="Funding requests")
def funding(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    programme_of(code)
    check_may_see_funding(caller(request), code)
    return [_funding(row) for row in queries.funding_requests(code)[:200]]


def _funding(row: Any) -> dict[str, Any]:  # noqa: ANN401 -- a FundingRequest
    return {
        "id": row.pk,
        "pool": row.pool,
        "amount_minor": row.amount_minor,
        "currency": row.currency,
        "reason": row.reason,
        "state": row.state,
        "asked_at": row.asked_at,
        "asked_by": str(row.asked_by),
        "decided_at": row.decided_at,
        "decided_by": str(row.decided_by or ""),
    }


@router.post(
    "/programmes/{code}/funding",
    response={201: FundingOut},
    summary="Ask for funding",
    description="Not safe to repeat: each call asks once more.",
)
def ask_funding(request: HttpRequest, code: CodeInPath, wish: FundingIn) -> Status[dict[str, Any]]:
    programme, by, now = programme_of(code), caller(request), clock.now()
    check_may_ask_funding(by, code)
    check_purpose(wish.pool, rules_of(version_in_force(code, today_in(programme, now))))
    made = books.ask_funding(
        programme_code=code,
        pool=wish.pool,
        amount=Money(wish.amount_minor, programme.currency),
        reason=wish.reason,
        by=by,
        now=now,
    )
    return Status(201, _funding(made))


@router.post(
    "/funding/{request_id}/approve",
    response=FundingOut,
    summary="Approve funding",
    description="Refused when repeated; nothing is posted twice.",
)
def approve_funding(request: HttpRequest, request_id: NumberInPath) -> dict[str, Any]:
    by = caller(request)
    return _funding(books.approve_funding(request_id=request_id, by=by, now=clock.now()))


@router.post(
    "/funding/{request_id}/refuse",
    response=FundingOut,
    summary="Refuse funding",
    description="Refused when repeated.",
)
def refuse_funding(
    request: HttpRequest, request_id: NumberInPath, why: RefusalIn
) -> dict[str, Any]:
    by = caller(request)
    return _funding(
        books.refuse_funding(request_id=request_id, reason=why.reason, by=by, now=clock.now())
    )


@router.get("/awards/{code}/statements", response=list[MonthOut], summary="Months with charges")
def statements(request: HttpRequest, code: CodeInPath) -> list[Any]:
    award_of(code, caller(request))
    return list(months_of(code))


@router.get("/awards/{code}/statements/{month}", response=StatementOut, summary="A statement")
def one_statement(request: HttpRequest, code: CodeInPath, month: MonthInPath) -> dict[str, Any]:
    award_of(code, caller(request))
    return _statement(statement(code, month))


@router.get(
    "/awards/{code}/statements/{month}/pdf",
    summary="A statement as PDF",
    openapi_extra={
        "responses": {
            200: {
                "description": "The statement on paper.",
                "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
            }
        }
    },
)
def statement_on_paper(request: HttpRequest, code: CodeInPath, month: MonthInPath) -> HttpResponse:
    award_of(code, caller(request))
    return HttpResponse(statement_pdf(statement(code, month)), content_type="application/pdf")


def _statement(made: Statement) -> dict[str, Any]:
    return {
        "award": made.award_code,
        "month": made.month,
        "time_zone": made.time_zone,
        "currency": made.currency,
        "list_minor": made.list_price.minor,
        "subsidy_minor": made.subsidy.minor,
        "own_minor": made.own.minor,
        "charges": list(charge_rows(made)),
    }


@router.get("/programmes/{code}/figures", response=FiguresOut, auth=None, summary="Public figures")
def figures(request: HttpRequest, code: CodeInPath) -> dict[str, Any]:
    del request
    programme_of(code)
    snapshot = latest_snapshot(code)
    if snapshot is None:
        return {"as_of": None, "figures": [], "series": {}, "definitions": {}}
    kept = dict(snapshot.figures)
    return {
        "as_of": snapshot.taken_at,
        "figures": [_figure(figure) for figure in kept.pop("figures")],
        "series": kept,
        "definitions": {name: str(definition) for name, definition in SERIES.items()},
    }


def _figure(figure: dict[str, Any]) -> dict[str, Any]:
    code = FigureCode(figure["code"])
    return {
        **figure,
        "name": str(NAMES[code]),
        "value": value_of(figure),
        "definition": str(DEFINITIONS[code]),
    }


@router.get(
    "/programmes/{code}/public-awards",
    response=Page[PublicAwardOut],
    auth=None,
    summary="Released awards",
)
def public_awards(request: HttpRequest, code: CodeInPath, paging: Query[Paging]) -> dict[str, Any]:
    del request
    programme_of(code)
    return page_of(released_awards(code), paging, _public_awards)


def _public_awards(rows: list[Any]) -> list[dict[str, Any]]:
    return [
        PublicAwardOut(
            code=row.code,
            title=row.title,
            title_zh=row.title_zh,
            organisation=row.organisation.name,
            kind=row.organisation.kind,
            subsidy_minor=row.subsidy_minor,
            rate_bp=row.rate_bp,
            first_on=row.first_on,
            last_on=row.last_on,
        ).dict()
        for row in rows
    ]
