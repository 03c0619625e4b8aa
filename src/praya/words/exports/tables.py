"""A book as a table, one row for each posting: CSV for people, Parquet for programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from praya.apps.reports.queries.exports import BookRow
from praya.words.sheets import harmless

COLUMNS = (
    "entry",
    "at",
    "kind",
    "key",
    "subject",
    "by",
    "account",
    "commodity",
    "amount",
    "sha256",
)


def csv_lines(rows: Iterable[BookRow]) -> Iterator[str]:
    """The table as CSV, line by line. A name that a spreadsheet would run is made harmless."""
    line = io.StringIO()
    writer = csv.writer(line)

    def written(cells: Iterable[Any]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow(cells)
        return line.getvalue()

    yield written(COLUMNS)
    for row in rows:
        for record in _records(row):
            cells = dict(zip(COLUMNS, record, strict=True))
            cells["at"] = cells["at"].isoformat()
            for name in ("by", "key", "subject"):
                cells[name] = harmless(cells[name])
            yield written(cells.values())


def parquet_file(rows: Iterable[BookRow]) -> bytes:
    """The table as Parquet: whole numbers, and instants in UTC."""
    import polars as pl  # noqa: PLC0415 -- slow to load, and only this needs it

    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "entry": pl.Int64,
        "at": pl.Datetime("us", "UTC"),
        **dict.fromkeys(("kind", "key", "subject", "by", "account", "commodity"), pl.String),
        "amount": pl.Int64,
        "sha256": pl.String,
    }
    records = [record for row in rows for record in _records(row)]
    table = pl.DataFrame(records, schema=schema, orient="row")
    file = io.BytesIO()
    table.write_parquet(file)
    return file.getvalue()


def _records(row: BookRow) -> Iterator[tuple[Any, ...]]:
    entry = row.entry
    at = entry.at.astimezone(UTC)
    for one in entry.postings:
        yield (
            entry.number,
            at,
            entry.kind.value,
            entry.key,
            entry.subject,
            entry.by_name,
            one.account,
            one.commodity,
            one.amount,
            row.sha256,
        )
