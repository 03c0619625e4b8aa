"""What changes in billing."""

from praya.apps.billing.commands.claiming import (
    add_claim_line,
    begin_claim,
    remove_claim_line,
    submit_claim,
)
from praya.apps.billing.commands.claims import approve_claim, assess_line, pay_claim, reject_claim
from praya.apps.billing.commands.closing import close_month
from praya.apps.billing.commands.invoicing import issue_credit_note, issue_invoices
from praya.apps.billing.commands.payments import record_payment, undo_payment

__all__ = [
    "add_claim_line",
    "approve_claim",
    "assess_line",
    "begin_claim",
    "close_month",
    "issue_credit_note",
    "issue_invoices",
    "pay_claim",
    "record_payment",
    "reject_claim",
    "remove_claim_line",
    "submit_claim",
    "undo_payment",
]
