"""How many cards will be free when: a line of steps, in which jobs take their room.

Worked example, 4 cards, a job holding 3 of them from second 0 until 60::

    room = Room(4); room.take(3, 0, 60)
    room.least(0, 100)              -> 1     at every instant from 0 to 100 there is at least 1
    room.earliest(2, 100, now=0)    -> 60    from 60 on there are 4
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right

ALWAYS, NEVER = -(1 << 62), 1 << 62


class Room:
    """Free cards over time: ``_free[i]`` from ``_at[i]`` until just before ``_at[i + 1]``."""

    def __init__(self, cards: int) -> None:
        """So many cards, at all times."""
        self._at = [ALWAYS]
        self._free = [cards]

    def take(self, cards: int, begins_at: int, ends_at: int) -> None:
        """Take cards from one instant until just before another; more than are free is allowed."""
        assert begins_at < ends_at, (begins_at, ends_at)
        first, last = self._step(begins_at), self._step(ends_at)
        for step in range(first, last):
            self._free[step] -= cards

    def least(self, begins_at: int, ends_at: int) -> int:
        """The fewest cards free at any instant from ``begins_at`` until just before ``ends_at``."""
        assert begins_at < ends_at, (begins_at, ends_at)
        first = bisect_right(self._at, begins_at) - 1
        return min(self._free[first : bisect_left(self._at, ends_at)])

    def earliest(self, cards: int, limit_s: int, *, now: int) -> int | None:
        """The first instant from ``now`` on at which so many are free so long; ``None``: never."""
        since = now
        for step in range(bisect_right(self._at, now) - 1, len(self._at)):
            ends_at = self._at[step + 1] if step + 1 < len(self._at) else NEVER
            if self._free[step] < cards:
                since = ends_at
            elif ends_at >= since + limit_s:
                return since
        return None

    def lasts_until(self, cards: int, *, now: int) -> int | None:
        """The first instant from ``now`` on at which fewer are free; ``None``: there is none."""
        for step in range(bisect_right(self._at, now) - 1, len(self._at)):
            if self._free[step] < cards:
                return max(self._at[step], now)
        return None

    def steps(self) -> list[int]:
        """The instants at which the number of free cards may change."""
        return self._at[1:]

    def _step(self, at: int) -> int:
        """The step that begins at ``at``, made if there is none."""
        step = bisect_left(self._at, at)
        if step == len(self._at) or self._at[step] != at:
            self._at.insert(step, at)
            self._free.insert(step, self._free[step - 1])
        return step
