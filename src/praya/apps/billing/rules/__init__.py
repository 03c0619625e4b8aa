"""What holds for invoices, payments, claims and closed months on paper."""

from praya.apps.billing.rules.ageing import Bucket, bucket_of, due_between
from praya.apps.billing.rules.months import (
    first_of,
    last_of,
    month_after,
    month_of,
    months_between,
)
from praya.apps.billing.rules.states import ClaimState, ClaimStep, InvoiceKind

__all__ = [
    "Bucket",
    "ClaimState",
    "ClaimStep",
    "InvoiceKind",
    "bucket_of",
    "due_between",
    "first_of",
    "last_of",
    "month_after",
    "month_of",
    "months_between",
]
