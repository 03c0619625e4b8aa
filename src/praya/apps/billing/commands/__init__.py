"""What changes in billing."""

from praya.apps.billing.commands.claiming import (
    add_claim_line,
    begin_claim,
    remove_claim_line,
    submit_claim,
)
from praya.apps.billing.commands.claims import approve_claim, assess_line, pay_claim, reject_claim
from praya.apps.billing.commands.closing import close_month
from praya.apps.billing.commands.invoicing import (
    issue_ahead,
    issue_credit_note,
    issue_invoices,
)
from praya.apps.billing.commands.keeping import waive_year, withdraw_year_waiver
from praya.apps.billing.commands.lapsing import lapse_years
from praya.apps.billing.commands.payments import record_payment, undo_payment
from praya.apps.billing.commands.unclaiming import undo_claim_approval, undo_claim_payment

__all__ = [
    "add_claim_line",
    "approve_claim",
    "assess_line",
    "begin_claim",
    "close_month",
    "issue_ahead",
    "issue_credit_note",
    "issue_invoices",
    "lapse_years",
    "pay_claim",
    "record_payment",
    "reject_claim",
    "remove_claim_line",
    "submit_claim",
    "undo_claim_approval",
    "undo_claim_payment",
    "undo_payment",
    "waive_year",
    "withdraw_year_waiver",
]
