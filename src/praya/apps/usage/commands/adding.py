"""Rows by the thousand, past the ORM: records as they are, and the sums kept beside them."""

# ruff: noqa: S608 -- only names of our own tables and columns are put together

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateField, DateTimeField, Field, Model

_Key = TypeVar("_Key", bound=tuple[Any, ...])
_AT_ONCE = 500


def insert_many(model: type[Model], objects: Sequence[Any]) -> None:
    """Insert objects whose rows have no number yet; they are not told the one they get.

    Any objects will do that have the columns of the model by their names.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001 -- public
    table, names = model._meta.db_table, ", ".join(_quoted(field) for field in fields)  # noqa: SLF001 -- as above
    rows = zip(*(_column(field, objects) for field in fields), strict=True)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            # Each statement on a guarded table keeps what it would undo: one for many rows is
            # three times as fast as one for each. Django puts SQLite's own mark in place of each of
            # its own; only to write a statement down it needs those.
            mark = "%s" if connection.queries_logged else "?"
            one = f"({', '.join([mark] * len(fields))})"
            while some := list(islice(rows, _AT_ONCE)):
                marks = ", ".join([one] * len(some))
                values = list(chain.from_iterable(some))
                cursor.execute(f"INSERT INTO {table} ({names}) VALUES {marks}", values)


def _column(field: Field[Any, Any], objects: Sequence[Any]) -> list[Any]:
    """The values of a column as the database takes them; each instant and day is put so once."""
    return _adapted(field, list(map(attrgetter(field.attname), objects)))


def _adapted(field: Field[Any, Any], values: list[Any]) -> list[Any]:
    if connection.vendor == "postgresql" or not isinstance(field, DateField):
        return values  # an instant is a day too
    adapt: Callable[[Any], str] = text_of_instant if isinstance(field, DateTimeField) else str
    adapted = {value: None if value is None else adapt(value) for value in set(values)}
    return [adapted[value] for value in values]


def text_of_instant(value: datetime) -> str:
    """An instant as SQLite keeps it: what Django makes of it, in a fraction of the time.

    >>> text_of_instant(datetime.fromisoformat("2026-03-01T08:00:00+08:00"))
    '2026-03-01 00:00:00'
    """
    return value.astimezone(UTC).isoformat(" ").removesuffix("+00:00")


def add_to_sums(
    model: type[Model],
    key: Sequence[str],
    sums: Mapping[_Key, Mapping[str, int]],
) -> None:
    """Add to the rows of a table of sums; a row that is not there is made.

    ``key`` are the fields that tell its rows apart, as the database's own constraint has them, and
    ``sums`` has their values; every other column is a sum. Rows are taken in the order of their
    keys, so that nobody waits in a circle. A negative amount is taken away, but not from a column
    that the database keeps from being negative: it looks at the amount as if it stood alone.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}  # noqa: SLF001 -- public
    added = [name for name, field in fields.items() if not field.primary_key and name not in key]
    columns = [_quoted(fields[name]) for name in (*key, *added)]
    table = model._meta.db_table  # noqa: SLF001 -- as above
    ours = ", ".join(columns[: len(key)])
    adds = ", ".join(f"{c} = {table}.{c} + excluded.{c}" for c in columns[len(key) :])
    marks = f"({', '.join(['%s'] * len(columns))})"
    with connection.cursor() as cursor:
        for some in _pieces(sums):
            places = zip(*(known for known, _ in some), strict=True)
            parts = (
                _adapted(fields[name], list(part)) for name, part in zip(key, places, strict=True)
            )
            values: list[Any] = []
            for known, (_, each) in zip(zip(*parts, strict=True), some, strict=True):
                values += known
                values += [each.get(name, 0) for name in added]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"VALUES {', '.join([marks] * len(some))} "
                f"ON CONFLICT ({ours}) DO UPDATE SET {adds}",
                values,
            )


def _quoted(field: Field[Any, Any]) -> str:
    """The name of a column; some are words of the database's own."""
    return connection.ops.quote_name(str(field.column))


def _pieces(
    sums: Mapping[_Key, Mapping[str, int]],
) -> Iterator[list[tuple[_Key, Mapping[str, int]]]]:
    rows = iter(sorted(sums.items(), key=lambda item: item[0]))
    while some := list(islice(rows, _AT_ONCE)):
        yield some
