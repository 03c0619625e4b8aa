"""Pieces of a book proved by themselves, from the texts that were hashed.

No Django in here, so that a process that proves a piece begins in a moment.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

SEPARATOR = "\x1e"  # between the entries of a text; no field has it, or the proof fails

Account = tuple[str, str]
_BETWEEN = SEPARATOR.encode()


@dataclass(frozen=True, slots=True)
class Span:
    """Entries in a row: how many, and the statement that reads their texts."""

    entries: int
    text: str
    values: Sequence[object]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some entries, all of them right by themselves.

    ``before`` is the hash that the first carries of the one before it, ``sha256`` that of the last.
    By account and commodity: what all of them add, and the least that stood there on the way.
    """

    before: str
    sha256: str
    added: Mapping[Account, int]
    least: Mapping[Account, int]


@dataclass(frozen=True, slots=True)
class _Chained:
    """The hash before some entries, that of the last, and the postings of each that has any."""

    before: bytes
    sha256: bytes
    postings: list[bytes]


def piece_in_file(path: str, spans: Sequence[Span]) -> Piece | None:
    """As ``piece_of``, with the spans read from a file of SQLite."""
    with closing(sqlite3.connect(path, timeout=30)) as file:
        file.execute("PRAGMA mmap_size=2147418112")
        return piece_of(
            (span, file.execute(span.text.replace("%s", "?"), span.values).fetchone())
            for span in spans
        )


def piece_of(read: Iterable[tuple[Span, Sequence[Any]]]) -> Piece | None:
    """The piece that spans and their texts make; ``None`` if an entry is wrong in itself.

    The texts are those of ``sql.entry_texts``.
    """
    before = head = None
    postings: list[bytes] = []
    for span, row in read:
        some = _chained(span, row)
        if some is None or head not in (None, some.before):
            return None
        before = some.before if before is None else before
        head = some.sha256
        postings += some.postings
    assert before is not None, "a piece has a span"
    assert head is not None
    from praya.apps.books.sums import sums_of  # noqa: PLC0415 -- arrays: slow to load

    sums = sums_of(postings)
    return None if sums is None else Piece(before.decode(), head.decode(), *sums)


def _chained(span: Span, row: Sequence[Any]) -> _Chained | None:
    """Whether each entry is there, follows the one before it, and hashes to what it says."""
    if row[0] != span.entries:
        return None
    fields, postings, previous, sealed = (_bytes(text).split(_BETWEEN) for text in row[1:])
    if not len(fields) == len(postings) == span.entries or previous[1:] != sealed[:-1]:
        return None
    head, heads = previous[0], []
    for of_entry, of_postings in zip(fields, postings, strict=True):
        head = sha256(b"\n".join((head, of_entry, of_postings))).hexdigest().encode()
        heads.append(head)
    return (
        _Chained(previous[0], head, [one for one in postings if one]) if heads == sealed else None
    )


def _bytes(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text
