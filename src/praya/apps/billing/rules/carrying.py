"""Own shares below nothing, as when a cluster corrected what had been charged and invoiced."""

from __future__ import annotations

from collections.abc import Iterable

OfMonth = tuple[str, int]  # a month, and its own share


def carried(months: Iterable[OfMonth]) -> list[OfMonth]:
    """The last of an award's months that ask for less than nothing together: the next credits them.

    What is given back stands in the months that take it up, each once, so it is on one invoice.

    Worked example. September was 100 and October −70: October is carried. November is 30: October
    and November are carried, −40 together. December is 60, its invoice asks for 20, and nothing
    is carried any more.
    """
    waiting: list[OfMonth] = []
    for month in months:
        waiting.append(month)
        if sum(own for _, own in waiting) >= 0:
            waiting.clear()
    return waiting


def is_credited(of: str, own: int, *, month: str) -> bool:
    """Whether what a month's invoice adds was given by a credit note, and had been undone."""
    return of == month and own > 0
