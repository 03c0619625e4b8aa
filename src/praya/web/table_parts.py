"""Parts of a list as its template reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the template reads it."""

    value: Any
    label: str
    align: str

    @property
    def is_something(self) -> bool:
        """Whether it shows more than a dash; on a phone other cells are left out."""
        return self.value is not None and self.value != ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: where sorting by it leads, and how it is sorted now."""

    label: str
    align: str
    url: str
    aria_sort: str

    @property
    def icon(self) -> str:
        """The arrow beside the label."""
        return {"ascending": "arrow-up", "descending": "arrow-down"}.get(
            self.aria_sort, "arrows-sort"
        )


@dataclass(frozen=True, slots=True)
class FilterControl:
    """A filter as the template reads it."""

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: str
