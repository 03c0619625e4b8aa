"""Every entry of a book read again, column by column and in pieces: the quick way to prove it.

The database builds the text that was hashed; ``proof`` hashes it and adds up. Pieces are read side
by side: on PostgreSQL by threads, since the server works apart; on SQLite by processes, since its
connections stand in one another's way within one. All this only says whether the entries are right.
What is wrong is named by reading them one by one.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

from django.db import connection

from praya.apps.books import sql
from praya.apps.books.models import Book, Entry
from praya.apps.books.proof import Account, Piece, Span, piece_in_file, piece_of
from praya.core.ledger import may_be_negative
from praya.core.ledger.chain import NO_HASH

PIECE, SPAN = 10_000, 250
PROCESSES_FROM = 200_000  # entries; a process takes a second to begin


def balances_of_entries(book: Book, *, side_by_side: bool) -> Mapping[Account, int] | None:
    """What the entries come to by account and commodity; ``None`` if an entry is wrong.

    ``side_by_side`` allows other connections; they see what was committed, and no more.
    """
    if Entry.objects.filter(programme_code=book.programme_code).count() != book.entries:
        return None
    balances: Counter[Account] = Counter()
    head = NO_HASH
    for piece in _pieces(book, side_by_side=side_by_side):
        if piece is None or piece.before != head or _is_overdrawn(balances, piece):
            return None
        head = piece.sha256
        for account, amount in piece.added.items():
            balances[account] += amount
    return balances if head == book.head_sha256 else None


def _pieces(book: Book, *, side_by_side: bool) -> Iterator[Piece | None]:
    """The pieces of a book in order."""
    pieces = [_spans(book, first) for first in range(1, book.entries + 1, PIECE)]
    if not side_by_side or book.entries <= _least_apart():
        yield from map(_piece, pieces)
        return
    workers = min(len(pieces), os.cpu_count() or 1)
    if connection.vendor == "postgresql":
        threads = ThreadPoolExecutor(workers)
        try:
            yield from threads.map(_piece_apart, pieces)
        finally:
            threads.shutdown(cancel_futures=True)
    else:
        path = str(connection.settings_dict["NAME"])
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as processes:
            yield from processes.map(partial(piece_in_file, path), pieces)


def _least_apart() -> float:
    """How long a book is at most that is read here alone."""
    if connection.vendor == "postgresql":
        return PIECE
    in_memory = "mode=memory" in str(connection.settings_dict["NAME"])
    return math.inf if in_memory else PROCESSES_FROM


def _spans(book: Book, begins: int) -> list[Span]:
    """The spans of the piece that begins with an entry."""
    end = min(begins + PIECE, book.entries + 1)
    spans = []
    for first in range(begins, end, SPAN):
        last = min(first + SPAN, end) - 1
        text = sql.entry_texts(book.pk, book.programme_code, first, last)
        spans.append(Span(last - first + 1, *text))
    return spans


def _piece(spans: Sequence[Span]) -> Piece | None:
    return piece_of((span, sql.read([(span.text, span.values)])[0][0]) for span in spans)


def _piece_apart(spans: Sequence[Span]) -> Piece | None:
    """Read a piece in a thread of its own, by a connection that does not outlive it."""
    try:
        return _piece(spans)
    finally:
        connection.close()


def _is_overdrawn(balances: Mapping[Account, int], piece: Piece) -> bool:
    return any(
        balances.get(account, 0) + least < 0 and not may_be_negative(account[0])
        for account, least in piece.least.items()
    )
