"""Files as they are read, whether plain or compressed by gzip: the first bytes tell."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from pathlib import Path

from praya.traces.refusals import TraceUnreadable


def is_gzipped(path: Path) -> bool:
    """Whether a file begins as gzip's do."""
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[BufferedIOBase]:
    """The bytes of a file; unpacked, if it is compressed.

    Raises:
        TraceUnreadable: a compressed file is damaged or cut off.

    """
    try:
        with gzip.GzipFile(path) if is_gzipped(path) else path.open("rb") as file:
            yield file
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TraceUnreadable(file=str(path), why="damaged") from error


def content(path: Path) -> bytes:
    """All of them."""
    with opened(path) as file:
        return file.read()
