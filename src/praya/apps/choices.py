"""Turns an enumeration into the choices of a model field; the words for them are the faces'."""

from __future__ import annotations

from enum import StrEnum


def choices_of(enumeration: type[StrEnum]) -> list[tuple[str, str]]:
    """The values of the enumeration, each as its own label."""
    return [(member.value, member.value) for member in enumeration]


def check_choices(field: str, enumeration: type[StrEnum]) -> tuple[str, list[str]]:
    """Name and values for a database check that only known values are stored."""
    return f"{field}__in", [member.value for member in enumeration]
