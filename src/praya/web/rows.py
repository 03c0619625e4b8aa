"""Rows read with as much of them as a page shows."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet


def with_fields(rows: QuerySet[Any], *fields: str) -> QuerySet[Any]:
    """The rows, read with these fields alone; ``award__code`` is one of a row beside them.

    Whatever else a page reads of them costs a query a row, which the tests of lists notice.
    """
    beside = {field.rpartition("__")[0] for field in fields if "__" in field}
    alone = rows.select_related(None)
    return (alone.select_related(*beside) if beside else alone).only(*fields)
