"""What of an invoice is paid back by a credit note, and what of it was given back before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Max, QuerySet

from praya.apps.awards.models import Award
from praya.apps.billing.models import Invoice
from praya.apps.billing.queries.ahead import is_settled
from praya.apps.billing.queries.carrying import TAKEN_UP, carried_into
from praya.apps.billing.queries.invoices import open_on, paid_on
from praya.apps.billing.rules import InvoiceKind
from praya.apps.books.models import Entry
from praya.apps.usage.models import Charge
from praya.apps.usage.rules import key_in_place, keys_turned_round
from praya.core.quantity import Money

if TYPE_CHECKING:
    from praya.apps.programmes.models import Programme

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


def undone_and_credited(programme: Programme, month: str) -> QuerySet[Award]:
    """The awards of which something was undone in a month, and that have a credit note; by code."""
    undone = Charge.objects.filter(award__programme=programme, month=month, own_minor__lt=0)
    notes = Invoice.objects.filter(kind=InvoiceKind.CREDIT_NOTE.value, ahead_part=None)
    awards = Award.objects.filter(pk__in=undone.values("award"))
    return awards.filter(pk__in=notes.values("award")).order_by("code")


def credited_before(award: Award) -> Counter[tuple[str, str]]:
    """What was undone of an award once a credit note had given it: of which month, and in which.

    What a credit note gave beyond what was undone by then was given up. It counts for what is
    undone after of the same invoice, each once.
    """
    notes = award.invoices.filter(kind=InvoiceKind.CREDIT_NOTE.value, ahead_part=None)
    given = [
        (f"credit:{code}", of, minor - content.get(TAKEN_UP, 0))
        for code, of, minor, content in notes.values_list(
            "code", "corrects__month", "amount_minor", "content"
        )
    ]
    found: Counter[tuple[str, str]] = Counter()
    if not given:
        return found
    undone = _undone_after(award, min(of for _, of, _ in given))
    keys = {key for key, _, _ in given} | {one.entry_key for one in undone}
    entries = Entry.objects.filter(programme_code=award.programme.code, key__in=keys)
    numbers = dict(entries.values_list("key", "number"))
    left: Counter[str] = Counter()
    notes_in_order = sorted(given, key=lambda one: numbers[one[0]], reverse=True)
    for one in sorted(undone, key=lambda one: numbers[one.entry_key]):
        while notes_in_order and numbers[notes_in_order[-1][0]] < numbers[one.entry_key]:
            _, of, minor = notes_in_order.pop()
            left[of] += minor
        counted = min(left[one.of], one.own_minor)
        left[one.of] -= counted
        found[one.of, one.month] += counted
    return found


@dataclass(frozen=True, slots=True)
class _Undone:
    """An own share that was undone: of which month, in which, by which entry."""

    of: str
    month: str
    entry_key: str
    own_minor: int


def _undone_after(award: Award, month: str) -> list[_Undone]:
    """Own shares undone in the months after one, less what was charged in their place."""
    charges = Charge.objects.filter(award=award)
    below = charges.filter(month__gt=month, own_minor__lt=0)
    undone = list(below.values_list("usage__key", "month", "entry_key", "own_minor"))
    keys = {key for undoing, *_ in undone for key in keys_turned_round(undoing)}
    keys |= {key for undoing, *_ in undone if (key := key_in_place(undoing))}
    known = {
        key: (of, own)
        for key, of, own in charges.filter(usage__key__in=keys).values_list(
            "usage__key", "month", "own_minor"
        )
    }
    found = []
    for undoing, of_undoing, entry_key, own in undone:
        of = next((known[key][0] for key in keys_turned_round(undoing) if key in known), "")
        _, anew = known.get(key_in_place(undoing) or "", ("", 0))
        if own + anew < 0:
            found.append(_Undone(of, of_undoing, entry_key, -own - anew))
    return found


def _undone_since(invoice: Invoice) -> int:
    """Own shares of the charges an invoice asks for that were undone since the last invoice.

    Less those that a credit note had given before.
    """
    last = _last_month(invoice.award)
    undone = _undone_after(invoice.award, last)
    before = credited_before(invoice.award)
    return sum(one.own_minor for one in undone if one.of == invoice.month) - sum(
        minor for (of, month), minor in before.items() if of == invoice.month and month > last
    )


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
