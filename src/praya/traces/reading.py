"""Reads a trace of any known kind, told by its name or by how it begins."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from praya.traces.gzipped import opened
from praya.traces.refusals import TraceUnreadable, check_file

if TYPE_CHECKING:
    from praya.traces.normal import Trace

_BEGINNING = 4096


class Form(StrEnum):
    """The kinds of files."""

    SWF = "swf"
    SACCT = "sacct"
    COLUMNS = "columns"
    NORMAL = "normal"


def read(
    path: Path,
    *,
    form: Form | None = None,
    columns: str = "",
    skip_bad: bool = False,
    only: tuple[str, ...] | None = None,
) -> Trace:
    """Read a trace; ``columns`` is the name of a map that ships with Praya, or a file.

    Raises:
        TraceUnreadable: it is no file, or nothing says of which kind it is.

    And what the reader of its kind refuses.

    """
    check_file(path)
    # Each reader is loaded where it is needed: a terminal should begin at once.
    match form or _form_of(path, has_map=bool(columns)):
        case Form.SWF:
            from praya.traces import swf  # noqa: PLC0415 -- it compiles

            return swf.read(path, skip_bad=skip_bad)
        case Form.SACCT:
            from praya.traces import sacct  # noqa: PLC0415 -- as above

            return sacct.read(path, skip_bad=skip_bad)
        case Form.COLUMNS:
            from praya.traces.columns import read as read_columns  # noqa: PLC0415 -- as above

            return read_columns(path, columns, skip_bad=skip_bad)
        case Form.NORMAL:
            from praya.traces import normal  # noqa: PLC0415 -- as above

            return normal.read(path, only=only)


def _form_of(path: Path, *, has_map: bool) -> Form:
    if has_map:
        return Form.COLUMNS
    with opened(path) as file:
        beginning = file.read(_BEGINNING)
    first = beginning.partition(b"\n")[0]
    if beginning.startswith(b"PAR1"):
        return Form.NORMAL
    if b"|" in first and b"JobID" in first:
        return Form.SACCT
    is_log = not beginning.strip() or beginning.lstrip()[:1] == b";" or _are_numbers(first)
    if is_log or ".swf" in {suffix.lower() for suffix in path.suffixes}:
        return Form.SWF
    raise TraceUnreadable(file=str(path), why="unknown_form")


def _are_numbers(line: bytes) -> bool:
    fields = line.split()
    return len(fields) > 1 and all(
        field.lstrip(b"-").replace(b".", b"").isdigit() for field in fields
    )
