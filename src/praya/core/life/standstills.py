"""Days on which an award was suspended put off what its rules do.

Worked example. A rule looks on 21 January. The award is suspended on the 10th and resumed on the
25th, 15 days later: the rule looks on 5 February, and the team has had the same 20 days to compute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Standstill:
    """Days on which nothing could run; ``until`` is the first on which it could again."""

    since: date
    until: date


def put_off(day: date, standstills: Iterable[Standstill], *, since: date) -> date:
    """A day, later by every day before it and from ``since`` on on which nothing could run.

    The standstills are in order and do not overlap.
    """
    for each in standstills:
        begun = max(each.since, since)
        if begun < day and begun < each.until:
            day += each.until - begun
    return day
