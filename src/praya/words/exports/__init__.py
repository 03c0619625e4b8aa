"""A book, balances, statements and figures in the formats of other programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from praya.apps.reports.queries.exports import accounts_of, book_rows
from praya.words.exports.beancount import beancount_lines
from praya.words.exports.figures import figures_csv
from praya.words.exports.ondemand import ondemand_balances
from praya.words.exports.statements import charge_rows, months_csv, statement_csv
from praya.words.exports.tables import csv_lines, parquet_file

__all__ = [
    "BookFile",
    "BookFormat",
    "beancount_lines",
    "book_file",
    "charge_rows",
    "csv_lines",
    "figures_csv",
    "months_csv",
    "ondemand_balances",
    "parquet_file",
    "statement_csv",
]


class BookFormat(StrEnum):
    """A format in which a book leaves the site."""

    BEANCOUNT = "beancount"
    CSV = "csv"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class BookFile:
    """A book as a file: its name, its media type, and its content piece by piece."""

    name: str
    media_type: str
    content: Iterable[bytes]


def book_file(programme_code: str, currency: str, form: BookFormat) -> BookFile:
    """A whole book as a file, as long as it is now."""
    # The rows first: whatever comes between, every account of theirs is known.
    rows = book_rows(programme_code)
    accounts = accounts_of(programme_code)
    if form is BookFormat.PARQUET:
        media_type, end = "application/vnd.apache.parquet", "parquet"
        content: Iterable[bytes] = [parquet_file(rows)]
    elif form is BookFormat.CSV:
        media_type, end = "text/csv; charset=utf-8", "csv"
        content = (line.encode() for line in csv_lines(rows))
    else:
        media_type, end = "text/plain; charset=utf-8", "beancount"
        lines = beancount_lines(programme_code, currency, accounts, rows)
        content = (line.encode() for line in lines)
    return BookFile(f"{programme_code}-book.{end}", media_type, content)
