"""What is wrong with each field of a programme file by itself, in our codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from pydantic import ValidationError

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import Fault, FindingCode
from praya.core.programme.money import FRACTION
from praya.core.programme.parts import Part
from praya.core.programme.shape import field_names, part_at

# What pydantic says, in our codes. What is not here is VALUE_WRONG.
_CODES = {
    "string_type": FindingCode.VALUE_TEXT,
    "int_type": FindingCode.VALUE_WHOLE_NUMBER,
    "int_parsing": FindingCode.VALUE_WHOLE_NUMBER,
    "int_parsing_size": FindingCode.VALUE_TOO_LARGE,
    "int_from_float": FindingCode.VALUE_WHOLE_NUMBER,
    "decimal_type": FindingCode.VALUE_NUMBER,
    "decimal_parsing": FindingCode.VALUE_NUMBER,
    "finite_number": FindingCode.VALUE_NUMBER,
    "date_type": FindingCode.VALUE_DATE,
    "date_parsing": FindingCode.VALUE_DATE,
    "date_from_datetime_parsing": FindingCode.VALUE_DATE,
    "date_from_datetime_inexact": FindingCode.VALUE_DATE,
    "bool_type": FindingCode.VALUE_YES_NO,
    "bool_parsing": FindingCode.VALUE_YES_NO,
    "list_type": FindingCode.VALUE_LIST,
    "dict_type": FindingCode.VALUE_PART,
    "model_type": FindingCode.VALUE_PART,
    "literal_error": FindingCode.VALUE_CHOICE,
    "enum": FindingCode.VALUE_CHOICE,
    "greater_than": FindingCode.VALUE_TOO_SMALL,
    "greater_than_equal": FindingCode.VALUE_TOO_SMALL,
    "less_than": FindingCode.VALUE_TOO_LARGE,
    "less_than_equal": FindingCode.VALUE_TOO_LARGE,
    "decimal_max_places": FindingCode.VALUE_TOO_FINE,
    "string_too_long": FindingCode.VALUE_TOO_LONG,
    "too_long": FindingCode.VALUE_TOO_LONG,
    "string_too_short": FindingCode.VALUE_TOO_SHORT,
    "too_short": FindingCode.VALUE_TOO_SHORT,
    "string_pattern_mismatch": FindingCode.CODE_WRONG,
    "extra_forbidden": FindingCode.FIELD_UNKNOWN,
    "missing": FindingCode.FIELD_MISSING,
}
_PATTERNED = {
    "prefix": FindingCode.PREFIX_WRONG,
    "currency": FindingCode.CURRENCY_WRONG,
    "places": FindingCode.PLACE_WRONG,
}
_EMPTY_IS = (FindingCode.FIELD_UNKNOWN, FindingCode.FIELD_MISSING)
_GIVEN_MAX = 80  # characters of a wrong value that are shown


def faults_of_fields(error: ValidationError, root: type[Part] = ProgrammeRules) -> list[Fault]:
    """Pydantic's errors in a file of the shape ``root`` as faults.

    A field missing beside an unknown one that is nearly its name is one mistake, and told once.
    """
    faults = [_fault_of(dict(details), root) for details in error.errors(include_url=False)]
    misspelt = {
        (*fault.at[:-1], fault.facts["suggestion"])
        for fault in faults
        if fault.code is FindingCode.FIELD_UNKNOWN
    }
    return [
        fault
        for fault in faults
        if fault.code is not FindingCode.FIELD_MISSING or fault.at not in misspelt
    ]


def _fault_of(details: Mapping[str, Any], root: type[Part]) -> Fault:
    """One pydantic error as a fault."""
    at = tuple(step for step in details["loc"] if step != "[key]")
    code = _CODES.get(details["type"], FindingCode.VALUE_WRONG)
    if code is FindingCode.CODE_WRONG and details["ctx"]["pattern"] == FRACTION:
        code = FindingCode.VALUE_WRONG
    elif code is FindingCode.CODE_WRONG:
        names = [step for step in at if isinstance(step, str)]
        code = _PATTERNED.get(names[-1], code)
    if details["input"] is None and code not in _EMPTY_IS:
        return Fault(FindingCode.VALUE_EMPTY, at, {"field": _name(at)})
    read = partial(_unknown, root=root) if code is FindingCode.FIELD_UNKNOWN else _FACTS.get(code)
    facts = {"field": _name(at)} | (read or _given)(at, details)
    return Fault(code, at, facts)


def _name(at: tuple[str | int, ...]) -> str:
    """The field's own name."""
    return next((step for step in reversed(at) if isinstance(step, str)), "")


def _given(_at: tuple[str | int, ...], details: Mapping[str, Any]) -> dict[str, Any]:
    """The value that was given, cut short; empty where it is a list or a part."""
    given = details["input"]
    return {"given": given[:_GIVEN_MAX] if isinstance(given, str) else ""}


def _unknown(
    at: tuple[str | int, ...], _details: Mapping[str, Any], root: type[Part]
) -> dict[str, Any]:
    """The names that are known in this place, and the nearest of them."""
    part = part_at(at[:-1], root)
    known = list(field_names(part)) if part is not None else []
    return {"known": tuple(known), "suggestion": nearest(str(at[-1]), known)}


def _choice(at: tuple[str | int, ...], details: Mapping[str, Any]) -> dict[str, Any]:
    """The words that are allowed, and the nearest of them."""
    allowed = re.findall(r"'([^']*)'", details.get("ctx", {}).get("expected", ""))
    given = _given(at, details)["given"]
    return {"given": given, "allowed": tuple(allowed), "suggestion": nearest(given, allowed)}


def _bound(at: tuple[str | int, ...], details: Mapping[str, Any]) -> dict[str, Any]:
    """The bound that was passed, and whether the bound itself is allowed."""
    context = details.get("ctx", {})
    for key in ("ge", "le", "gt", "lt"):
        if key in context:
            facts = {"limit": str(context[key]), "included": key.endswith("e")}
            return _given(at, details) | facts
    return _given(at, details) | {"limit": "", "included": True}


def _length(at: tuple[str | int, ...], details: Mapping[str, Any]) -> dict[str, Any]:
    """The length allowed, and whether characters or list items are counted."""
    context = details.get("ctx", {})
    limit = context.get("max_length", context.get("min_length"))
    counts = "characters" if details["type"].startswith("string") else "items"
    return _given(at, details) | {"limit": limit, "counts": counts}


def _places(at: tuple[str | int, ...], details: Mapping[str, Any]) -> dict[str, Any]:
    """The digits after the point that are kept."""
    return _given(at, details) | {"decimals": details.get("ctx", {}).get("decimal_places")}


_FACTS: Mapping[
    FindingCode, Callable[[tuple[str | int, ...], Mapping[str, Any]], dict[str, Any]]
] = {
    FindingCode.FIELD_MISSING: lambda _at, _details: {},
    FindingCode.VALUE_CHOICE: _choice,
    FindingCode.VALUE_TOO_SMALL: _bound,
    FindingCode.VALUE_TOO_LARGE: _bound,
    FindingCode.VALUE_TOO_LONG: _length,
    FindingCode.VALUE_TOO_SHORT: _length,
    FindingCode.VALUE_TOO_FINE: _places,
}


def nearest(given: str, known: list[str]) -> str:
    """The known word that is most like the one given; empty if none is near."""
    return next(iter(get_close_matches(given, known, n=1, cutoff=0.6)), "")
