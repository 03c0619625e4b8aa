"""What admission and settlement read and write, in plain SQL: the only room for it in this app.

A hold is one trip that reads and one that writes. PostgreSQL takes several statements at once and
gives each a snapshot of its own, so that what follows the lock sees what the writer before left;
SQLite takes them one by one, inside this process.
"""

# ruff: noqa: S608 -- only our own words are put together; every value is a parameter

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from praya.core import ledger

Row = tuple[Any, ...]
Statement = tuple[str, Sequence[Any]]


def run(statements: Sequence[Statement]) -> list[list[Row]]:
    """Run statements in their order; the rows that each answered."""
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            return [_rows(cursor.execute(sql, values)) for sql, values in statements]
        text = ";\n".join(sql for sql, _ in statements)
        cursor.execute(text, [value for _, values in statements for value in values])
        answers = [_rows(cursor)]
        while cursor.nextset():
            answers.append(_rows(cursor))
        return answers


def instant(value: datetime) -> Any:  # noqa: ANN401 -- what the database's driver takes
    """An instant as a parameter."""
    return connection.ops.adapt_datetimefield_value(value)


def aware(value: datetime | None) -> datetime | None:
    """An instant as it was read: SQLite keeps it in UTC and does not say so."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def lock_book(programme_code: str) -> Statement:
    """The book's row: id, entries, head, closed_until, open_from. Locked until the end."""
    columns = "id, entries, head_sha256, closed_until, open_from"
    text = f"SELECT {columns} FROM books_book WHERE programme_code = %s"
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    return text + lock, [programme_code]


def key_used(programme_code: str, key: str) -> Statement:
    """The entry that a key stands for, its own or a record's: its number, what was asked."""
    text = """
        SELECT number, request_sha256 FROM books_entry WHERE programme_code = %s AND key = %s
        UNION ALL
        SELECT e.number, r.request_sha256
        FROM books_batchrecord r JOIN books_entry e ON e.id = r.entry_id
        WHERE r.programme_code = %s AND r.key = %s
    """
    return text, [programme_code, key, programme_code, key]


_HOLD = (
    "made_by_entry_id, programme_code, key, line_id, time_s, subsidy_minor, made_at, expires_at, "
    "state, ended_at, ended_by_entry_id"
)


def hold_of_key(programme_code: str, key: str) -> Statement:
    """A hold: all columns, in the model's order."""
    text = f"SELECT {_HOLD} FROM books_hold WHERE programme_code = %s AND key = %s"
    return text, [programme_code, key]


_LINE = "id, programme_code, code, award_code, pool, device_model, currency, closed_at"
_LINE_OF = ", ".join(f"l.{column}" for column in _LINE.split(", "))
# A line's own balances, then those that its own share moves: of its award, and of the centre.
_STANDING = f"""
    SELECT {_LINE_OF}, b.account, b.commodity, b.amount
    FROM line AS l JOIN books_balance b ON b.line_id = l.id
    UNION ALL
    SELECT {_LINE_OF}, b.account, b.commodity, b.amount
    FROM line AS l JOIN books_balance b ON b.programme_code = l.programme_code
    AND b.account IN ('{ledger.REVENUE}', '{ledger.receivable_account("")}' || l.award_code)
"""


def lines_of_codes(programme_code: str, codes: Sequence[str]) -> Statement:
    """Lines with what stands on them: the columns of a line, then account, commodity, amount."""
    marks = ", ".join(["%s"] * len(codes))
    of_codes = f"SELECT {_LINE} FROM books_line WHERE programme_code = %s AND code IN ({marks})"
    return f"WITH line AS ({of_codes}) {_STANDING}", [programme_code, *codes]


def line_of_hold(programme_code: str, key: str) -> Statement:
    """The line of a hold, as ``lines_of_codes``."""
    of_hold = f"""
        SELECT {_LINE} FROM books_line
        WHERE id = (SELECT line_id FROM books_hold WHERE programme_code = %s AND key = %s)
    """
    return f"WITH line AS ({of_hold}) {_STANDING}", [programme_code, key]


def balances_of(programme_code: str, accounts: Sequence[str]) -> Statement:
    """Account, commodity and amount of accounts."""
    marks = ", ".join(["%s"] * len(accounts))
    text = f"""
        SELECT account, commodity, amount FROM books_balance
        WHERE programme_code = %s AND account IN ({marks})
    """
    return text, [programme_code, *accounts]


def insert_entry(values: Sequence[Any]) -> Statement:
    """One entry: all columns, in the model's order."""
    columns = (
        "id, programme_code, number, kind, key, request_sha256, at, by_id, by_name, subject, "
        "reverses, facts, previous_sha256, sha256"
    )
    return _insert("books_entry", columns, [values])


def insert_postings(entry_id: int, postings: Sequence[ledger.Posting]) -> Statement:
    """The postings of one entry."""
    rows = [(entry_id, p.account, p.commodity, p.amount) for p in postings]
    return _insert("books_posting", "entry_id, account, commodity, amount", rows)


def set_balances(rows: Sequence[Row]) -> Statement:
    """What stands on accounts from now on.

    A row is programme, account, commodity, amount, may_be_negative, line_id and part.
    """
    columns = "programme_code, account, commodity, amount, may_be_negative, line_id, part"
    sql, values = _insert("books_balance", columns, rows)
    conflict = "ON CONFLICT (programme_code, account, commodity) DO UPDATE SET amount"
    return f"{sql} {conflict} = excluded.amount", values


def move_head(book_id: int, entries: int, sha256: str) -> Statement:
    """The book's last entry."""
    text = "UPDATE books_book SET entries = %s, head_sha256 = %s WHERE id = %s"
    return text, [entries, sha256, book_id]


def insert_hold(values: Sequence[Any]) -> Statement:
    """One hold: all columns, in the model's order."""
    return _insert("books_hold", _HOLD, [values])


def end_hold(hold_id: int, *, state: str, at: datetime, entry_id: int) -> Statement:
    """A hold that was settled or released."""
    text = """
        UPDATE books_hold SET state = %s, ended_at = %s, ended_by_entry_id = %s
        WHERE made_by_entry_id = %s
    """
    return text, [state, instant(at), entry_id, hold_id]


def _insert(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> Statement:
    marks = ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)
    values = [value for row in rows for value in row]
    return f"INSERT INTO {table} ({columns}) VALUES {marks}", values


def _rows(cursor: Any) -> list[Row]:  # noqa: ANN401 -- a cursor of either driver
    found: list[Row] = cursor.fetchall() if cursor.description else []
    return found
