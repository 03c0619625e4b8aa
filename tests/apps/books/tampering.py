"""Changes made behind Praya's back, of every column of every table of the book.

What can be tampered with is read from the models, so that a new column cannot be forgotten.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from praya.apps.append_only import GUARDED_TABLES, unguarding
from praya.apps.books.rules import ENTRIES_MAX

TABLES = list(apps.get_app_config("books").get_models())
COLUMNS = [(table, column) for table in TABLES for column in table._meta.concrete_fields]
Row = dict[str, Any]


@dataclass(frozen=True)
class Tampering:
    """One change, and the rows that were changed, dropped or put in."""

    table: type[models.Model]
    statements: tuple[tuple[str, list[Any]], ...]
    rows: tuple[Row, ...]

    @property
    def said(self) -> str:
        """What was done, for who reads that it was not found."""
        return f"{self.statements} to {self.rows}"

    @property
    def first_entry(self) -> int | None:
        """The first entry that is wrong now, where an entry or a posting was tampered with."""
        column = {"books_entry": "id", "books_posting": "entry_id"}.get(_name(self.table))
        return min(row[column] for row in self.rows) % ENTRIES_MAX if column else None

    @property
    def books(self) -> set[str]:
        """The books of the rows, as they were and as they are."""
        return {row["programme_code"] for row in self.rows if "programme_code" in row}


@contextmanager
def tampered(tampering: Tampering) -> Iterator[bool]:
    """Whether the database let it happen to somebody who lifted its guards; undone afterwards."""
    with transaction.atomic():
        done = True
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                for statement, values in tampering.statements:
                    cursor.execute(statement, values)
        except DatabaseError:
            done = False
        yield done
        transaction.set_rollback(True)


def lift_guards() -> None:
    """As the owner of the database can."""
    connection.check_constraints()  # PostgreSQL alters no table while a check is pending
    with connection.cursor() as cursor:
        for table in GUARDED_TABLES:
            if table in {model._meta.db_table for model in TABLES}:
                for statement in unguarding(connection.vendor, table):
                    cursor.execute(statement)


def rows_of(table: type[models.Model]) -> list[Row]:
    """The rows of a table, as the database has them."""
    columns = [column.column for column in table._meta.concrete_fields]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {_name(table)} ORDER BY {_key(table)}")
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def changes(table: type[models.Model], column: models.Field) -> Iterator[Tampering]:
    """A column of every row in turn: another value, and none where that is allowed."""
    rows = rows_of(table)
    for row in rows:
        for value in _other_values(column, row[column.column], rows):
            after = {**row, column.column: value}
            rows_touched = (row,) if column.primary_key else (row, after)
            yield Tampering(table, (_set(table, row, column, value),), rows_touched)


def swaps(table: type[models.Model], column: models.Field) -> Iterator[Tampering]:
    """The values of a column in two rows that follow each other."""
    rows = rows_of(table)
    for one, other in itertools.pairwise(rows):
        name = column.column
        if column.primary_key or one[name] == other[name]:
            continue
        steps = [
            _set(table, one, column, _aside(column, rows)),
            _set(table, other, column, one[name]),
            _set(table, one, column, other[name]),
        ]
        after = [{**one, name: other[name]}, {**other, name: one[name]}]
        if not _say_the_same(table, [one, other], after):
            yield Tampering(table, tuple(steps), (one, other))


def drops(table: type[models.Model]) -> Iterator[Tampering]:
    """Every row in turn."""
    for row in rows_of(table):
        statement = f"DELETE FROM {_name(table)} WHERE {_key(table)} = %s"
        yield Tampering(table, ((statement, [row[_key(table)]]),), (row,))


def inserts(table: type[models.Model]) -> Iterator[Tampering]:
    """A copy of every row in turn, with other values where a value may stand only once."""
    rows = rows_of(table)
    for row in rows:
        forged = dict(row)
        for column in table._meta.concrete_fields:
            if column.primary_key or column.unique or column.name in _once(table):
                forged[column.column] = _forged(table, column, rows, row)
        names = list(forged)
        marks = ", ".join(["%s"] * len(names))
        statement = f"INSERT INTO {_name(table)} ({', '.join(names)}) VALUES ({marks})"
        yield Tampering(table, ((statement, list(forged.values())),), (forged,))


def _other_values(column: models.Field, value: Any, rows: list[Row]) -> list[Any]:
    others = [_another(column, value)]
    if column.remote_field is not None:
        used = {row[column.column] for row in rows}
        known = {one[_key(column.related_model)] for one in rows_of(column.related_model)}
        others = [*sorted(known - {value})[:2], *sorted(known - used)[:2]]
    if column.choices:
        others = [code for code, _ in column.choices if code != value]
    if column.null and value is not None:
        others.append(None)
    return others


def _another(column: models.Field, value: Any) -> Any:
    """Some other value that the column can hold."""
    if isinstance(column, models.DateField):  # an instant is one of them
        return "2031-01-01" if type(column) is models.DateField else "2031-01-01 00:00:00"
    if isinstance(column, models.BooleanField):
        return not value
    if isinstance(column, models.IntegerField | models.ForeignKey):
        return (value or 0) + 1
    text = str(value or "")
    if text.startswith("{"):
        return json.dumps(json.loads(text) | {"forged": 1}, separators=(",", ":"))
    most = column.max_length or len(text) + 1
    return text + "y" if len(text) < most else ("x" if text[0] != "x" else "y") + text[1:]


def _say_the_same(table: type[models.Model], before: list[Row], after: list[Row]) -> bool:
    """Whether rows differ in nothing but a number of their own."""
    key = _key(table)

    def said(rows: list[Row]) -> list[str]:
        return sorted(str([value for name, value in row.items() if name != key]) for row in rows)

    return said(before) == said(after)


def _forged(table: type[models.Model], column: models.Field, rows: list[Row], row: Row) -> Any:
    name = column.column
    numbers = [each[name] for each in rows if isinstance(each[name], int)]
    if numbers:
        return max(numbers) + 1
    return _another(column, row[name])


def _aside(column: models.Field, rows: list[Row]) -> Any:
    numbers = [row[column.column] for row in rows if isinstance(row[column.column], int)]
    if isinstance(column, models.BooleanField):
        return True
    return max(numbers) + 1000 if numbers else _another(column, rows[-1][column.column])


def _once(table: type[models.Model]) -> set[str]:
    """Columns named last in what may stand only once."""
    return {
        constraint.fields[-1]
        for constraint in table._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    }


def _set(
    table: type[models.Model], row: Row, column: models.Field, value: Any
) -> tuple[str, list[Any]]:
    key = _key(table)
    statement = f"UPDATE {_name(table)} SET {column.column} = %s WHERE {key} = %s"
    return statement, [value, row[key]]


def _name(table: type[models.Model]) -> str:
    return table._meta.db_table


def _key(table: type[models.Model]) -> str:
    return table._meta.pk.column
