"""What admission and settlement read and write, in plain SQL: the only room for it in this app.

An entry is one trip that reads and one that writes. PostgreSQL gets the statements of a trip at
once, prepared (``trip``), and gives each a snapshot of its own, so that what follows the lock sees
what the writer before left; SQLite takes them one by one, inside this process.
"""

# ruff: noqa: S608 -- only our own words are put together; every value is a parameter

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from praya.apps.books.proof import SEPARATOR
from praya.apps.books.rules import entry_id
from praya.core import ledger

Row = tuple[Any, ...]
Statement = tuple[str, Sequence[Any]]

_BALANCES_AT_ONCE = 8  # of six parameters each, so that PostgreSQL keeps the statement prepared
_ROWS_AT_ONCE = 50  # more than one entry has postings
_RECORDS_AT_ONCE = 500
_QUEUES = 1_112_493_899  # any number that nobody else's queues have


def read(statements: Sequence[Statement]) -> list[list[Row]]:
    """Run statements in their order; the rows that each answered."""
    if connection.vendor == "postgresql":
        return _in_one_trip(statements)
    with connection.cursor() as cursor:
        return [cursor.execute(text, values).fetchall() for text, values in statements]


def write(statements: Sequence[Statement]) -> None:
    """Run statements in their order."""
    if connection.vendor == "postgresql":
        _in_one_trip(statements)
        return
    with connection.cursor() as cursor:
        for text, values in statements:
            cursor.execute(text, values)


def _in_one_trip(statements: Sequence[Statement]) -> list[list[Row]]:
    from praya.apps.books.trip import in_one_trip  # noqa: PLC0415 -- PostgreSQL's driver

    connection.ensure_connection()
    with connection.wrap_database_errors:
        return in_one_trip(connection.connection, statements)


def instant(value: datetime) -> Any:  # noqa: ANN401 -- what the database's driver takes
    """An instant as a parameter."""
    return connection.ops.adapt_datetimefield_value(value)


def aware(value: datetime | None) -> datetime | None:
    """An instant as it was read: SQLite keeps it in UTC and does not say so."""
    return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def lock_book(programme_code: str) -> list[Statement]:
    """The book's row: id, entries, head, closed_until, open_from. Locked until the end.

    It is what the last statement answers. On PostgreSQL writers queue for the row before they ask
    for it: of those who wait for a row that changes, each change wakes all. The queue alone would
    not do: a transaction stricter than *read committed* sees the book as it was before it queued,
    and only asking for the row turns it away.
    """
    columns = "id, entries, head_sha256, closed_until, open_from"
    text = f"SELECT {columns} FROM books_book WHERE programme_code = %s"
    if connection.vendor == "sqlite":
        return [(text, [programme_code])]
    queue = f"SELECT pg_advisory_xact_lock({_QUEUES}, hashtext(%s))"
    return [(queue, [programme_code]), (text + " FOR UPDATE", [programme_code])]


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


def keys_used(programme_code: str, keys: Sequence[str]) -> Statement:
    """The entries that keys stand for, as ``key_used``: key, number, what was asked."""
    among, values = _among(keys)
    text = f"""
        SELECT key, number, request_sha256 FROM books_entry
        WHERE programme_code = %s AND key {among}
        UNION ALL
        SELECT r.key, e.number, r.request_sha256
        FROM books_batchrecord r JOIN books_entry e ON e.id = r.entry_id
        WHERE r.programme_code = %s AND r.key {among}
    """
    return text, [programme_code, values, programme_code, values]


def holds_of_keys(programme_code: str, keys: Sequence[str]) -> Statement:
    """Holds: id, key, the code of the line, time, subsidy, state."""
    among, values = _among(keys)
    text = f"""
        SELECT h.made_by_entry_id, h.key, l.code, h.time_s, h.subsidy_minor, h.state
        FROM books_hold h JOIN books_line l ON l.id = h.line_id
        WHERE h.programme_code = %s AND h.key {among}
    """
    return text, [programme_code, values]


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
_IN_ITS_BOOK = "b.programme_code = l.programme_code AND b.account ="
_STANDING = " UNION ALL ".join(
    f"SELECT {_LINE_OF}, b.account, b.commodity, b.amount "
    f"FROM line AS l JOIN books_balance b ON {joined}"
    for joined in (
        "b.line_id = l.id",
        f"{_IN_ITS_BOOK} '{ledger.receivable_account('')}' || l.award_code",
        f"{_IN_ITS_BOOK} '{ledger.REVENUE}'",
    )
)


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


