"""Tables of separated values as texts, with the numbers of their lines."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from praya.traces.refusals import BadLine, BadLines, Fault, TraceUnreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

LINE = "line of the file"
_SHOWN = 5


def scan(path: Path, *, separator: str, quote: str | None = '"') -> pl.LazyFrame:
    """The rows of a file, every value a text; ``LINE`` counts from 1, the heading being line 1.

    Blank lines count. A value that spans lines makes the numbers after it too small.
    """
    return pl.scan_csv(
        path,
        separator=separator,
        quote_char=quote,
        infer_schema=False,
        truncate_ragged_lines=True,
        row_index_name=LINE,
        row_index_offset=2,
    )


def collect(rows: pl.LazyFrame, path: Path) -> pl.DataFrame:
    """The rows, read piece by piece.

    Raises:
        TraceUnreadable: the file is no table of separated values.

    """
    try:
        return rows.collect(engine="streaming")
    except pl.exceptions.NoDataError:
        return pl.DataFrame()
    except pl.exceptions.ComputeError as error:
        raise TraceUnreadable(file=str(path), why="not_separated") from error


def sound_rows(
    table: pl.DataFrame, faults: Mapping[str, pl.Expr], path: Path, *, skip_bad: bool
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """The rows without fault, and the lines of those left out.

    ``faults`` says of each column which rows are bad there.

    Raises:
        BadLines: there are bad rows, and ``skip_bad`` does not leave them out.

    """
    is_bad = pl.any_horizontal(*faults.values())
    bad = table.filter(is_bad)
    if bad.height == 0:
        return table, ()
    if not skip_bad:
        first = bad.head(_SHOWN).select(LINE, *(one.alias(name) for name, one in faults.items()))
        lines = tuple(
            BadLine(row[LINE], Fault.MISSING, next(name for name in faults if row[name]))
            for row in first.iter_rows(named=True)
        )
        raise BadLines(file=str(path), count=bad.height, lines=lines)
    return table.filter(~is_bad), tuple(bad[LINE].to_list())
