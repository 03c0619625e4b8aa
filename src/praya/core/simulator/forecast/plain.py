"""Frozen dataclasses as plain JSON values, and back: questions, answers and changes are kept so."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")


def to_plain(value: Any) -> Any:  # noqa: ANN401 -- any of the room's values
    """Dicts, lists, texts and numbers; a mapping becomes pairs, since its keys may be tuples.

    >>> to_plain((date(2027, 3, 1), {("a", "b"): 2}))
    ['2027-03-01', [[['a', 'b'], 2]]]
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return [[to_plain(key), to_plain(one)] for key, one in value.items()]
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    assert is_dataclass(value), type(value)
    return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}


def from_plain(kind: type[Kind], value: Any) -> Kind:  # noqa: ANN401 -- what JSON holds
    """The value that ``to_plain`` made plain; a bug where it did not."""
    made: Kind = _made(kind, value)
    return made


def _made(kind: Any, value: Any) -> Any:  # noqa: ANN401, PLR0911 -- one line for each kind of kind
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        [real] = [one for one in inner if one is not type(None)]
        return None if value is None else _made(real, value)
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:  # noqa: PLR2004 -- tuple[one, ...]
            return tuple(_made(inner[0], one) for one in value)
        return tuple(_made(*pair) for pair in zip(inner, value, strict=True))
    if origin is Mapping:
        return {_made(inner[0], key): _made(inner[1], one) for key, one in value}
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{name: _made(hints[name], one) for name, one in value.items()})
    if kind is date:
        return date.fromisoformat(value)
    return kind(value)


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 -- a dataclass
    return get_type_hints(kind)
