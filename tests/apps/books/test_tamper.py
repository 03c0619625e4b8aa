"""Any row changed, dropped, swapped or put in behind Praya's back is found, and named."""

from __future__ import annotations

import pytest
from tests.apps.books.tampering import (
    COLUMNS,
    TABLES,
    Tampering,
    changes,
    drops,
    inserts,
    lift_guards,
    swaps,
    tampered,
)
from tests.apps.books.telling import PROGRAMME, books, somebody

from praya.apps.books import queries

STORY = """
    fund    research 1000.00
    fund    research 200.00
    commit  H-0001.1 100 50.00
    commit  H-0001.2 200 80.00
    commit  H-0002.1 60 30.00
    hold    H-0001.1 job-1 40 20.00
    settle  job-1 25 12.00 own 3.00
    hold    H-0001.1 job-2 10 5.00
    hold    H-0001.2 job-3 20 8.00
    hold    H-0001.2 job-4 30 9.00
    release job-3
    charge  H-0001.2 5 1.00 own 0.50
    hold    H-0002.1 job-5 10 5.00
    reduce  H-0001.2 10 5.00
    return  H-0002.1
    settle  job-5 4 2.00 own 0.10
    reverse 12
    adjust  award/H-0001.1/used award/H-0001.1/free 1
    adjust  award/H-0001.1/used award/H-0001.1/free 2
    batch   u-1 job-2 9 4.00 1.00, u-2 H-0001.1 3 0.70 0.20, u-3 H-0001.2 2 0.50 0.10
    batch   u-4 H-0001.1 4 0.30 0.40
"""

# Columns whose value says nothing: what stands there may be any number.
SAYS_NOTHING = {
    "books_posting.id": "no row and no figure refers to it",
    "books_balance.id": "as above",
    "books_batchrecord.id": "as above; the order of an entry's records is in their hash",
}


def named(column) -> str:
    return f"{column.model._meta.db_table}.{column.column}"


@pytest.fixture
def book(books):
    somebody("clerk")
    assert queries.verify_book(PROGRAMME) == (True, [])
    lift_guards()
    return books


def check(tampering: Tampering, *, may_be_refused: bool = True) -> bool:
    """What was done is found, at the first entry that it was done to; whether it could be done."""
    with tampered(tampering) as done:
        if not done:
            assert may_be_refused, tampering.said
            return False
        codes = sorted({PROGRAMME, *tampering.books})
        findings = [found for code in codes for found in queries.verify_book(code)[1]]
        assert findings, tampering.said
        assert all(found.entry is not None or found.where for found in findings), findings
        if tampering.first_entry is not None:
            assert findings[0].entry == tampering.first_entry, (findings, tampering.said)
        return True


@books(STORY)
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[named(column) for _, column in COLUMNS])
def test_a_changed_value_is_found(book, table, column):
    tries = list(changes(table, column))
    if named(column) in SAYS_NOTHING:
        return
    assert tries, "the story has no row of this table"
    done = [check(one) for one in tries]
    assert any(done), "no value was tried that the database takes"


@books(STORY)
@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[named(column) for _, column in COLUMNS])
def test_swapped_values_are_found(book, table, column):
    for one in swaps(table, column):
        check(one)


@books(STORY)
@pytest.mark.parametrize("table", TABLES, ids=[table._meta.db_table for table in TABLES])
def test_a_dropped_row_is_found(book, table):
    tries = list(drops(table))
    assert tries
    for one in tries:
        check(one, may_be_refused=False)


@books(STORY)
@pytest.mark.parametrize("table", TABLES, ids=[table._meta.db_table for table in TABLES])
def test_a_row_put_in_is_found(book, table):
    tries = list(inserts(table))
    assert tries
    done = [check(one) for one in tries]
    assert any(done), "no row was tried that the database takes"
