"""SQLite's ``INSERT OR REPLACE`` takes away no row that is unique under a condition."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from tests.apps.billing.cases import MARCH

from praya.apps.append_only import GUARDED_TABLES
from praya.apps.billing.commands import close_month, issue_invoices, record_payment

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows")

# Columns that are unique without a condition, made different.
OTHERWISE = {
    "billing_invoice": {"number": "number + 1000", "code": "code || 'x'"},
    "billing_payment": {},
}


def rows_of(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        return cursor.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()


def partly_unique() -> set[str]:
    """The guarded tables on which something is unique under a condition."""
    with connection.cursor() as cursor:
        return {
            table
            for table in GUARDED_TABLES
            for _, _, is_unique, _, is_partial in cursor.execute(f"PRAGMA index_list({table})")
            if is_unique and is_partial
        }


@pytest.fixture
def paid(house):
    """An invoice, and a payment of part of it."""
    asked = {"programme_code": "pier", "month": "2026-02", "by": house.finance, "now": MARCH}
    close_month(**asked)
    [invoice], _ = issue_invoices(**asked)
    record_payment(
        programme_code="pier",
        reference=invoice.code,
        amount=invoice.amount,
        paid_on=date(2026, 3, 2),
        bank_reference="B-1",
        by=house.finance,
        now=MARCH,
    )


def test_every_such_table_is_tried_here(db):
    assert partly_unique() == set(OTHERWISE)


@pytest.mark.parametrize("table", OTHERWISE)
def test_a_row_is_not_replaced_by_one_that_has_the_same_under_a_condition(paid, table):
    before = rows_of(table)
    assert before
    names = [name for _, name, *_ in columns_of(table) if name != "id"]
    values = [OTHERWISE[table].get(name, f'"{name}"') for name in names]
    into = ", ".join(f'"{name}"' for name in names)
    replace = f"INSERT OR REPLACE INTO {table} ({into}) SELECT {', '.join(values)} FROM {table}"

    refusing = pytest.raises(DatabaseError, match=f"{table} is append-only")
    with refusing, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(replace)

    assert rows_of(table) == before


def columns_of(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        return cursor.execute(f"PRAGMA table_info({table})").fetchall()
