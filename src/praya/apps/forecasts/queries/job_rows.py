"""A job as a forecast looks at it, whoever took it in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class JobRow(NamedTuple):
    """One job. ``nodes`` are the machines its cards are on, 0 where nobody told."""

    code: str
    programme: str
    line: str
    shape: str
    partition: int
    member: str
    cards: int
    nodes: int
    limit_s: int
    state: str
    submitted_at: datetime
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def run_s(self) -> int:
        """How long it ran."""
        assert self.started_at is not None, self
        assert self.ended_at is not None, self
        return max(1, int((self.ended_at - self.started_at).total_seconds()))
