"""What holds for invoices, payments, claims and closed months on paper."""

from praya.apps.billing.rules.ageing import Bucket, bucket_of
from praya.apps.billing.rules.months import first_of, last_of, month_after, month_of
from praya.apps.billing.rules.states import ClaimState, InvoiceKind

__all__ = [
    "Bucket",
    "ClaimState",
    "InvoiceKind",
    "bucket_of",
    "first_of",
    "last_of",
    "month_after",
    "month_of",
]
