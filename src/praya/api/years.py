"""Years of a programme's budget, by API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from praya.api.applications import ReasonIn
from praya.api.callers import caller
from praya.api.fields import CodeInPath
from praya.api.money import reader_of_book
from praya.apps.billing import commands, queries
from praya.apps.billing.access import may_waive_year
from praya.words import clock

router = Router(tags=["billing"])


class YearOut(Schema):
    """A year of one purpose; ``left_minor`` is not committed, and lapses on ``lapses_on``.

    ``promised_minor`` was decided or offered in it and waits for an answer. Where ``waived`` says
    why, what is left stays.
    """

    purpose: str
    first_on: date
    last_on: date
    currency: str
    voted_minor: int
    funded_minor: int
    committed_minor: int
    promised_minor: int
    spent_minor: int
    left_minor: int
    lapses_on: date | None
    lapsed_minor: int | None
    waived: str
    may_waive: bool


def _year(year: queries.YearStanding, request: HttpRequest, code: str) -> dict[str, Any]:
    return {
        "purpose": year.purpose,
        "first_on": year.vote.first,
        "last_on": year.vote.last,
        "currency": year.voted.currency,
        "voted_minor": year.voted.minor,
        "funded_minor": year.funded.minor,
        "committed_minor": year.committed.minor,
        "promised_minor": year.promised.minor,
        "spent_minor": year.spent.minor,
        "left_minor": year.left.minor,
        "lapses_on": year.lapses_on if year.vote.lapses and not year.waiver else None,
        "lapsed_minor": None if year.lapsed is None else year.lapsed.minor,
        "waived": year.waiver.reason if year.waiver else "",
        "may_waive": may_waive_year(caller(request), code, year.vote),
    }


@router.get("/programmes/{code}/years", response=list[YearOut], summary="Years of the budget")
def years(request: HttpRequest, code: CodeInPath) -> list[dict[str, Any]]:
    reader_of_book(request, code)
    return [_year(one, request, code) for one in queries.years_in(code, clock.now())]


@router.post(
    "/programmes/{code}/years/{purpose}/{first_on}/waive",
    response=YearOut,
    summary="Let what a year leaves stay in the pool",
    description="By the role that the rules name; finance is told. Safe to repeat.",
)
def waive(
    request: HttpRequest, code: CodeInPath, purpose: CodeInPath, first_on: date, given: ReasonIn
) -> dict[str, Any]:
    commands.waive_year(
        programme_code=code,
        purpose=purpose,
        first_on=first_on,
        reason=given.reason,
        by=caller(request),
        now=clock.now(),
    )
    return _year(queries.year_in(code, purpose, first_on, clock.now()), request, code)


@router.post(
    "/programmes/{code}/years/{purpose}/{first_on}/withdraw",
    response=YearOut,
    summary="Let what a year leaves lapse after all",
    description="By the role that the rules name; finance is told. Safe to repeat.",
)
def withdraw(
    request: HttpRequest, code: CodeInPath, purpose: CodeInPath, first_on: date, given: ReasonIn
) -> dict[str, Any]:
    commands.withdraw_year_waiver(
        programme_code=code,
        purpose=purpose,
        first_on=first_on,
        reason=given.reason,
        by=caller(request),
        now=clock.now(),
    )
    return _year(queries.year_in(code, purpose, first_on, clock.now()), request, code)
