"""The shape of a programme file, read from its models: what may stand where.

Also a *loose* twin of every model, in which each field may be missing. A file with one wrong field
is read through the twins, so that what the other fields say together can still be checked.
"""

from __future__ import annotations

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import Field, create_model

from praya.core.programme.document import ProgrammeRules
from praya.core.programme.parts import Part


def part_at(path: tuple[str | int, ...], root: type[Part] = ProgrammeRules) -> type[Part] | None:
    """The model that describes the mapping at a path; ``None`` where no model does."""
    here: Any = root
    for step in path:
        here = _inside(here, step)
    here = _without_none(here)
    return here if _is_part(here) else None


def field_names(part: type[Part]) -> dict[str, str]:
    """The names of a part's fields as the file writes them, with the attribute behind each."""
    return {info.alias or name: name for name, info in part.model_fields.items()}


def parts_of(root: type[Part] = ProgrammeRules) -> list[type[Part]]:
    """Every model reachable from ``root``, itself first, each once, in the order of the fields."""
    found = [root]
    for part in found:
        for info in part.model_fields.values():
            found += [inner for inner in parts_in(info.annotation) if inner not in found]
    return found


def parts_in(annotation: Any) -> list[type[Part]]:  # noqa: ANN401 -- any annotation
    """The models named in an annotation."""
    if _is_part(annotation):
        return [annotation]
    return [part for argument in get_args(annotation) for part in parts_in(argument)]


@cache
def loose(part: type[Part]) -> type[Part]:
    """The twin of a model in which every field, at any depth, may be left out and is then ``None``.

    A twin is a subclass, so methods work and types hold, except that a field may be ``None``:
    whoever looks at a twin must know which fields are missing.
    """
    fields: dict[str, Any] = {}
    for name, info in part.model_fields.items():
        annotation = _loosened(info.annotation)
        if info.metadata:
            annotation = Annotated[(annotation, *info.metadata)]
        default = None if info.is_required() else info.default
        fields[name] = (annotation, Field(default=default, alias=info.alias))
    return create_model(f"Loose{part.__name__}", __base__=part, **fields)


def _loosened(annotation: Any) -> Any:  # noqa: ANN401 -- any annotation
    """An annotation with its models replaced by their twins."""
    if _is_part(annotation):
        return loose(annotation)
    if not parts_in(annotation):
        return annotation
    inner = tuple(_loosened(argument) for argument in get_args(annotation))
    origin = get_origin(annotation)
    return Union[inner] if origin in (Union, UnionType) else origin[inner]  # noqa: UP007 -- values


def _inside(annotation: Any, step: str | int) -> Any:  # noqa: ANN401 -- any annotation
    """The annotation one step further in; ``None`` where the step leads nowhere."""
    annotation = _without_none(annotation)
    if _is_part(annotation):
        name = field_names(annotation).get(str(step))
        return None if name is None else annotation.model_fields[name].annotation
    arguments = get_args(annotation)
    return arguments[-1] if get_origin(annotation) in (list, dict) else None


def _without_none(annotation: Any) -> Any:  # noqa: ANN401 -- any annotation
    """``X`` of ``X | None``; anything else as it is."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [argument for argument in get_args(annotation) if argument is not NoneType]
        return kinds[0] if len(kinds) == 1 else annotation
    return annotation


def _is_part(annotation: Any) -> bool:  # noqa: ANN401 -- any annotation
    """Whether an annotation is one of our models."""
    return isinstance(annotation, type) and issubclass(annotation, Part)
