"""The clock of a stage: how long a case has been in it, without the time the applicant was asked.

A day on the clock is 86,400 seconds, not a date: a case that came in on Monday at five in the
afternoon is one day old on Tuesday at five. Worked example: entered on the 1st at noon, paused from
the 3rd at noon to the 6th at noon, looked at on the 8th at noon: 7 days less 3, so 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Clock:
    """One stay in one stage; ``paused_s`` counts pauses that are over."""

    entered_at: datetime
    target_days: int
    left_at: datetime | None = None
    paused_since: datetime | None = None
    paused_s: int = 0

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.left_at is None and self.paused_since is not None

    def running_s(self, now: datetime) -> int:
        """Seconds on the clock."""
        until = self.left_at or self.paused_since or now
        return max(int((until - self.entered_at).total_seconds()) - self.paused_s, 0)

    def days(self, now: datetime) -> int:
        """Whole days on the clock."""
        return self.running_s(now) // DAY_S

    def is_overdue(self, now: datetime) -> bool:
        """Whether more time has gone than the stage should take."""
        return self.running_s(now) > self.target_days * DAY_S

    @property
    def target_at(self) -> datetime:
        """When the stage should be done if the clock is not stopped again."""
        return self.entered_at + timedelta(days=self.target_days, seconds=self.paused_s)

    def pause_s(self, now: datetime) -> int:
        """Length of the open pause; 0 when there is none."""
        if self.paused_since is None:
            return 0
        return max(int((now - self.paused_since).total_seconds()), 0)
