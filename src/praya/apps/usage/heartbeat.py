"""The sign of life of the worker: one file in the data directory, which the health page reads."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings


def note_round(now: datetime) -> None:
    """Say that the worker has done a round."""
    path = _path()
    path.touch(mode=0o600)
    os.utime(path, (now.timestamp(), now.timestamp()))


def last_round_at() -> datetime | None:
    """When the worker did its last round; ``None`` before the first."""
    try:
        return datetime.fromtimestamp(int(_path().stat().st_mtime), UTC)
    except FileNotFoundError:
        return None


def _path() -> Path:
    return Path(settings.PRAYA_HOME) / "worker.beat"
