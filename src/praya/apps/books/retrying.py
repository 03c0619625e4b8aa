"""Trying again when the database turned a writer away (docs/contributing/locking.md)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

Answer = TypeVar("Answer")

ATTEMPTS = 5
WAIT_S_FIRST = 0.05

# PostgreSQL: serialization_failure, deadlock_detected, lock_not_available.
_TURNED_AWAY = {"40001", "40P01", "55P03"}


def retrying(command: Callable[[], Answer], *, patience_s: float = math.inf) -> Answer:
    """Run a command, again if need be: at most ``ATTEMPTS`` times, waiting twice as long each time.

    Only a database that turned the writer away is tried again, never a refusal. A transaction
    that was turned away left nothing behind. Inside a transaction the command runs once, since
    only the outermost caller can begin the whole of it again. It is not run again once
    ``patience_s`` have passed: on SQLite being turned away takes half a minute by itself.
    """
    if connection.in_atomic_block:
        return command()
    began = time.monotonic()
    for attempt in range(ATTEMPTS - 1):
        try:
            return command()
        except OperationalError as error:
            if not was_turned_away(error) or time.monotonic() - began > patience_s:
                raise
            time.sleep(WAIT_S_FIRST * 2**attempt)
    return command()


def was_turned_away(error: OperationalError) -> bool:
    """Whether the database turned a writer away, so that trying again may help."""
    if connection.vendor == "sqlite":
        return "is locked" in str(error)
    return getattr(error.__cause__, "sqlstate", None) in _TURNED_AWAY
