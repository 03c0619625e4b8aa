"""The reference page of the programme file, written from the models and the finding codes."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.findings import FindingCode
from praya.core.programme.parts import Part
from praya.core.programme.reading import FILE_BYTES_MAX
from praya.core.programme.shape import parts_of
from praya.core.programme.tree import DEPTH_MAX

_OPENING = f"""\
# The programme file

<!-- Written by praya.core.programme.reference; change it there. -->

A programme file holds the rules of one programme as data. It is YAML in UTF-8, at most
{FILE_BYTES_MAX // 1024} KiB and {DEPTH_MAX} levels deep. `examples/harbour/programme.yaml` and
`examples/campus/programme.yaml` are two whole files.

What can never happen: a file with a mistake becomes no rules at all, not some of them; a field that
is not on this page is refused, not ignored; rules once applied do not change, a changed file
becomes the next version. Values are read by their field, so quotation marks matter only around
texts with `: ` or `#` in them. Anchors, aliases and tags are refused.

Amounts are in major units of the programme's currency (dollars, not cents), and no finer than its
minor unit. Days are included at both ends.
"""
_PLAIN = {
    "str": "text",
    "int": "whole number",
    "Decimal": "number",
    "bool": "true or false",
    "date": "date",
}


def reference_markdown() -> str:
    """The whole page."""
    parts = [_part_section(part) for part in parts_of()]
    return "\n".join([_OPENING, *parts, _codes_section()])


def _part_section(part: type[Part]) -> str:
    """A part: what it is, then a table of its fields."""
    title = "The whole file" if part is ProgrammeRules else part.__name__
    rows = [
        f"| `{info.alias or name}` | {_kind(info.annotation, info.metadata)} "
        f"| {_default(info)} | {_prose(info.description or '')} |"
        for name, info in part.model_fields.items()
    ]
    head = ["| field | value | if left out | meaning |", "| --- | --- | --- | --- |"]
    summary = _prose(" ".join((part.__doc__ or "").split()))
    return "\n".join([f"## {title}", "", summary, "", *head, *rows, ""])


def _codes_section() -> str:
    """The codes of mistakes, each with its meaning."""
    rows = [f"| `{code.value}` | {code.meaning} |" for code in FindingCode]
    text = (
        "Every mistake is told at once, with its line and column. Where the text stops being YAML, "
        "nothing\nafter that point is read. A check of several fields runs when those fields are "
        "right by themselves."
    )
    head = ["| code | mistake |", "| --- | --- |"]
    return "\n".join(["## Mistakes", "", text, "", *head, *rows, ""])


def _kind(annotation: Any, metadata: list[Any]) -> str:  # noqa: ANN401 -- any annotation
    """What kind of value a field takes, with its bounds."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _kind(arguments[0], [*_flat(list(annotation.__metadata__)), *metadata])
    if origin in (Union, UnionType):
        inner = [argument for argument in arguments if argument is not NoneType]
        return " or ".join(_kind(argument, metadata) for argument in inner)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in arguments)
    if origin is list:
        least = ", at least one" if _bounds(metadata).get("min_length") else ""
        return f"list of {_kind(arguments[0], [])}{least}"
    if origin is dict:
        return f"{_kind(arguments[1], [])} by {_kind(arguments[0], [])}"
    return _single_kind(annotation, metadata)


def _single_kind(annotation: type, metadata: list[Any]) -> str:
    """What kind of value a field takes that is no list and has no alternatives."""
    if issubclass(annotation, Enum):
        return ", ".join(f"`{member.value}`" for member in annotation)
    if issubclass(annotation, Part):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return _PLAIN[annotation.__name__] + _limits(_bounds(metadata))


def _bounds(metadata: list[Any]) -> dict[str, Any]:
    """The bounds of a value by name."""
    bounds: dict[str, Any] = {}
    for item in _flat(metadata):
        for name in ("ge", "gt", "le", "lt", "min_length", "max_length", "pattern"):
            value = getattr(item, name, None)
            if value is not None:
                bounds[name] = value
    return bounds


def _flat(metadata: list[Any]) -> list[Any]:
    """Metadata with the metadata inside fields taken out."""
    flat: list[Any] = []
    for item in metadata:
        if isinstance(item, FieldInfo):
            flat += item.metadata
        else:
            flat.append(item)
    return flat


def _limits(bounds: dict[str, Any]) -> str:
    """Bounds in a few words."""
    if "pattern" in bounds:
        # A bar would end the cell of the table.
        return f" `{bounds['pattern']}`".replace("|", "\\|")
    words = []
    if "gt" in bounds:
        words.append(f"above {_figure(bounds['gt'])}")
    if "ge" in bounds:
        words.append(f"at least {_figure(bounds['ge'])}")
    if "le" in bounds:
        words.append(f"at most {_figure(bounds['le'])}")
    if "max_length" in bounds:
        words.append(f"at most {_figure(bounds['max_length'])} characters")
    return ", " + ", ".join(words) if words else ""


def _figure(value: int | Decimal) -> str:
    """A bound with separators."""
    return f"{value:,}"


def _default(info: FieldInfo) -> str:
    """What holds when the field is left out."""
    if info.is_required():
        return "must be there"
    value = info.default
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, Part):
        return "what its own fields say"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, list):
        return ", ".join(f"`{item}`" for item in value)
    return f"`{value}`"


def _prose(text: str) -> str:
    """A docstring's double backticks as Markdown's single ones."""
    return re.sub(r"``([^`]*)``", r"`\1`", text)
