"""The Standard Workload Format of the Parallel Workloads Archive, plain or compressed by gzip.

Slots are field 5, or field 8 where that is not known; the limit is field 9, or none. Lines that
begin with a semicolon say things of the whole log: ``MaxProcs`` is its slots, and ``UnixStartTime``
with ``TimeZone`` is what its second 0 was on the machine's clock.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from praya.traces import swf_kernel as kernel
from praya.traces.gzipped import opened
from praya.traces.normal import Trace, trace_of
from praya.traces.refusals import BadLine, BadLines, Fault, TraceUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_PIECE = 1 << 25
_LINE_MAX = 1 << 25
_HEADER = 1 << 16
_SHOWN = 5
# A number of more digits says nothing that could be reckoned with.
_SAID = re.compile(
    rb"^\s*;\s*(MaxProcs|MaxNodes|UnixStartTime|TimeZone)\s*:\s*(-?\d{1,15})(?!\d)", re.MULTILINE
)
_FAULTS = {
    kernel.TOO_SHORT: Fault.TOO_SHORT,
    kernel.NO_NUMBER: Fault.NO_NUMBER,
    kernel.NEGATIVE: Fault.NEGATIVE,
    kernel.TOO_LARGE: Fault.TOO_LARGE,
}


def read(path: Path, *, skip_bad: bool = False) -> Trace:
    """Read a log, piece by piece.

    Raises:
        BadLines: lines cannot be read, and ``skip_bad`` does not leave them out.
        TraceUnreadable: a compressed file is damaged, or a line has no end.
        TraceEmpty: there is no job in it.

    """
    tables: list[NDArray[np.int64]] = []
    bad: list[NDArray[np.int64]] = [np.empty((2, 0), np.int64)]
    lines = 0
    said: dict[bytes, int] = {}
    for piece in _pieces(path):
        if lines == 0:
            said = {name: int(number) for name, number in _SAID.findall(piece[:_HEADER])}
        text = np.frombuffer(piece, np.uint8)
        table = np.empty((len(kernel.KEPT), np.count_nonzero(text == ord("\n")) + 1), np.int64)
        # Room for every line to be bad costs nothing where none is.
        marks = np.empty((2, table.shape[1]), np.int64)
        jobs, found, more = kernel.parse(text, table, marks)
        tables.append(table[:, :jobs])
        marks[0, :found] += lines + 1
        bad.append(marks[:, :found].copy())
        lines += more
    faulty, faults = np.concatenate(bad, 1).tolist()
    if faulty and not skip_bad:
        first = zip(faulty[:_SHOWN], faults[:_SHOWN], strict=True)
        told = tuple(BadLine(line, _FAULTS[fault]) for line, fault in first)
        raise BadLines(file=str(path), count=len(faulty), lines=told)
    return _trace(tables, said, tuple(faulty))


def _pieces(path: Path) -> Iterator[bytes]:
    """The file in pieces of whole lines; one without lines is not read to its end."""
    rest = b""
    with opened(path) as file:
        while piece := file.read(_PIECE):
            piece = rest + piece
            end = piece.rfind(b"\n") + 1
            rest = piece[end:]
            if len(rest) >= _LINE_MAX:
                raise TraceUnreadable(file=str(path), why="not_separated")
            if end:
                yield piece[:end]
    if rest:
        yield rest


def _trace(
    tables: list[NDArray[np.int64]], said: dict[bytes, int], skipped: tuple[int, ...]
) -> Trace:
    table = (
        tables[0] if len(tables) == 1 else np.concatenate([np.empty((9, 0), np.int64), *tables], 1)
    )
    slots, wait, limit = table[kernel.SLOTS], table[kernel.WAIT], table[kernel.LIMIT]
    columns = {
        "id": table[kernel.ID],
        "submit_s": table[kernel.SUBMIT],
        "run_s": table[kernel.RUN],
        "limit_s": np.maximum(limit, 0),
        "slots": np.where(slots > 0, slots, table[kernel.ASKED]),
        "start_s": np.where(wait >= 0, table[kernel.SUBMIT] + wait, -1),
        "user": table[kernel.USER],
        "queue": table[kernel.QUEUE],
    }
    # Where nothing is said of processors (-1, too, says nothing), a slot is a node.
    sizes = (said.get(b"MaxProcs", 0), said.get(b"MaxNodes", 0))
    pool = next((size for size in sizes if size > 0), None)
    zero_s = said.get(b"UnixStartTime", 0) + said.get(b"TimeZone", 0)
    return trace_of(columns, pool=pool, skipped=skipped, zero_s=zero_s)
