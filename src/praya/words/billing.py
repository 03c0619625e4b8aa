"""Caps, months, invoices and claims in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from praya.apps.awards.rules.caps import Cap
from praya.apps.billing.rules import Bucket, ClaimState, ClaimStep, InvoiceKind
from praya.words.quantities import number

CAPS: dict[Cap, Promise] = {
    Cap.AWARD: _("To one award"),
    Cap.ORGANISATION_YEAR: _("To the organisation this year"),
    Cap.PROGRAMME: _("To all awards of the programme"),
    Cap.WINDOW: _("To the organisation over the years"),
}
INVOICE_KINDS: dict[InvoiceKind, Promise] = {
    InvoiceKind.INVOICE: _("Invoice"),
    InvoiceKind.CREDIT_NOTE: _("Credit note"),
}
BUCKETS: dict[Bucket, Promise] = {
    Bucket.NOT_DUE: _("Not due yet"),
    Bucket.TO_30: _("1 to 30 days"),
    Bucket.TO_60: _("31 to 60 days"),
    Bucket.TO_90: _("61 to 90 days"),
    Bucket.OVER_90: _("More than 90 days"),
}
CLAIM_STATES: dict[ClaimState, Promise] = {
    ClaimState.DRAFT: _("Draft"),
    ClaimState.SUBMITTED: _("With finance"),
    ClaimState.APPROVED: _("Approved"),
    ClaimState.REJECTED: _("Rejected"),
    ClaimState.PAID: pgettext_lazy("state of a claim", "Paid"),
}
CLAIM_UNDOINGS: dict[ClaimStep, Promise] = {
    ClaimStep.APPROVAL: _("Approval undone"),
    ClaimStep.PAYMENT: _("Payment undone"),
}
CHECKS: dict[str, Promise] = {
    "jobs": _("Every job of the month is charged"),
    "leases": _("Every day of every lease is charged"),
    "chain": _("The book is as it was written"),
    "trial-balance": _("The book adds up to zero"),
    "meters": _("The book holds what the meters counted"),
    "own-shares": _("The book holds the own shares that were charged"),
    "statements": _("The statements add up to their charges"),
}


def cap_in_words(cap: Cap, years: int) -> str:
    """What a ceiling is on."""
    if cap is Cap.WINDOW:
        text = ngettext(
            "To the organisation in %s year, over every programme",
            "To the organisation in %s years, over every programme",
            years,
        )
        return text % number(years)
    return str(CAPS[cap])
