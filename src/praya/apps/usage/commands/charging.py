"""Charges as they are stored: each together with the sums of its award's month.

Use that comes after its month was closed counts to the month that is open; its statement says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db import transaction

from praya.apps.usage.commands.adding import add_to_sums, insert_many
from praya.apps.usage.models import Charge, ChargeMonth
from praya.apps.usage.queries import closed_until_by_award
from praya.apps.usage.rules import open_month

_SUMMED = ("card_seconds", "list_minor", "subsidy_minor", "own_minor")


@transaction.atomic
def store_charges(charges: list[Charge]) -> None:
    """Store charges and add them to their months; those of a closed month to the open one.

    Call it once the book has its entry. A month's row is locked from here until the transaction
    ends, so everybody takes it after the book's rows and nobody waits in a circle.
    """
    closed = closed_until_by_award({charge.award_id for charge in charges})
    for charge in charges:
        charge.month = open_month(charge.month, closed.get(charge.award_id))
    insert_many(Charge, charges)
    add_to_sums(ChargeMonth, ("award_id", "month"), _month_sums(charges))


def _month_sums(charges: Iterable[Charge]) -> dict[tuple[int, str], Counter[str]]:
    """What charges add up to, by award and month: the fields of a ``ChargeMonth``."""
    sums: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for charge in charges:
        month = sums[charge.award_id, charge.month]
        month["charges"] += 1
        for field in _SUMMED:
            month[field] += getattr(charge, field)
    return sums
