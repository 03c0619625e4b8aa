"""What of an invoice is paid back by a credit note."""

from __future__ import annotations

from praya.apps.billing.models import Invoice
from praya.apps.billing.queries.ahead import is_settled
from praya.apps.billing.queries.carrying import carried_into
from praya.apps.billing.queries.invoices import open_on, paid_on
from praya.core.quantity import Money

_AFTER_ALL = "9999-12"


def paid_back_of(invoice: Invoice, amount: Money | None = None) -> tuple[Money, Money]:
    """What was paid on an invoice and may be paid back; and what of an amount was undone since.

    Nothing while a later invoice can take it off: so of awards that have ended alone, in months
    that are closed, and not where own shares are asked for before use. ``amount`` is all of the
    invoice, if it is left out.
    """
    nothing, award = Money(0, invoice.currency), invoice.award
    asks_ahead = award.invoices.filter(ahead_part__isnull=False)
    if invoice.corrects_id or asks_ahead.exists() or not is_settled(award):
        return nothing, nothing
    paid = paid_on(invoice)
    below = -sum(own for _, own in carried_into(_AFTER_ALL, award=award).get(award.pk, []))
    most = open_on(invoice) + paid
    asked = most if amount is None else min(amount, most)
    return paid, Money(max(0, min(below, asked.minor)), invoice.currency)
