"""Proving a book from its postings: chain, balances, holds and lines, all computed anew."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import DatabaseError, InterfaceError, connection

from praya.apps.books.models import Balance, Book, Entry, Hold
from praya.apps.books.proof import Account
from praya.apps.books.queries.beside import wrong_beside
from praya.apps.books.queries.entries import core_entry
from praya.apps.books.queries.instant import one_instant
from praya.apps.books.queries.reading import balances_of_entries
from praya.apps.books.rules import HoldState, entry_id
from praya.core import ledger
from praya.core.ledger.chain import entry_hash

# The world's failures, which say nothing of a book. Processes that were killed and threads that
# cannot begin are RuntimeErrors; another process reads without Django.
OUTAGES = (DatabaseError, InterfaceError, sqlite3.Error, RuntimeError, MemoryError, OSError)

log = logging.getLogger("praya.books")
_AT_ONCE = 1000
_KINDS = frozenset(kind.value for kind in ledger.EntryKind)


@dataclass(frozen=True, slots=True)
class BookFinding:
    """Something in a book that is not as it was written.

    ``code``: an entry is ``missing``, ``inserted`` or ``changed``, breaks the rule ``key``,
    ``unbalanced`` or ``overdrawn``; the ``head`` or a ``balance`` is not what the entries say; what
    is ``in-flight`` on a line is not what its open holds hold; a ``line``, a ``hold``, a
    ``balance``, a ``funding`` request or the day to which the book is closed (``close``) is not
    what the entries or the trail say of it. The ``seal`` of an entry is not the one that was kept
    elsewhere: each was sealed anew. A row is of a shape that Praya never wrote (``unreadable``).
    ``entry`` is the number where it shows first, or is missing; ``where`` names the account or the
    row.
    """

    code: str
    entry: int | None = None
    where: str = ""


def verify_book(programme_code: str) -> tuple[bool, list[BookFinding]]:
    """Whether a book is as it was written, and if not, the first wrong entry, or what else is.

    The entries are read column by column and, if one is wrong, again one by one as far as the
    first. Balances and holds are compared when all entries are right, and other rows when these
    are. All of it is read as of one instant. Nobody is held up, unless it is called inside a
    transaction: then the book is locked until that ends. Rows that somebody put there may be of any
    shape, so what cannot be understood is a finding, too.

    Raises:
        OUTAGES: the book could not be read now.

    """
    try:
        return _verified(programme_code)
    except OUTAGES:
        raise
    except Exception:
        log.exception("the book of %s cannot be understood", programme_code)
        return False, [BookFinding("unreadable", where=programme_code)]


def _verified(programme_code: str) -> tuple[bool, list[BookFinding]]:
    rows = Book.objects.filter(programme_code=programme_code)
    side_by_side = not connection.in_atomic_block
    if connection.in_atomic_block:
        rows = rows.select_for_update()
    with one_instant():
        book = rows.first()
        if book is None:
            if Entry.objects.filter(programme_code=programme_code).exists():
                return False, [BookFinding("head", where=programme_code)]
            return True, []
        balances = balances_of_entries(book, side_by_side=side_by_side)
        if balances is None:
            twin = ledger.Book()
            finding = _first_wrong_entry(book, twin)
            if finding is not None:
                return False, [finding]
            balances = twin.balances
        findings = [*_wrong_balances(book, balances), *_wrong_holds(book, balances)]
        findings = findings or [BookFinding(*one) for one in wrong_beside(book, balances)]
    return not findings, findings


def _first_wrong_entry(book: Book, twin: ledger.Book) -> BookFinding | None:
    rows = Entry.objects.filter(programme_code=book.programme_code).order_by("number")
    for row in rows.prefetch_related("postings").iterator(chunk_size=_AT_ONCE):
        code = _what_is_wrong(row, book, twin)
        if code:
            return BookFinding(code, min(row.number, twin.entries + 1))
        twin.post(core_entry(row))
    if twin.entries < book.entries:
        return BookFinding("missing", twin.entries + 1)
    if twin.head != book.head_sha256:
        return BookFinding("head", twin.entries)
    return None


def _what_is_wrong(row: Entry, book: Book, twin: ledger.Book) -> str | None:
    if not twin.entries < row.number <= book.entries:
        return "inserted"
    if row.number > twin.entries + 1:
        return "missing"
    if row.kind not in _KINDS or row.pk != entry_id(book.pk, row.number):
        return "changed"
    entry = core_entry(row)
    if row.previous_sha256 != twin.head or row.sha256 != entry_hash(twin.head, entry):
        return "changed"
    return twin.what_is_wrong(entry)


def _wrong_balances(book: Book, balances: Mapping[Account, int]) -> Iterator[BookFinding]:
    rows = Balance.objects.filter(programme_code=book.programme_code)
    stored = {
        (account, commodity): amount
        for account, commodity, amount in rows.values_list("account", "commodity", "amount")
    }
    for key in sorted(stored.keys() | balances.keys()):
        if stored.get(key) != balances.get(key):
            yield BookFinding("balance", where=" ".join(key))


def _wrong_holds(book: Book, balances: Mapping[Account, int]) -> Iterator[BookFinding]:
    held: dict[tuple[str, str], int] = {}
    open_holds = Hold.objects.filter(
        programme_code=book.programme_code, state=HoldState.OPEN.value
    ).select_related("line")
    for hold in open_holds.iterator(chunk_size=_AT_ONCE):
        account = ledger.line_account(hold.line.code, ledger.Part.IN_FLIGHT)
        for commodity, amount in hold.held.amounts():
            held[account, commodity] = held.get((account, commodity), 0) + amount
    end = f"/{ledger.Part.IN_FLIGHT.value}"
    flights = {key: amount for key, amount in balances.items() if key[0].endswith(end)}
    for key in sorted(held.keys() | flights.keys()):
        if held.get(key, 0) != flights.get(key, 0):
            yield BookFinding("in-flight", where=" ".join(key))
