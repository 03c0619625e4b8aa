"""Books and balances as files of other programs, by API."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from praya.api.callers import caller
from praya.api.fields import CodeInPath, Line
from praya.api.money import reader_of_book
from praya.apps.programmes.queries import programme_of
from praya.apps.reports.access import check_may_export_balances
from praya.apps.reports.queries.exports import UserAs, personal_balances
from praya.core.quantity import commodity_of_time
from praya.words import clock
from praya.words.exports import BookFormat, book_file, ondemand_balances

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
