"""Entries of the book in words: what each kind means, and its postings with their units."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from praya.core.ledger import EntryKind
from praya.core.quantity import CardTime, Money, device_model_of
from praya.words import quantities
from praya.words.dates import day

KINDS: dict[EntryKind, Promise] = {
    EntryKind.ADJUST: _("Adjusted"),
    EntryKind.FUND: _("Funded"),
    EntryKind.LAPSE: pgettext_lazy("of a year's money", "Lapsed"),
    EntryKind.COMMIT: _("Committed"),
    EntryKind.HOLD: _("Held"),
    EntryKind.SETTLE: _("Settled"),
    # Decisions are released to the public; this is giving back what was held.
    EntryKind.RELEASE: pgettext_lazy("of a hold", "Released"),
    EntryKind.CHARGE: _("Charged"),
    EntryKind.UNCHARGE: _("Charge undone"),
    EntryKind.FREE_USE: _("Used without charge"),
    EntryKind.REDUCE: _("Reduced"),
    EntryKind.RETURN: _("Returned"),
    EntryKind.REVERSE: _("Reversed"),
    EntryKind.TRANSFER: _("Transferred"),
    EntryKind.EXCHANGE: _("Exchanged"),
    EntryKind.RECOVER: _("Claimed back"),
    EntryKind.REPAY: _("Paid back"),
    EntryKind.WRITE_OFF: _("Written off"),
    EntryKind.SET_OFF: _("Set off against a debt"),
    EntryKind.INVOICE: _("Invoiced"),
    EntryKind.CREDIT: _("Credited"),
    EntryKind.PAY: _("Paid"),
    EntryKind.UNPAY: _("Payment undone"),
    EntryKind.CLAIM: _("Claim approved"),
    EntryKind.REIMBURSE: _("Claim paid"),
}


def lease_days(facts: Mapping[str, Any]) -> str:
    """The days of a lease that an entry charged."""
    first, last = (date.fromisoformat(facts[name]) for name in ("first_on", "last_on"))
    return gettext("Lease from %(first_on)s to %(last_on)s") % {
        "first_on": day(first),
        "last_on": day(last),
    }


def quantity_of(commodity: str, amount: int) -> Money | CardTime:
    """An amount of a commodity as money or accelerator time."""
    model = device_model_of(commodity)
    return CardTime(amount, model) if model else Money(amount, commodity)


def quantity_text(commodity: str, amount: int) -> str:
    """An amount of a commodity with its unit."""
    quantity = quantity_of(commodity, amount)
    if isinstance(quantity, Money):
        return quantities.money(quantity)
    return quantities.card_hours_of(quantity)


def postings_text(entry: Any) -> str:  # noqa: ANN401 -- a row of books.queries.entries_of
    """The postings of an entry, one after the other."""
    return "; ".join(
        f"{posting.account} {quantity_text(posting.commodity, posting.amount)}"
        for posting in entry.postings.all()
    )
