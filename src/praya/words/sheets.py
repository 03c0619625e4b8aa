"""Text for spreadsheets, which run what begins like a formula; the terminal writes it too."""

from __future__ import annotations

from collections.abc import Iterable

# Some take the wide signs of Chinese and Japanese keyboards for the narrow ones.
_STEERS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def harmless(text: str) -> str:
    """The text as it is, or marked as text where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(_STEERS) else text


def harmless_row(cells: Iterable[object]) -> list[object]:
    """Cells of which text is harmless, and figures stay figures.

    >>> harmless_row(["=1+1", "n1", -3])
    ["'=1+1", 'n1', -3]
    """
    return [harmless(cell) if isinstance(cell, str) else cell for cell in cells]
