"""The worker's seat: at most one worker for a data directory, and for a database.

The seat is a lock that the kernel (and PostgreSQL) gives up when its holder dies, so a worker that
was killed leaves it free.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from django.db import DatabaseError, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_ADVISORY_LOCK = 0x776F726B6572  # "worker"


class Seat:
    """Taken by one worker at a time."""

    def __init__(self, home: Path) -> None:
        self._path = home / "worker.lock"
        self._file: int | None = None
        # A session of its own, opened in the worker's thread: the lock lives as long as it does.
        self._session: BaseDatabaseWrapper | None = None

    def is_taken_by_me(self) -> bool:
        """Take the seat if it is free; whether it is this worker's now. Ask before every round."""
        return self._has_file() and self._has_database()

    def leave(self) -> None:
        """Give the seat up."""
        self._end_session()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _has_file(self) -> bool:
        if self._file is not None:
            return True
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        self._file = file
        return True

    def _has_database(self) -> bool:
        """Hold the advisory lock on PostgreSQL; a session that has it is not given it twice."""
        if connection.vendor != "postgresql":
            return True
        if self._session is None:
            self._session = connections.create_connection("default")
        try:
            with self._session.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
                    "AND pid = pg_backend_pid() AND granted"
                )
                if cursor.fetchone()[0]:
                    return True
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ADVISORY_LOCK])
                return bool(cursor.fetchone()[0])
        except DatabaseError:
            # The session is gone and its lock with it; the next try begins another.
            self._end_session()
            return False

    def _end_session(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None
