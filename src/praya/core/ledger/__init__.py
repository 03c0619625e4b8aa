"""The book on paper: double entry over money and accelerator-seconds, whole units only.

A small glossary. A *commodity* is what is counted: ``HKD`` in minor units, ``nvidia-h800·s`` in
accelerator-seconds. A *posting* adds an amount of one commodity to one account, or takes it away.
An *entry* is a set of postings that add up to zero in each commodity. A *line* is one line of an
award; it holds time of one device model and money of one currency, in three guarded accounts:
``free``, ``in-flight`` and ``used``. A *hold* is the worst case of one job, in flight.

Worked example, in seconds of one device model. A line is granted 100: free 100. A job may hold at
most 40: free 60, in flight 40. It held 25: used 25, and the other 15 are free again: free 75,
in flight 0. Had it held 110, the hold pays 40, what is free pays 60, and the last 10 stand in the
line's ``overrun`` account: seen, and never paid out of what was not granted.
"""

from praya.core.ledger.accounts import (
    OUTSIDE,
    REVENUE,
    Part,
    award_of,
    line_account,
    may_be_negative,
    pool_account,
    receivable_account,
    vote_account,
)
from praya.core.ledger.book import Book
from praya.core.ledger.chain import (
    canonical_json,
    entry_hash,
    entry_text,
    postings_text,
    request_hash,
    sha256_of,
)
from praya.core.ledger.entries import Entry, EntryKind, Move, Posting, balanced, post_moves
from praya.core.ledger.kinds import (
    charge,
    check_amounts,
    commit,
    fund,
    give_back,
    hold,
    reduce,
    release,
    reverse,
    settle,
)
from praya.core.ledger.lines import FourNumbers, Grant, Line, LineGrant, OpenHold, OpenHolds
from praya.core.ledger.refusals import (
    AlreadyReversed,
    AmountNotPositive,
    AmountTooLarge,
    BookExhausted,
    CannotReverse,
    HoldEnded,
    HoldExpired,
    HoldUnknown,
    KeyReused,
    LineClosed,
    NotReversible,
    PeriodClosed,
    PoolExhausted,
    UnknownEntry,
    UnknownLine,
    WrongCommodity,
    WrongPool,
)

__all__ = [
    "OUTSIDE",
    "REVENUE",
    "AlreadyReversed",
    "AmountNotPositive",
    "AmountTooLarge",
    "Book",
    "BookExhausted",
    "CannotReverse",
    "Entry",
    "EntryKind",
    "FourNumbers",
    "Grant",
    "HoldEnded",
    "HoldExpired",
    "HoldUnknown",
    "KeyReused",
    "Line",
    "LineClosed",
    "LineGrant",
    "Move",
    "NotReversible",
    "OpenHold",
    "OpenHolds",
    "Part",
    "PeriodClosed",
    "PoolExhausted",
    "Posting",
    "UnknownEntry",
    "UnknownLine",
    "WrongCommodity",
    "WrongPool",
    "award_of",
    "balanced",
    "canonical_json",
    "charge",
    "check_amounts",
    "commit",
    "entry_hash",
    "entry_text",
    "fund",
    "give_back",
    "hold",
    "line_account",
    "may_be_negative",
    "pool_account",
    "post_moves",
    "postings_text",
    "receivable_account",
    "reduce",
    "release",
    "request_hash",
    "reverse",
    "settle",
    "sha256_of",
    "vote_account",
]