def entry_texts(book_id: int, programme_code: str, first: int, last: int) -> Statement:
    """Entries as they were hashed, in one row, in order, joined.

    How many are of the programme and have the number that their id says; then the fields of each,
    its postings, the hash before it, and its own. The texts are those of ``core.ledger.chain``. One
    row for many entries, since each row costs more than what is in it.
    """
    if connection.vendor == "postgresql":
        at = "to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
        gathered = 'string_agg({}, \'\n\' ORDER BY account COLLATE "C", commodity COLLATE "C")'
        joined = f"string_agg({{}}, '{SEPARATOR}')"
    else:
        at = "substr(at || '.000000', 1, 26)"
        gathered = "group_concat({}, '\n')"  # read by the index, so in order
        joined = f"CAST(group_concat({{}}, '{SEPARATOR}') AS BLOB)"
    columns = (
        "number",
        "kind",
        "key",
        at,
        "coalesce(CAST(by_id AS text), '')",
        "by_name",
        "subject",
        "request_sha256",
        "coalesce(CAST(reverses AS text), '')",
        "facts",
    )
    fields = " || '\n' || ".join(columns)
    posting = "account || '\t' || commodity || '\t' || amount"
    postings = f"""coalesce((
        SELECT {gathered.format(posting)} FROM books_posting WHERE entry_id = entry.id
    ), '')"""
    texts = (fields, postings, "previous_sha256", "sha256")
    together = ", ".join(joined.format(text) for text in texts)
    text = f"""
        SELECT sum(CASE WHEN number = id - %s AND programme_code = %s THEN 1 END), {together}
        FROM (SELECT * FROM books_entry WHERE id BETWEEN %s AND %s ORDER BY id) AS entry
    """
    begins = entry_id(book_id, 0)
    return text, [begins, programme_code, begins + first, begins + last]


def insert_entries(rows: Sequence[Sequence[Any]]) -> list[Statement]:
    """Entries: all columns, in the model's order."""
    columns = (
        "id, programme_code, number, kind, key, request_sha256, at, by_id, by_name, subject, "
        "reverses, facts, previous_sha256, sha256"
    )
    return _inserts("books_entry", columns, rows)


def insert_postings(rows: Sequence[Row]) -> list[Statement]:
    """Postings: the entry's id, account, commodity, amount."""
    return _inserts("books_posting", "entry_id, account, commodity, amount", rows)


def set_balances(rows: Sequence[Row]) -> list[Statement]:
    """What stands on accounts from now on.

    A row is programme, account, commodity, amount, line_id, part and may_be_negative.
    """
    columns = "programme_code, account, commodity, amount, line_id, part, may_be_negative"
    end = "ON CONFLICT (programme_code, account, commodity) DO UPDATE SET amount = excluded.amount"
    at_once = _BALANCES_AT_ONCE if connection.vendor == "postgresql" else _ROWS_AT_ONCE
    statements: list[Statement] = []
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        marks = ", ".join(
            f"(%s, %s, %s, %s, %s, %s, {'TRUE' if row[6] else 'FALSE'})" for row in some
        )
        values = [value for row in some for value in row[:6]]
        statements.append((f"INSERT INTO books_balance ({columns}) VALUES {marks} {end}", values))
    return statements


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


def end_holds(hold_ids: Sequence[int], *, at: datetime, entry_id: int) -> Statement:
    """Holds that one entry settled."""
    among, values = _among(hold_ids)
    text = f"""
        UPDATE books_hold SET state = 'settled', ended_at = %s, ended_by_entry_id = %s
        WHERE made_by_entry_id {among}
    """
    return text, [instant(at), entry_id, values]


def insert_records(rows: Sequence[Row]) -> None:
    """Records of entries: programme, entry's id, key, request, hold's key, three amounts."""
    columns = (
        "programme_code, entry_id, key, request_sha256, hold_key, time_s, subsidy_minor, own_minor"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY books_batchrecord ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            # Each statement on a guarded table keeps what it would undo, so one is for many rows.
            for at in range(0, len(rows), _RECORDS_AT_ONCE):
                some = rows[at : at + _RECORDS_AT_ONCE]
                cursor.execute(*_insert("books_batchrecord", columns, some))


def _among(values: Sequence[Any]) -> tuple[str, Any]:
    """A condition that a column is one of many values, and its only parameter."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", list(values)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(list(values))


def _insert(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> Statement:
    marks = ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)
    values = [value for row in rows for value in row]
    return f"INSERT INTO {table} ({columns}) VALUES {marks}", values


def _inserts(table: str, columns: str, rows: Sequence[Sequence[Any]]) -> list[Statement]:
    pieces = (rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE))
    return [_insert(table, columns, some) for some in pieces]
