"""Every entry of a book read again, column by column and in pieces: the quick way to prove it.

The database builds the text that was hashed, Python hashes it, Polars adds up. Pieces are read by
as many threads as there are processors; SQLite, PostgreSQL and Polars work beside one another. All
this only says whether the entries are right. What is wrong is named by reading them one by one.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import polars as pl
from django.db import connection

from praya.apps.books import sql
from praya.apps.books.models import Book, Entry
from praya.apps.books.rules import entry_id
from praya.core.ledger import may_be_negative
from praya.core.ledger.chain import NO_HASH

PIECE = 20_000

Account = tuple[str, str]


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
    spans = [
        (book.pk, first, min(first + PIECE - 1, book.entries))
        for first in range(1, book.entries + 1, PIECE)
    ]
    if book.entries <= PIECE or not side_by_side:
        yield from (_read(*span) for span in spans)
        return
    with ThreadPoolExecutor(min(len(spans), os.cpu_count() or 1)) as threads:
        yield from threads.map(_read_apart, spans)


def _read_apart(span: tuple[int, int, int]) -> Piece | None:
    """Read a piece in a thread of its own, by a connection that does not outlive it."""
    try:
        return _read(*span)
    finally:
        connection.close()


def _read(book_id: int, first: int, last: int) -> Piece | None:
    """Read entries by their numbers; ``None`` if one is wrong in itself."""
    [rows] = sql.read([sql.entry_texts(entry_id(book_id, first), entry_id(book_id, last))])
    if [row[0] for row in rows] != list(range(first, last + 1)):
        return None
    before = head = rows[0][3]
    for _, fields, postings, previous, sealed in rows:
        text = f"{previous}\n{fields}\n{postings}".encode()
        if previous != head or sha256(text).hexdigest() != sealed:
            return None
        head = sealed
    sums = _sums([row[2] for row in rows if row[2]])
    return None if sums is None else Piece(before, head, *sums)


def _sums(texts: Sequence[str]) -> tuple[dict[Account, int], dict[Account, int]] | None:
    """What postings add and the least on the way; ``None`` if those of an entry do not balance."""
    if not texts:
        return {}, {}
    postings = pl.read_csv(
        "\n".join(texts).encode(),
        has_header=False,
        separator="\t",
        quote_char=None,
        schema={"account": pl.Categorical(), "commodity": pl.Categorical(), "amount": pl.Int64()},
    )
    lengths = np.fromiter((text.count("\n") + 1 for text in texts), np.int64, len(texts))
    postings = postings.with_columns(entry=np.repeat(np.arange(len(texts)), lengths))
    amount = pl.col("amount")
    if postings.group_by("entry", "commodity").agg(amount.sum()).filter(amount != 0).height:
        return None
    standing = postings.with_columns(standing=amount.cum_sum().over("account", "commodity"))
    by_account = standing.group_by("account", "commodity").agg(amount.sum(), pl.min("standing"))
    rows = by_account.rows()
    return (
        {(account, commodity): added for account, commodity, added, _ in rows},
        {(account, commodity): least for account, commodity, _, least in rows},
    )


def _is_overdrawn(balances: Mapping[Account, int], piece: Piece) -> bool:
    return any(
        balances.get(account, 0) + least < 0 and not may_be_negative(account[0])
        for account, least in piece.least.items()
    )
