"""What of an invoice is paid back by a credit note, and what of it was given back before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db.models import Max

from praya.apps.billing.models import Invoice
from praya.apps.billing.queries.ahead import is_settled
from praya.apps.billing.queries.carrying import TAKEN_UP, carried_into
from praya.apps.billing.queries.invoices import open_on, paid_on
from praya.apps.billing.rules import InvoiceKind
from praya.apps.usage.models import Charge
from praya.apps.usage.rules import keys_turned_round
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.awards.models import Award

_AFTER_ALL = "9999-12"


def paid_back_of(invoice: Invoice) -> Money:
    """What was paid on an invoice and may be paid back.

    Nothing while a later invoice can take it off: so of awards that have ended alone, in months
    that are closed, and not where own shares are asked for before use.
    """
    return paid_on(invoice) if _is_last(invoice) else Money(0, invoice.currency)


def undone_of(invoice: Invoice, amount: Money) -> Money:
    """What of a credit note's amount was undone before, and is taken off by no invoice so far.

    As long as an invoice can follow, of the invoice's own charges alone; the credit note then gives
    it, and the next invoice does not take it off once more. After the last, of all the award's.
    """
    if invoice.ahead_part is not None or invoice.corrects_id:
        undone = 0
    elif _is_last(invoice):
        carried = carried_into(_AFTER_ALL, award=invoice.award).get(invoice.award_id, [])
        undone = -sum(own for _, own in carried)
    else:
        undone = _undone_since(invoice) - _given_since(invoice)
    most = open_on(invoice) + paid_back_of(invoice)
    return Money(max(0, min(undone, amount.minor, most.minor)), invoice.currency)


def _is_last(invoice: Invoice) -> bool:
    """Whether no invoice can follow that takes anything off."""
    award = invoice.award
    asks_ahead = award.invoices.filter(ahead_part__isnull=False)
    return not invoice.corrects_id and not asks_ahead.exists() and is_settled(award)


def _undone_since(invoice: Invoice) -> int:
    """Own shares of the charges an invoice asks for that were undone since the last invoice."""
    charges = Charge.objects.filter(award=invoice.award)
    since = charges.filter(month__gt=_last_month(invoice.award), own_minor__lt=0)
    undone = dict(since.values_list("usage__key", "own_minor"))
    keys = {key for undoing in undone for key in keys_turned_round(undoing)}
    months = dict(charges.filter(usage__key__in=keys).values_list("usage__key", "month"))
    return -sum(own for key, own in undone.items() if _month_of(key, months) == invoice.month)


def _month_of(undoing: str, months: Mapping[str, str]) -> str | None:
    """On which statement the charge stands that a record undoes."""
    return next((months[key] for key in keys_turned_round(undoing) if key in months), None)


def _given_since(invoice: Invoice) -> int:
    """What credit notes on an invoice gave of what was undone since the last invoice."""
    notes = invoice.credit_notes.filter(content__has_key=TAKEN_UP)
    given = notes.values_list("issued_on", f"content__{TAKEN_UP}")
    last = _last_month(invoice.award)
    return sum(minor for issued_on, minor in given if f"{issued_on:%Y-%m}" > last)


def _last_month(award: Award) -> str:
    """The last month of use an invoice was issued for; there is one."""
    issued = award.invoices.filter(kind=InvoiceKind.INVOICE.value, ahead_part=None)
    last: str = issued.aggregate(last=Max("month"))["last"]
    return last
