"""What awards carry from earlier months into the invoice of a later one."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef, Q

from praya.apps.billing.models import Invoice
from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.carrying import OfMonth, carried
from praya.apps.usage.models import ChargeMonth

TAKEN_UP = "taken_up"  # in the content of a credit note: what of it had been undone before


def carried_into(month: str, **awards: object) -> dict[int, list[OfMonth]]:
    """The months below nothing that a closed month's invoice credits, by the award's id.

    What was asked for ahead of use counts as such a month, as much less than nothing; a credit note
    on it counts back, and so does what one paid back of months below nothing. ``awards`` are
    look-ups that choose the awards. Three queries. Closed months do not change, so nor does this.
    """
    ahead = [*_asked_ahead(month, **awards), *_taken_up(month, **awards)]
    before = ChargeMonth.objects.filter(month__lt=month)
    below = before.filter(award=OuterRef("award"), own_minor__lt=0)
    paid_ahead = Q(award__in={award_id for award_id, _, _ in ahead})
    rows = before.filter(Exists(below) | paid_ahead, **awards)
    months = rows.order_by("award_id", "month").values_list("award_id", "month", "own_minor")
    # Stable: what was asked for ahead stands before what was used in the same month.
    every = sorted([*ahead, *months], key=itemgetter(0, 1))
    return {
        award_id: carried((month, own) for _, month, own in some)
        for award_id, some in groupby(every, key=itemgetter(0))
    }


def _asked_ahead(month: str, **awards: object) -> list[tuple[int, str, int]]:
    """What invoices asked for ahead of use until a month, and what of it was taken back."""
    rows = Invoice.objects.filter(ahead_part__isnull=False, month__lte=month, **awards)
    columns = rows.order_by("number").values_list("award_id", "month", "kind", "amount_minor")
    return [
        (award_id, of, -minor if kind == InvoiceKind.INVOICE.value else minor)
        for award_id, of, kind, minor in columns
    ]


def _taken_up(month: str, **awards: object) -> list[tuple[int, str, int]]:
    """What credit notes until a month paid back of what had been undone."""
    notes = Invoice.objects.filter(content__has_key=TAKEN_UP, **awards).order_by("number")
    rows = notes.values_list("award_id", "issued_on", f"content__{TAKEN_UP}")
    found = [(award_id, f"{issued_on:%Y-%m}", minor) for award_id, issued_on, minor in rows]
    return [one for one in found if one[1] <= month]
