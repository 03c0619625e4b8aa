"""What awards carry from earlier months into the invoice of a later one."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter

from django.db.models import Exists, OuterRef

from praya.apps.billing.rules.carrying import OfMonth, carried
from praya.apps.usage.models import ChargeMonth


def carried_into(month: str, **awards: object) -> dict[int, list[OfMonth]]:
    """The months below nothing that a closed month's invoice credits, by the award's id. One query.

    ``awards`` are look-ups that choose the awards. Closed months do not change, so nor does this.
    """
    before = ChargeMonth.objects.filter(month__lt=month)
    below = before.filter(award=OuterRef("award"), own_minor__lt=0)
    rows = before.filter(Exists(below), **awards).order_by("award_id", "month")
    months = rows.values_list("award_id", "month", "own_minor")
    return {
        award_id: carried((month, own) for _, month, own in some)
        for award_id, some in groupby(months, key=itemgetter(0))
    }
