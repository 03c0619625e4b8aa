"""What awards carry from earlier months into the invoice of a later one."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef, Q

from praya.apps.billing.models import CreditedBefore, Invoice
from praya.apps.billing.rules import InvoiceKind
from praya.apps.billing.rules.carrying import OfMonth, carried
from praya.apps.usage.models import ChargeMonth

TAKEN_UP = "taken_up"  # in the content of a credit note: what of it had been undone before


def carried_into(month: str, **awards: object) -> dict[int, list[OfMonth]]:
    """What a closed month's invoice adds to its own share, by the award's id.

    Earlier months below nothing; what was asked for ahead of use counts as such a month, as much
    less than nothing, and a credit note on it counts back. A credit note that gave what had been
    undone already counts as owed in the month it was issued in, this one too: the undoing is taken
    off by then, or will be. One that gave what was undone later does in the month of the undoing.
    ``awards`` are look-ups that choose the awards. Four queries. Closed months do not change, so
    nor does this.
    """
    ahead, taken = _asked_ahead(month, **awards), _taken_up(month, **awards)
    before = ChargeMonth.objects.filter(month__lt=month)
    below = before.filter(award=OuterRef("award"), own_minor__lt=0)
    moved = Q(award__in={award_id for award_id, _, _ in ahead} | {one for one, _ in taken})
    rows = before.filter(Exists(below) | moved, **awards)
    owned: Counter[tuple[int, str]] = Counter()
    for award_id, of, own in rows.order_by().values_list("award_id", "month", "own_minor"):
        owned[award_id, of] = own
    owned.update({key: minor for key, minor in taken.items() if key[1] < month})
    months = ((award_id, of, own) for (award_id, of), own in owned.items())
    # Stable: what was asked for ahead stands before what was used in the same month.
    every = sorted([*ahead, *months], key=itemgetter(0, 1))
    found = {
        award_id: carried((of, own) for _, of, own in some)
        for award_id, some in groupby(every, key=itemgetter(0))
    }
    for (award_id, of), minor in taken.items():
        if of == month:
            found.setdefault(award_id, []).append((of, minor))
    return found


def _asked_ahead(month: str, **awards: object) -> list[tuple[int, str, int]]:
    """What invoices asked for ahead of use until a month, and what of it was taken back."""
    rows = Invoice.objects.filter(ahead_part__isnull=False, month__lte=month, **awards)
    columns = rows.order_by("number").values_list("award_id", "month", "kind", "amount_minor")
    return [
        (award_id, of, -minor if kind == InvoiceKind.INVOICE.value else minor)
        for award_id, of, kind, minor in columns
    ]


def _taken_up(month: str, **awards: object) -> Counter[tuple[int, str]]:
    """What credit notes gave of what was undone until a month, by award and month."""
    notes = Invoice.objects.filter(content__has_key=TAKEN_UP, **awards).order_by()
    taken: Counter[tuple[int, str]] = Counter()
    rows = notes.values_list("award_id", "issued_on", f"content__{TAKEN_UP}")
    for award_id, issued_on, minor in rows:
        if f"{issued_on:%Y-%m}" <= month:
            taken[award_id, f"{issued_on:%Y-%m}"] += minor
    before = CreditedBefore.objects.filter(month__lte=month, **awards).order_by()
    for award_id, of, minor in before.values_list("award_id", "month", "amount_minor"):
        taken[award_id, of] += minor
    return taken
