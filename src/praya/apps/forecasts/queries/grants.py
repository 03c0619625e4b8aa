"""What is left of a line's card time, and what was used of it."""

from __future__ import annotations

from collections.abc import Sequence

from praya.apps.awards.models import AwardLine
from praya.core.ledger import FourNumbers
from praya.core.quantity import commodity_of_time


def time_of(line: AwardLine, numbers: Sequence[FourNumbers]) -> tuple[int, int]:
    """Card seconds left and used by the numbers of a line; an offer is not in the book yet.

    What waits or runs holds its worst case, and gives back what it does not need: it is left.
    """
    commodity = commodity_of_time(line.device_model_code)
    time = next((one for one in numbers if one.commodity == commodity), None)
    return (line.card_seconds, 0) if time is None else (time.free + time.in_flight, time.settled)
