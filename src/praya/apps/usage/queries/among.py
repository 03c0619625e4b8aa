"""One of many values, told to the database as one parameter."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection
from django.db.models.expressions import RawSQL


def among(values: Iterable[str]) -> RawSQL:
    """What ``field__in`` takes in place of thousands of values, each a parameter of its own."""
    asked = list(values)
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [asked])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(asked)])
