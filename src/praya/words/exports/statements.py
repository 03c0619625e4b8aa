"""Charges as tables: one by one of a statement, by month and award of a programme."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from praya.apps.reports.queries import Statement, months_of_programme
from praya.words.sheets import harmless_row

CHARGE_COLUMNS = (
    "ended_at",
    "what",
    "kind",
    "line",
    "device_model",
    "cards",
    "card_seconds",
    "price_minor_per_hour",
    "price_from",
    "service_class",
    "rule_version",
    "rate_bp",
    "is_free_use",
    "list_minor",
    "subsidy_minor",
    "own_minor",
    "entry_key",
    "late_from",
)
MONTH_COLUMNS = {
    "month": "month",
    "award": "award__code",
    "organisation": "award__organisation__name",
    "organisation_zh": "award__organisation__name_zh",
    "charges": "charges",
    "card_seconds": "card_seconds",
    "list_minor": "list_minor",
    "subsidy_minor": "subsidy_minor",
    "own_minor": "own_minor",
}


def charge_rows(made: Statement) -> Iterator[dict[str, Any]]:
    """The charges by column: money in minor units, accelerator time in seconds."""
    for line in made.lines:
        yield {
            "ended_at": line.ended_at,
            "what": line.what,
            "kind": line.kind,
            "line": line.line_code,
            "device_model": line.time.device_model,
            "cards": line.cards,
            "card_seconds": line.time.seconds,
            "price_minor_per_hour": line.price.minor,
            "price_from": line.price_from,
            "service_class": line.service_class,
            "rule_version": line.rule_version,
            "rate_bp": line.rate_bp,
            "is_free_use": line.is_free_use,
            "list_minor": line.list_price.minor,
            "subsidy_minor": line.subsidy.minor,
            "own_minor": line.own.minor,
            "entry_key": line.entry_key,
            "late_from": line.late_from,
        }


def statement_csv(made: Statement) -> str:
    """The charges as CSV with a head, which stands alone where nothing was charged."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(CHARGE_COLUMNS)
    for row in charge_rows(made):
        row["ended_at"] = row["ended_at"].isoformat()
        row["price_from"] = row["price_from"].isoformat()
        row["is_free_use"] = "true" if row["is_free_use"] else "false"
        writer.writerow(harmless_row(row[column] for column in CHARGE_COLUMNS))
    return out.getvalue()


def months_csv(programme_code: str) -> Iterator[str]:
    """What every award of a programme was charged in every month, line by line."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(MONTH_COLUMNS)
    for row in months_of_programme(programme_code).iterator(chunk_size=2000):
        writer.writerow(harmless_row(row[field] for field in MONTH_COLUMNS.values()))
        yield out.getvalue()
        out.seek(0)
        out.truncate()
    yield out.getvalue()
