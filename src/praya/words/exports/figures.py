"""The public figures and the series behind the charts as one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from praya.apps.reports.queries import latest_snapshot
from praya.apps.reports.rules import FigureCode
from praya.words.figures import DEFINITIONS, SERIES

_HEADS = (
    "code",
    "of",
    "unit",
    "numerator",
    "denominator",
    "first_on",
    "last_on",
    "as_of",
    "definition",
)
_PARTS = {"by_month": "month", "by_device_model": "device_model", "by_kind": "kind"}


def figures_csv(programme_code: str, currency: str) -> str:
    """The figures as last taken, as CSV; the head alone where none were taken yet.

    Money is in minor units, accelerator time in seconds. ``of`` names the part that a row of a
    series is about: a month, a device model, a kind of organisation.
    """
    snapshot = latest_snapshot(programme_code)
    out = io.StringIO()
    writer = csv.DictWriter(out, _HEADS, restval="", extrasaction="ignore")
    writer.writeheader()
    if snapshot is not None:
        taken = {"as_of": snapshot.taken_at.isoformat()}
        for figure in snapshot.figures["figures"]:
            definition = str(DEFINITIONS[FigureCode(figure["code"])])
            writer.writerow(figure | taken | {"definition": definition})
        for row in _series(snapshot.figures, currency):
            writer.writerow(row | taken)
    return out.getvalue()


def _series(kept: Mapping[str, Any], currency: str) -> Iterator[dict[str, Any]]:
    """The series as rows: one for each number of each month, device model and kind."""
    for series, part in _PARTS.items():
        for row in kept[series]:
            for name, amount in row.items():
                if isinstance(amount, int):
                    yield row | {
                        "code": f"{series}.{name}",
                        "of": row[part],
                        "unit": _unit(name, currency),
                        "numerator": amount,
                        "definition": str(SERIES[f"{series}.{name}"]),
                    }


def _unit(name: str, currency: str) -> str:
    if name.endswith("_minor"):
        return currency
    return "card-seconds" if name.endswith("_s") else name
