"""A book of more than one piece: what is wrong is found in each, and where they meet."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from django.db import connection, transaction
from tests.apps.books.telling import NOW, PROGRAMME, books, hkd

from praya.apps.append_only import guarding, unguarding
from praya.apps.books import queries
from praya.apps.books.commands import recover_money
from praya.apps.books.models import Book, Entry, Posting
from praya.apps.books.queries import reading
from praya.apps.books.queries.entries import core_entry
from praya.core.actor import Actor
from praya.core.ledger import entry_hash

PIECE = 4  # the story's eleven entries are three pieces: 1 to 4, 5 to 8, 9 to 11
SPAN = 3  # each but the last is read as three entries and one
STORY = """
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    charge  H-0001.1 1 0.10 own 0.10
    charge  H-0001.1 1 0.20 own 0.00
    charge  H-0001.1 1 0.30 own 0.00
    hold    H-0001.1 job-1 10 1.00
    release job-1
    charge  H-0001.1 2 0.20 own 0.00
    charge  H-0001.1 3 0.30 own 0.00
    reduce  H-0001.1 4 0.40
    charge  H-0001.1 5 0.50 own 0.00
"""
ENTRIES = 11
GUARDED = ("books_entry", "books_posting")

side_by_side = pytest.mark.parametrize(
    "side_by_side",
    [
        pytest.param(False, id="one-after-the-other", marks=pytest.mark.django_db),
        pytest.param(True, id="side-by-side", marks=pytest.mark.django_db(transaction=True)),
    ],
)


@pytest.fixture
def book(side_by_side, books, monkeypatch):
    """The story's book, committed where other connections are to see it."""
    monkeypatch.setattr(reading, "PIECE", PIECE)
    monkeypatch.setattr(reading, "SPAN", SPAN)
    assert connection.in_atomic_block is not side_by_side
    return books


def findings(*, side_by_side: bool) -> list[queries.BookFinding]:
    """What verification says, once the quick way has said that something is wrong."""
    stored = Book.objects.get(programme_code=PROGRAMME)
    assert reading.balances_of_entries(stored, side_by_side=side_by_side) is None
    return queries.verify_book(PROGRAMME)[1]


def behind_prayas_back(act) -> None:
    """Do it with the guards lifted, as the owner of the database can."""
    connection.check_constraints()  # PostgreSQL alters no table while a check is pending
    with transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            for statement in unguarding(connection.vendor, table):
                cursor.execute(statement)
        act()
        connection.check_constraints()
        for table in GUARDED:
            for statement in guarding(connection, table):
                cursor.execute(statement)


def change(number: int) -> None:
    Entry.objects.filter(number=number).update(subject="forged")


def change_posting(number: int) -> None:
    posting = Posting.objects.filter(entry__number=number).first()
    Posting.objects.filter(pk=posting.pk).update(amount=posting.amount + 1)


def drop(number: int) -> None:
    Posting.objects.filter(entry__number=number).delete()
    Entry.objects.filter(number=number).delete()


def exchange(number: int) -> None:
    """Put an entry into another book, and that book's entry of the same number in its place."""
    for each in range(number):
        recover_money(
            programme_code="quay",
            award_code="Q-0001",
            pool="research",
            amount=hkd("1.00"),
            key=f"claimed-{each}",
            by=Actor.praya("books"),
            now=NOW,
        )
    ids = {row.programme_code: row.pk for row in Entry.objects.filter(number=number)}
    Entry.objects.filter(pk=ids[PROGRAMME]).update(programme_code="aside")
    Entry.objects.filter(pk=ids["quay"]).update(programme_code=PROGRAMME)
    Entry.objects.filter(pk=ids[PROGRAMME]).update(programme_code="quay")


def rewrite_from(number: int) -> None:
    """Every hash from there on made anew over a forged one, the head too."""
    head = "f" * 64
    for row in Entry.objects.filter(number__gte=number).order_by("number"):
        sealed = entry_hash(head, core_entry(row))
        Entry.objects.filter(pk=row.pk).update(previous_sha256=head, sha256=sealed)
        head = sealed
    Book.objects.filter(programme_code=PROGRAMME).update(head_sha256=head)


@side_by_side
@books(STORY)
def test_a_sound_book_of_pieces_is_proved(book, side_by_side):
    stored = Book.objects.get(programme_code=PROGRAMME)

    found = reading.balances_of_entries(stored, side_by_side=side_by_side)

    assert stored.entries == ENTRIES
    stands = {f"{account} {unit}": amount for (account, unit), amount in found.items() if amount}
    assert stands == book.accounts()
    assert queries.verify_book(PROGRAMME) == (True, [])


# The last of a piece, the first of the next, one within the last, and the very last.
@pytest.mark.parametrize("number", [4, 5, 8, 9, 10, ENTRIES])
@pytest.mark.parametrize(
    ("act", "code"),
    [
        (change, "changed"),
        (change_posting, "changed"),
        (drop, "missing"),
        (exchange, "changed"),
        (rewrite_from, "changed"),
    ],
)
@side_by_side
@books(STORY)
def test_a_tampered_entry_is_found_in_a_later_piece(book, side_by_side, act, code, number):
    behind_prayas_back(lambda: act(number))

    [finding] = findings(side_by_side=side_by_side)

    assert (finding.code, finding.entry) == (code, number)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is read by threads")
@pytest.mark.django_db(transaction=True)
@books(STORY)
def test_processes_prove_a_file(books, tmp_path, monkeypatch):
    path = tmp_path / "book.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])
    monkeypatch.setattr(reading, "PIECE", PIECE)
    monkeypatch.setattr(reading, "PROCESSES_FROM", 1)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(path))
    stored = Book.objects.get(programme_code=PROGRAMME)

    proved = reading.balances_of_entries(stored, side_by_side=True)
    here = reading.balances_of_entries(stored, side_by_side=False)
    with closing(sqlite3.connect(path)) as file:
        file.execute("DROP TRIGGER books_posting_no_update")
        file.execute(
            "UPDATE books_posting SET amount = amount + 1 "
            "WHERE id = (SELECT max(id) FROM books_posting)"
        )
        file.commit()
    forged = reading.balances_of_entries(stored, side_by_side=True)

    assert (proved, forged) == (here, None)
    assert here
