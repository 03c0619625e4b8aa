"""Tables of separated values as texts, with the numbers of their lines."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl
import polars.selectors as cs

from praya.traces.gzipped import content, is_gzipped, opened
from praya.traces.refusals import BadLine, BadLines, Fault, TraceEmpty, TraceUnreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

LINE = "line of the file"
# What a line has beyond its heading's columns; null where there is nothing.
SURPLUS = "beyond the heading"
# Whether a value that is read from a line held bytes that are not UTF-8.
DAMAGED = "not text"
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_SHOWN = 5
_OURS = (LINE, SURPLUS, DAMAGED)
_LARGEST = 10**15 - 1
_HEADING_MAX = 1 << 20


class Bad(NamedTuple):
    """What can be wrong with a line: the column it is in, if any, how, and where it is so."""

    column: str
    fault: Fault
    where: pl.Expr


def scan(source: Path | bytes, *, separator: str, quote: str | None = '"') -> pl.LazyFrame:
    """The rows of a file, every value a text; ``LINE`` counts from 1, the heading being line 1.

    Blank lines count. A value that spans lines makes the numbers after it too small. ``SURPLUS``
    holds the first value beyond the heading's columns. What is not UTF-8 is replaced.

    Raises:
        TraceEmpty: there is not even a heading.
        TraceUnreadable: a compressed file is damaged, or there is no end to the heading.

    """
    if isinstance(source, Path):
        _check_heading(source)
        source = content(source) if is_gzipped(source) else source
    heading = pl.scan_csv(
        source, separator=separator, quote_char=quote, infer_schema=False, encoding="utf8-lossy"
    )
    try:
        names = heading.collect_schema().names()
    except pl.exceptions.NoDataError as error:
        raise TraceEmpty(skipped=0) from error
    # A heading may end with a separator. Elsewhere a column without a name, as an index often is,
    # keeps its place: columns are told apart by it.
    while names and not names[-1]:
        names.pop()
    return pl.scan_csv(
        source,
        separator=separator,
        quote_char=quote,
        has_header=False,
        skip_rows=1,
        # Read with a column more than there are names, so that a longer line shows.
        schema=dict.fromkeys([*names, SURPLUS], pl.String),
        missing_columns="insert",
        truncate_ragged_lines=True,
        row_index_name=LINE,
        row_index_offset=2,
        encoding="utf8-lossy",
    )


def _check_heading(path: Path) -> None:
    """Refuse a file without lines before all of it is taken for a name."""
    with opened(path) as file:
        beginning = file.read(_HEADING_MAX)
    if len(beginning) == _HEADING_MAX and b"\n" not in beginning:
        raise TraceUnreadable(file=str(path), why="not_separated")


def collect(rows: pl.LazyFrame, made: Mapping[str, pl.Expr], path: Path) -> pl.DataFrame:
    """What is made of the rows, read piece by piece, with their ``LINE``, ``SURPLUS``, ``DAMAGED``.

    Raises:
        TraceEmpty: there is nothing but a heading.
        TraceUnreadable: the file is no table of separated values.

    """
    read = {name for expression in made.values() for name in expression.meta.root_names()}
    texts = cs.string() & cs.by_name(read - {LINE})
    damaged = texts.str.contains(_REPLACED, literal=True).fill_null(value=False)
    is_damaged = pl.any_horizontal(pl.lit(value=False), damaged).alias(DAMAGED)
    rows = rows.select(LINE, SURPLUS, is_damaged, **made)
    try:
        return rows.collect(engine="streaming")
    except pl.exceptions.NoDataError as error:
        raise TraceEmpty(skipped=0) from error
    except pl.exceptions.ComputeError as error:
        raise TraceUnreadable(file=str(path), why="not_separated") from error


def without_torn(path: Path, *, separator: str) -> tuple[bytes, tuple[int, ...]]:
    """The file with the lines left blank whose quotation marks do not match, and their numbers.

    That is asked of a file only that cannot be read as a whole. Each line is judged by itself, so
    the parts of a value that spans lines are such lines as well. The heading stays as it is.
    """
    between = re.escape(separator.encode())
    value = rb'(?:"(?:[^"]|"")*"|[^"%s]*)' % between
    sound = re.compile(rb"%s(?:%s%s)*\r?" % (value, between, value))
    lines = content(path).split(b"\n")
    torn = [
        row for row, line in enumerate(lines) if row and b'"' in line and not sound.fullmatch(line)
    ]
    for row in torn:
        lines[row] = b""
    return b"\n".join(lines), tuple(row + 1 for row in torn)


def read_separated(
    path: Path,
    take: Callable[[pl.LazyFrame], pl.DataFrame],
    *,
    separator: str,
    skip_bad: bool,
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """What is taken of the rows, and the lines left out since their quotation marks mislead.

    Raises:
        BadLines: there are such lines, and ``skip_bad`` does not leave them out.

    And what ``scan``, ``collect`` and ``take`` refuse.

    """
    try:
        return take(scan(path, separator=separator)), ()
    except TraceUnreadable:
        text, torn = without_torn(path, separator=separator)
        if not torn:
            raise
    if not skip_bad:
        lines = tuple(BadLine(line, Fault.QUOTES) for line in torn[:_SHOWN])
        raise BadLines(file=str(path), count=len(torn), lines=lines)
    rows = scan(text, separator=separator).filter(~pl.col(LINE).is_in(torn))
    return take(rows), torn


def bad_number(column: str, ours: str, *, least: int | None = None) -> list[Bad]:
    """What can be wrong with a number of a job, ``ours``, that is made from ``column``."""
    value = pl.col(ours)
    found = [
        Bad(column, Fault.MISSING, value.is_null()),
        Bad(column, Fault.TOO_LARGE, value > _LARGEST),
    ]
    return found if least is None else [*found, Bad(column, Fault.NEGATIVE, value < least)]


def sound_rows(
    table: pl.DataFrame, faults: Sequence[Bad], path: Path, *, skip_bad: bool
) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """The rows without fault, and the lines of those left out.

    Of a line with several faults the first is told.

    Raises:
        BadLines: there are bad rows, and ``skip_bad`` does not leave them out.

    """
    faults = [
        Bad("", Fault.NOT_TEXT, pl.col(DAMAGED)),
        Bad("", Fault.TOO_LONG, pl.col(SURPLUS).is_not_null()),
        *faults,
    ]
    # A comparison with nothing is no answer, and no fault: MISSING speaks of it.
    is_bad = pl.any_horizontal(*(one.where.fill_null(value=False) for one in faults))
    bad = table.filter(is_bad)
    if bad.height == 0:
        return table.drop(_OURS), ()
    if not skip_bad:
        marks = (one.where.alias(str(row)) for row, one in enumerate(faults))
        first = [
            (line, faults[mark.index(True)])
            for line, *mark in bad.head(_SHOWN).select(LINE, *marks).iter_rows()
        ]
        lines = tuple(BadLine(line, one.fault, one.column) for line, one in first)
        raise BadLines(file=str(path), count=bad.height, lines=lines)
    return table.filter(~is_bad).drop(_OURS), tuple(bad[LINE].to_list())
