"""How old an open invoice is, in days since it was due.

Due on 1 March: on 1 March it is not due yet; on 2 to 31 March it is 1 to 30 days over, and so on.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

_LAST_DAYS = (0, 30, 60, 90)


class Bucket(StrEnum):
    """Days since the due day, in the steps that finance looks at."""

    NOT_DUE = "not-due"
    TO_30 = "1-30"
    TO_60 = "31-60"
    TO_90 = "61-90"
    OVER_90 = "over-90"


def bucket_of(due_on: date, today: date) -> Bucket:
    """Where an invoice stands."""
    days = (today - due_on).days
    for bucket, last in zip(Bucket, _LAST_DAYS, strict=False):
        if days <= last:
            return bucket
    return Bucket.OVER_90
