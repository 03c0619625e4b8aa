"""What is written in a book.

Grants, holds and charges are steps inside a larger act (an award is signed, a job admitted), so
they write no audit line and ask nobody's leave: the app that owns the act does both. Funding and
reversals are acts of their own: they check access here and write their audit line.

Each posting command is repeatable under its ``key``: the same call again posts nothing and answers
as the first did; the same key with other content is refused. What counts as content is said with
each. Facts must be exact: no floats.
"""

from praya.apps.books.commands.awards import commit_award, reduce_line, return_line
from praya.apps.books.commands.batches import Charged, UseRecord, charge_many
from praya.apps.books.commands.billing import (
    lock_book,
    post_claim,
    post_claim_undone,
    post_credit,
    post_credited_before,
    post_invoice,
    post_payment,
    post_payment_undone,
    post_reimbursement,
)
from praya.apps.books.commands.changes import (
    exchange_time,
    recover_money,
    set_off_debt,
    settle_debt,
    transfer_time,
)
from praya.apps.books.commands.corrections import (
    ask_adjustment,
    ask_reversal,
    post_correction,
    refuse_correction,
    reverse_entry,
)
from praya.apps.books.commands.funding import (
    approve_funding,
    ask_funding,
    lapse_vote,
    refuse_funding,
)
from praya.apps.books.commands.holds import (
    charge_line,
    enter_free_use,
    place_hold,
    release_hold,
    settle_hold,
)
from praya.apps.books.commands.periods import close_period
from praya.apps.books.commands.undoing import undo_charge
from praya.apps.books.retrying import retrying

__all__ = [
    "Charged",
    "UseRecord",
    "approve_funding",
    "ask_adjustment",
    "ask_funding",
    "ask_reversal",
    "charge_line",
    "charge_many",
    "close_period",
    "commit_award",
    "enter_free_use",
    "exchange_time",
    "lapse_vote",
    "lock_book",
    "place_hold",
    "post_claim",
    "post_claim_undone",
    "post_correction",
    "post_credit",
    "post_credited_before",
    "post_invoice",
    "post_payment",
    "post_payment_undone",
    "post_reimbursement",
    "recover_money",
    "reduce_line",
    "refuse_correction",
    "refuse_funding",
    "release_hold",
    "retrying",
    "return_line",
    "reverse_entry",
    "set_off_debt",
    "settle_debt",
    "settle_hold",
    "transfer_time",
    "undo_charge",
]
