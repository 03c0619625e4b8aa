"""Charges taken back with the entry that made them, once two people of finance want it.

The book turns the entry round. Each of its charges then has a record and a charge of as much less
than nothing beside it, so that statement, invoice and meters say what the book says. Of a closed
month they count to the open one, and the next invoice is so much less.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import post_correction
from praya.apps.people.commands import record
from praya.apps.usage.commands.adding import insert_many
from praya.apps.usage.commands.charging import (
    charge_taken_back,
    rating_of,
    record_taken_back,
    store_charges,
    take_from_days,
)
from praya.apps.usage.models import Charge, SetAside, UsageRecord
from praya.apps.usage.queries.charged import charges_of_entry, is_charge
from praya.apps.usage.queries.receiving import numbers_of_records
from praya.apps.usage.rules import TAKEN_BACK, UsageKind, key_taken_back, run_key_of
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.books.models import Correction, Entry


@transaction.atomic
def approve_correction(*, correction_id: int, by: Actor, now: datetime) -> Correction:
    """Approve what somebody else asked to have put right, in the book and beside it.

    Reversing the entry of charges takes all of them back. Repeated, it is refused as decided, and
    nothing is done twice.

    Raises:
        And what ``books.commands.post_correction`` refuses.

    """
    made = post_correction(correction_id=correction_id, by=by, now=now)
    assert made.entry is not None, made
    if made.number is not None:
        entries = type(made.entry).objects.filter(programme_code=made.programme_code)
        entry = entries.get(number=made.number)
        if is_charge(entry):
            _take_back(entry, made.entry.key, by=by, now=now)
    return made


def _take_back(entry: Entry, entry_key: str, *, by: Actor, now: datetime) -> None:
    """Turn round every charge of an entry that the book has turned round. The book is locked."""
    charges = list(charges_of_entry(entry))
    keys = [key_taken_back(charge.usage.key) for charge in charges]
    paired = list(zip(charges, keys, strict=True))
    insert_many(UsageRecord, [record_taken_back(one, key, now=now) for one, key in paired])
    numbers = numbers_of_records(keys)
    store_charges(
        [charge_taken_back(one, numbers[key], entry_key=entry_key, now=now) for one, key in paired]
    )
    for charge in charges:
        take_from_days(charge.line, charge.usage, rating_of(charge))
    _explain(charges, now=now)
    record(
        "usage.taken_back",
        subject=("award-line", entry.subject),
        by=by,
        now=now,
        programme_code=entry.programme_code,
        number=entry.number,
        charges=len(charges),
        card_seconds=sum(charge.card_seconds for charge in charges),
        own_minor=sum(charge.own_minor for charge in charges),
    )


def _explain(charges: Sequence[Charge], *, now: datetime) -> None:
    """Write down of each job on a cluster why nothing is charged for it any more."""
    for charge in charges:
        usage = charge.usage
        if usage.kind == UsageKind.LEASE.value or not usage.cluster_code:
            continue
        SetAside.objects.update_or_create(
            key=run_key_of(usage.key),
            defaults={
                "award": charge.award,
                "cluster_code": usage.cluster_code,
                "job_id": usage.number or (usage.job.code if usage.job else ""),
                "member": usage.member,
                "device_model_code": usage.device_model_code,
                "card_seconds": usage.card_seconds,
                "ended_at": usage.ended_at,
                "why": TAKEN_BACK,
                "is_refund": False,
                "received_at": now,
            },
        )
