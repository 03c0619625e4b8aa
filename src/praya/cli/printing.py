"""How answers are printed: JSON where it is asked for, else tables and pairs."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import typer

from praya.cli.words import _

_LABEL_WIDTH_MAX = 24
_GAP = 2  # between columns of a table


@dataclass
class Printing:
    """Prints answers."""

    as_json: bool

    def show(self, answer: Any) -> None:  # noqa: ANN401 -- JSON is of any shape
        """Print an answer as JSON."""
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))

    def say(self, answer: Any, sentence: str) -> None:  # noqa: ANN401 -- as above
        """Print what was done: the answer as JSON if asked for, else the sentence."""
        if self.as_json:
            self.show(answer)
        else:
            typer.echo(shown(sentence))

    def table(
        self,
        rows: Sequence[Mapping[str, Any]],
        columns: Mapping[str, str],
        *,
        none: str,
        right: Collection[str] = (),
    ) -> None:
        """Print rows as a table with these columns (key to heading), or as JSON if asked for.

        Whole numbers, and the columns named in ``right``, stand to the right. Where nothing is
        found, ``none`` says so.
        """
        if self.as_json:
            self.show(rows)
            return
        if not rows:
            typer.echo(none)
            return
        from rich.console import Console  # noqa: PLC0415 -- slow to load, and help needs none
        from rich.table import Table  # noqa: PLC0415 -- as above
        from rich.text import Text  # noqa: PLC0415 -- as above

        console = Console(highlight=False)
        table = Table(box=None, pad_edge=False)
        texts = [[head, *(shown(row.get(key)) for row in rows)] for key, head in columns.items()]
        widths = _widths(texts, console.width)
        for (key, heading), width in zip(columns.items(), widths, strict=True):
            is_number = key in right or all(type(row.get(key)) is int for row in rows)
            table.add_column(
                heading,
                justify="right" if is_number else "left",
                overflow="fold",
                width=width,
            )
        for cells in list(zip(*texts, strict=True))[1:]:
            table.add_row(*map(Text, cells))
        console.print(table)

    def pairs(self, answer: Any, pairs: Iterable[tuple[str, object]]) -> None:  # noqa: ANN401 -- JSON is of any shape
        """Print labels with values, one a line, or the answer as JSON if asked for."""
        if self.as_json:
            self.show(answer)
            return
        given = [(label, shown(value)) for label, value in pairs]
        given = [(label, value) for label, value in given if value]
        width = min(max((_width(label) for label, _value in given), default=0), _LABEL_WIDTH_MAX)
        for label, value in given:
            typer.echo(f"{label}{' ' * (width - _width(label))}  {value}")


def print_file(content: bytes) -> None:
    """Write a file as it is to the standard output."""
    sys.stdout.buffer.write(content)
    sys.stdout.flush()


def shown(value: object) -> str:
    """A value as it is printed; signs that would steer the terminal are made visible."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return f"{value:,}"
    return "".join(
        sign
        if sign in "\n\t" or unicodedata.category(sign) != "Cc"
        else "\N{REPLACEMENT CHARACTER}"
        for sign in str(value)
    )


def _widths(columns: Sequence[Sequence[str]], screen: int) -> list[int | None]:
    """A width for each column that cuts no word in two: a number that is cut is read as two.

    On a screen too narrow for that nothing is said of any.
    """
    least = [
        max(_width(word) for text in texts for word in text.split() or [""]) for texts in columns
    ]
    widths = [max(_width(line) for text in texts for line in text.split("\n")) for texts in columns]
    room = screen - _GAP * (len(columns) - 1)
    if sum(least) > room:
        return [None] * len(columns)
    for _too_wide in range(sum(widths) - room):
        widest = max(range(len(columns)), key=lambda at: widths[at] - least[at])
        widths[widest] -= 1
    return [*widths]


def _width(text: str) -> int:
    """Columns on the screen; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
