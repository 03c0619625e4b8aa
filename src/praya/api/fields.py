"""Kinds of text and number that come in by the API: bounded, and nothing a database chokes on."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Path
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from praya.core.programme.months import MONTH_PATTERN

# The types of the faults are those of ``words.input_faults.OWN``, which says them.


def _storable(text: str) -> str:
    """Refuse what no database keeps: the null character and halves of surrogate pairs."""
    if "\0" in text:
        raise PydanticCustomError("null_character", "the null character is not allowed")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("not_unicode", "the text is not whole Unicode") from None
    return text


def _in_calendar(day: date) -> date:
    """Refuse days with which nothing can be reckoned."""
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        years = {"first": str(_FIRST_YEAR), "last": str(_LAST_YEAR)}
        raise PydanticCustomError("year_outside", "the year is not one of {first} to {last}", years)
    return day


def _no_boolean(given: object) -> object:
    """Refuse true and false, which Python takes for 1 and 0."""
    if isinstance(given, bool):
        raise PydanticCustomError("boolean_for_number", "true and false are no numbers")
    return given


_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_STORABLE = AfterValidator(_storable)
Day = Annotated[date, AfterValidator(_in_calendar)]
Line = Annotated[str, Field(max_length=300), _STORABLE]
BankReference = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), _STORABLE
]
FewLines = Annotated[list[Annotated[Line, Field(min_length=1)]], Field(max_length=20)]
Text = Annotated[str, Field(max_length=20_000), _STORABLE]
Source = Annotated[str, Field(max_length=600_000), _STORABLE]
Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+$"), _STORABLE]
Whole = Annotated[int, BeforeValidator(_no_boolean)]
Amount = Annotated[Whole, Field(ge=0, le=10**15)]
Count = Annotated[Whole, Field(ge=0, le=10**9)]
RateBp = Annotated[Whole, Field(ge=0, le=10_000)]
CodeGiven = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]

Revision = Annotated[Whole, Field(ge=0, le=2**31 - 1)]
Number = Annotated[Whole, Field(ge=1, le=999)]
Id = Annotated[Whole, Field(ge=0, le=2**62)]

CodeInPath = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
NumberInPath = Annotated[int, Path(ge=0, le=2**62)]
MonthInPath = Annotated[str, Path(pattern=f"^{MONTH_PATTERN}$")]
