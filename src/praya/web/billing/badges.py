"""Where invoices and claims stand, as badges."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from praya.apps.billing.queries import open_on
from praya.apps.billing.rules import ClaimState, InvoiceKind
from praya.web.badges import Badge, Tone
from praya.words.billing import CLAIM_STATES

if TYPE_CHECKING:
    from praya.apps.billing.models import Invoice

_TONES = {
    ClaimState.DRAFT: Tone.PLAIN,
    ClaimState.SUBMITTED: Tone.ACTIVE,
    ClaimState.APPROVED: Tone.ACTIVE,
    ClaimState.REJECTED: Tone.BAD,
    ClaimState.PAID: Tone.GOOD,
}


def claim_badge(state: str) -> Badge:
    """Where a claim stands."""
    known = ClaimState(state)
    return Badge(str(CLAIM_STATES[known]), _TONES[known])


def invoice_badge(invoice: Invoice, today: date) -> Badge:
    """Whether something is open on an invoice, and whether it is late."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE.value:
        return Badge(_("Credit note"))
    if not open_on(invoice):
        return Badge(pgettext("state of an invoice", "Settled"), Tone.GOOD)
    if invoice.due_on is not None and invoice.due_on < today:
        return Badge(_("Overdue"), Tone.WARN)
    return Badge(pgettext("of an invoice", "Open"), Tone.ACTIVE)
