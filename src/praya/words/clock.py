"""The one place where the hour enters."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, in UTC, to the whole second (the book counts in seconds)."""
    return datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 -- this is where time enters
