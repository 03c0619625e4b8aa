"""How old an open invoice is, in days since it was due.

Due on 1 March: on 1 March it is not due yet; on 2 to 31 March it is 1 to 30 days over, and so on.
"""

from __future__ import annotations

from datetime import date, timedelta
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


def due_between(bucket: Bucket, today: date) -> tuple[date, date]:
    """The first and the last due day of what stands in a bucket."""
    lasts = (*_LAST_DAYS, (today - date.min).days)
    nth = list(Bucket).index(bucket)
    newest = date.max if nth == 0 else today - timedelta(days=lasts[nth - 1] + 1)
    return today - timedelta(days=lasts[nth]), newest
