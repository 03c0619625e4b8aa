"""What can be asked of the books."""

from praya.apps.books.queries.balances import (
    AccountBalance,
    Head,
    PoolNumbers,
    TrialBalance,
    four_numbers,
    head_of,
    line_numbers,
    overruns,
    pool_numbers,
    programme_numbers,
    trial_balance,
)
from praya.apps.books.queries.batches import record_of, records_of
from praya.apps.books.queries.entries import (
    core_entry,
    correction_of,
    corrections,
    entries_in,
    entries_of,
    expired_holds,
    funding_request_of,
    funding_requests,
    hold_of,
    largest_open_holds,
    open_holds,
)
from praya.apps.books.queries.verifying import BookFinding, verify_book

__all__ = [
    "AccountBalance",
    "BookFinding",
    "Head",
    "PoolNumbers",
    "TrialBalance",
    "core_entry",
    "correction_of",
    "corrections",
    "entries_in",
    "entries_of",
    "expired_holds",
    "four_numbers",
    "funding_request_of",
    "funding_requests",
    "head_of",
    "hold_of",
    "largest_open_holds",
    "line_numbers",
    "open_holds",
    "overruns",
    "pool_numbers",
    "programme_numbers",
    "record_of",
    "records_of",
    "trial_balance",
    "verify_book",
]
