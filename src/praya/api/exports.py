"""Books, balances, statements and figures as files of other programs, by API."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from praya.api.callers import caller
from praya.api.fields import CodeInPath, Line, MonthInPath
from praya.api.money import reader_of_book
from praya.apps.awards.queries import award_of
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.access import check_may_export_balances
from praya.apps.reports.queries import statement
from praya.apps.reports.queries.exports import UserAs, personal_balances
from praya.core.quantity import commodity_of_time
from praya.words import clock
from praya.words.exports import (
    BookFormat,
    book_file,
    figures_csv,
    months_csv,
    ondemand_balances,
    statement_csv,
)

router = Router(tags=["exports"])


class WhichFormat(Schema):
    """The format of the file."""

    format: BookFormat = BookFormat.BEANCOUNT


class WhichBalances(Schema):
    """Of which device model, in card-hours, or of money if left out; how users are called."""

    device_model: Annotated[Line, Field(max_length=40)] = ""
    user: UserAs = "local"


class OnDemandConfig(Schema):
    """What the values count."""

    unit: str
    project_type: str


class OnDemandBalance(Schema):
    """What is free for a user under an award, in whole units."""

    user: str
    project: str
    value: int


class OnDemandOut(Schema):
    """Open OnDemand's ``balances.json``, version 1."""

    version: int
    timestamp: int
    config: OnDemandConfig
    balances: list[OnDemandBalance]


def _csv_of(description: str) -> dict[str, Any]:
    """What the document of the API says of an answer that is CSV."""
    content = {"text/csv": {"schema": {"type": "string"}}}
    return {"responses": {200: {"description": description, "content": content}}}


@router.get(
    "/programmes/{code}/book/file",
    summary="A book as a file",
    description="Beancount, CSV or Parquet.",
    openapi_extra={
        "responses": {
            200: {
                "description": "The book.",
                "content": {
                    "text/plain": {"schema": {"type": "string"}},
                    "text/csv": {"schema": {"type": "string"}},
                    "application/vnd.apache.parquet": {
                        "schema": {"type": "string", "format": "binary"}
                    },
                },
            }
        }
    },
)
def book(request: HttpRequest, code: CodeInPath, which: Query[WhichFormat]) -> Any:  # noqa: ANN401 -- a streamed file
    reader_of_book(request, code)
    file = book_file(code, programme_of(code).currency, which.format)
    answer = StreamingHttpResponse(file.content, content_type=file.media_type)
    answer["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _as_csv(text: str, name: str) -> HttpResponse:
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


@router.get(
    "/awards/{code}/statements/{month}/csv",
    summary="A statement as CSV",
    description="A row for each charge, with the fields that a charge of the statement has.",
    openapi_extra=_csv_of("The charges of the month."),
)
def statement_as_csv(request: HttpRequest, code: CodeInPath, month: MonthInPath) -> HttpResponse:
    award_of(code, caller(request))
    return _as_csv(statement_csv(statement(code, month)), f"{code}-{month}")


@router.get(
    "/programmes/{code}/charges/csv",
    summary="Charges by month and award, as CSV",
    description="Money is in minor units, accelerator time in seconds.",
    openapi_extra=_csv_of("What every award was charged in every month."),
)
def charges_as_csv(request: HttpRequest, code: CodeInPath) -> Any:  # noqa: ANN401 -- a streamed file
    reader_of_book(request, code)
    answer = StreamingHttpResponse(months_csv(code), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-charges.csv"'
    return answer


@router.get(
    "/programmes/{code}/figures/csv",
    auth=None,
    summary="Public figures as CSV",
    description=(
        "The figures as last taken and the series behind the charts. Money is in minor units, "
        "accelerator time in seconds."
    ),
    openapi_extra=_csv_of("The figures and their series."),
)
def figures_as_csv(request: HttpRequest, code: CodeInPath) -> HttpResponse:
    del request
    return _as_csv(figures_csv(code, programme_of(code).currency), f"{code}-figures")


@router.get(
    "/programmes/{code}/ondemand-balances",
    response=OnDemandOut,
    summary="What every member still has, for Open OnDemand",
)
def balances(request: HttpRequest, code: CodeInPath, which: Query[WhichBalances]) -> dict[str, Any]:
    programme = programme_of(code)
    check_may_export_balances(caller(request), code)
    commodity = _commodity(which.device_model, programme.currency)
    found = personal_balances(code, commodity, user_as=which.user)
    return ondemand_balances(found, commodity, clock.now())


@router.get(
    "/programmes/{code}/ondemand-balances/me",
    response=OnDemandOut,
    summary="What one still has oneself, for Open OnDemand",
)
def own_balances(
    request: HttpRequest, code: CodeInPath, which: Query[WhichBalances]
) -> dict[str, Any]:
    programme = programme_of(code)
    commodity = _commodity(which.device_model, programme.currency)
    person_id = caller(request).person_id
    assert person_id is not None, "a call without a person does not come this far"
    found = personal_balances(code, commodity, user_as=which.user, person_id=person_id)
    return ondemand_balances(found, commodity, clock.now())


def _commodity(device_model: str, currency: str) -> str:
    return commodity_of_time(device_model) if device_model else currency
