"""The database itself refuses to change what was written."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from tests.apps.books.telling import NOW, PROGRAMME, books

from praya.apps.append_only import GUARDED_TABLES, guarding, unguarding
from praya.apps.books import queries
from praya.apps.books.models import Balance
from praya.apps.people.models import AuditLine
from praya.apps.programmes.models import Programme, RuleVersion

STORY = """
    fund    research 1000.00
    commit  H-0001.1 100 50.00
    hold    H-0001.1 job-1 40 20.00
    settle  job-1 25 12.00 own 3.00
    hold    H-0001.1 job-2 10 5.00
"""


FILLED = ("people_auditline", "programmes_ruleversion", "books_entry", "books_posting")


def sql(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def one_of_each() -> None:
    programme = Programme.objects.create(
        code="harbour", prefix="HCP", name={"en": "Harbour"}, currency="HKD", made_at=NOW
    )
    RuleVersion.objects.create(
        programme=programme,
        number=1,
        effective_on=NOW.date(),
        source="code: harbour",
        document={},
        sha256="0" * 64,
        applied_at=NOW,
    )
    assert AuditLine.objects.exists()


@books(STORY)
@pytest.mark.parametrize("table", FILLED)
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET id = id", "DELETE FROM {} WHERE id = (SELECT max(id) FROM {})"]
)
def test_a_guarded_table_refuses_changes_in_plain_sql(books, table, change):
    one_of_each()
    before = rows_of(table)
    assert before
    with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
        sql(change.format(table, table))
    assert rows_of(table) == before


@books(STORY)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite replaces rows")
@pytest.mark.parametrize("table", FILLED)
def test_a_guarded_table_refuses_to_replace_a_row(books, table):
    one_of_each()
    before = rows_of(table)
    names = [column for column in columns_of(table) if table != "books_posting" or column != "id"]
    same = ", ".join(names)
    for columns in (same, "*"):
        into = table if columns == "*" else f"{table} ({columns})"
        replace = f"INSERT OR REPLACE INTO {into} SELECT {columns} FROM {table}"
        with pytest.raises(DatabaseError, match=f"{table} is append-only"), transaction.atomic():
            sql(replace)
    assert rows_of(table) == before


def columns_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
    return [column.name for column in described]


@pytest.mark.django_db
@pytest.mark.parametrize("table", GUARDED_TABLES)
def test_every_table_named_as_guarded_has_its_guard(table):
    sql(*unguarding(connection.vendor, table))  # fails where there is none
    sql(*guarding(connection, table))


def rows_of(table: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
        return cursor.fetchall()


@books(STORY)
def test_the_database_refuses_an_overdrawn_balance(books):
    with pytest.raises(DatabaseError, match="balance_not_overdrawn"), transaction.atomic():
        Balance.objects.filter(account="award/H-0001.1/free").update(amount=-1)


ENTRY_3 = "(SELECT id FROM books_entry WHERE number = 3)"


def drop(number: int) -> list[str]:
    of_entry = f"(SELECT id FROM books_entry WHERE number = {number})"
    return [
        f"UPDATE books_hold SET ended_by_entry_id = NULL WHERE ended_by_entry_id = {of_entry}",
        f"UPDATE books_hold SET made_by_entry_id = {ENTRY_1} WHERE made_by_entry_id = {of_entry}",
        f"DELETE FROM books_posting WHERE entry_id = {of_entry}",
        f"DELETE FROM books_entry WHERE number = {number}",
    ]


FREE_MONEY = "account = 'award/H-0001.1/free' AND commodity = 'HKD'"
ENTRY_1 = "(SELECT id FROM books_entry WHERE number = 1)"
INSERTED = (
    "INSERT INTO books_entry (id, programme_code, number, kind, key, request_sha256, at, by_name, "
    "subject, facts, previous_sha256, sha256) SELECT id - number + {number}, programme_code, "
    "{number}, kind, 'forged', request_sha256, at, by_name, subject, facts, previous_sha256, "
    "sha256 FROM books_entry WHERE number = 3"
)


@books(STORY)
@pytest.mark.parametrize(
    ("tampering", "expected"),
    [
        pytest.param(
            ["UPDATE books_entry SET subject = 'H-0002.1' WHERE number = 3"],
            [("changed", 3, "")],
            id="an entry is changed",
        ),
        pytest.param(
            [f"UPDATE books_posting SET amount = amount * 2 WHERE entry_id = {ENTRY_3}"],
            [("changed", 3, "")],
            id="its postings are changed, and still add up",
        ),
        pytest.param(
            [f"DELETE FROM books_posting WHERE entry_id = {ENTRY_3}"],
            [("changed", 3, "")],
            id="its postings are dropped",
        ),
        pytest.param(drop(4), [("missing", 4, "")], id="an entry is dropped"),
        pytest.param(drop(5), [("missing", 5, "")], id="the last entry is dropped"),
        pytest.param(
            [
                "UPDATE books_entry SET number = 99 WHERE number = 3",
                "UPDATE books_entry SET number = 3 WHERE number = 4",
                "UPDATE books_entry SET number = 4 WHERE number = 99",
            ],
            [("changed", 3, "")],
            id="two entries are swapped",
        ),
        pytest.param(
            [INSERTED.format(number=6)], [("inserted", 6, "")], id="an entry is put at the end"
        ),
        pytest.param(
            [INSERTED.format(number=0)], [("inserted", 0, "")], id="an entry is put before all"
        ),
        pytest.param(
            ["UPDATE books_book SET head_sha256 = 'x'"], [("head", 5, "")], id="the head is changed"
        ),
        pytest.param(
            [
                f"UPDATE books_balance SET amount = amount + 1 WHERE {FREE_MONEY}",
            ],
            [("balance", None, "award/H-0001.1/free HKD")],
            id="a balance is changed",
        ),
        pytest.param(
            ["UPDATE books_hold SET time_s = time_s + 1 WHERE state = 'open'"],
            [("in-flight", None, "award/H-0001.1/in-flight h800·s")],
            id="a hold is changed",
        ),
        pytest.param(
            ["UPDATE books_hold SET state = 'released' WHERE state = 'open'"],
            [
                ("in-flight", None, "award/H-0001.1/in-flight HKD"),
                ("in-flight", None, "award/H-0001.1/in-flight h800·s"),
            ],
            id="a hold is ended without an entry",
        ),
    ],
)
def test_tampering_is_found_at_the_first_wrong_entry(books, tampering, expected):
    assert queries.verify_book(PROGRAMME) == (True, [])
    connection.check_constraints()  # PostgreSQL alters no table while a check is pending
    for table in ("books_entry", "books_posting"):
        sql(*unguarding(connection.vendor, table))
    sql(*tampering)
    ok, findings = queries.verify_book(PROGRAMME)
    assert not ok
    assert sorted((each.code, each.entry, each.where) for each in findings) == expected
