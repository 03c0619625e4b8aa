"""Reading as of one instant, while others go on writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def one_instant() -> Iterator[None]:
    """A transaction whose reads are all of the instant of its first; it locks nothing.

    Inside a transaction that has begun, it is that one.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        sqlite: Any = connection  # its mode is in no stub, and there once it is connected
        sqlite.ensure_connection()
        # Else Django begins as a writer: see the settings of the database.
        usual, sqlite.transaction_mode = sqlite.transaction_mode, None
        try:
            with transaction.atomic():
                yield
        finally:
            sqlite.transaction_mode = usual
