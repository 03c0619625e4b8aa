"""Runs that a cluster tells otherwise than when they were received: undone, and charged anew.

Nothing that was written is changed. The first charge is undone by a record of as much less than
nothing, and the run as it is told now has a record, a charge and an entry of its own. Each is known
by a key made of the run's and the number of the correction, so nothing is corrected twice.

What the cluster's own counter shows of the run does not move with its record, so what was received
of it stays as it is, and a limit never rises by a correction beyond what is given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from praya.apps.books.commands import charge_line, lock_book, undo_charge
from praya.apps.people.commands import record
from praya.apps.usage.commands.charging import (
    add_to_days,
    charge_on,
    charge_taken_back,
    day_used,
    rating_of,
    record_taken_back,
    store_charges,
    take_from_days,
)
from praya.apps.usage.commands.rows import ChargeRow
from praya.apps.usage.models import Charge, RunCorrection, SetAside, UsageRecord
from praya.apps.usage.queries.receiving import charge_of_record, received_runs
from praya.apps.usage.rules import UsageKind, key_anew, key_undone
from praya.core.actor import Actor
from praya.core.metering import Rating
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.apps.awards.models import Award
    from praya.apps.usage.commands.rating_runs import Terms
    from praya.apps.usage.rules import ReceivedRun

PRAYA = Actor.praya("accounts")


@dataclass(frozen=True, slots=True)
class Told:
    """A run as it is told now; without terms nothing is charged for it."""

    award: Award
    job_id: str
    member: str
    device_model: str
    cards: int
    card_seconds: int
    began_at: datetime
    ended_at: datetime
    end: str
    terms: Terms | None = None
    rating: Rating | None = None
    why: str = ""  # why nothing is charged: how it ended, or the refusal's code
    is_refund: bool = False
    submitted_at: datetime | None = None
    time_limit_s: int = 0
    nodes: int = 0


@transaction.atomic
def correct_run(
    *, cluster_code: str, key: str, was: ReceivedRun, told: Told, now: datetime
) -> RunCorrection | None:
    """Make what is charged for a run what it is told to be now. Repeated, it changes nothing more.

    ``None`` where nothing was charged and nothing can be, as of a device model without a line, and
    where it no longer is as it ``was``: another put it right since that was read.

    Raises:
        AlreadyReversed, CannotReverse: people took back before what was charged; they put it right.

    """
    if told.terms is None and not was.charged_s and told.is_refund == was.is_refund:
        return None
    # A run may move to an award of another programme: then both books, in the order of their codes.
    books = {told.award.programme.code}
    if was.charged_s:
        books.add(charge_of_record(was.record_key).award.programme.code)
    for programme_code in sorted(books):
        lock_book(programme_code)
    if received_runs([key])[key] != was:
        return None
    number = was.corrections + 1
    first = charge_of_record(was.record_key) if was.charged_s else None
    undone = _undo(first, key_undone(key, number), now=now) if first else None
    charges: list[Charge | ChargeRow] = [] if undone is None else [undone]
    anew = None
    if told.terms is not None and told.rating is not None:
        anew = _anew(cluster_code, key_anew(key, number), told, told.terms, told.rating, now=now)
        charges.append(_charge(anew, told.terms, told.rating, now=now))
    # The book's entries first, then what is kept beside them: everybody locks in this order.
    store_charges(charges)
    if first is not None:
        take_from_days(first.line, first.usage, rating_of(first))
    if anew is not None and told.rating is not None:
        add_to_days([(anew.line, anew, told.rating)])
    keep_aside(cluster_code, key, told, now=now)
    correction = RunCorrection.objects.create(
        key=key,
        number=number,
        award=told.award,
        cluster_code=cluster_code,
        job_id=told.job_id[:60],
        member=told.member[:40],
        was_s=was.charged_s,
        becomes_s=anew.card_seconds if anew else 0,
        is_refund=told.is_refund,
        undone=undone.usage if undone else None,
        anew=anew,
        made_at=now,
    )
    record(
        "usage.corrected",
        subject=("cluster", cluster_code),
        by=PRAYA,
        now=now,
        programme_code=told.award.programme.code,
        award=told.award.code,
        run=key,
        job=told.job_id,
        was_s=correction.was_s,
        becomes_s=correction.becomes_s,
    )
    return correction


def _undo(charge: Charge, key: str, *, now: datetime) -> Charge:
    """The first charge turned round, in the book and beside it."""
    usage, award = charge.usage, charge.award
    currency = award.programme.currency
    undo_charge(
        programme_code=award.programme.code,
        line_code=charge.line.code,
        key=key,
        undoes=usage.key,
        time=CardTime(charge.card_seconds, usage.device_model_code),
        subsidy=Money(charge.subsidy_minor, currency),
        own=Money(charge.own_minor, currency),
        now=now,
        facts={"cluster": usage.cluster_code},
        by=PRAYA,
    )
    turned = record_taken_back(charge, key, now=now)
    turned.save()
    made = charge_taken_back(charge, turned.pk, entry_key=key, now=now)
    made.usage = turned
    return made


def _anew(
    cluster_code: str, key: str, told: Told, terms: Terms, rating: Rating, *, now: datetime
) -> UsageRecord:
    """The run as it is told now, in the book and as a record."""
    line = terms.line
    charge_line(
        programme_code=line.award.programme.code,
        line_code=line.code,
        key=key,
        time=rating.time,
        subsidy=rating.subsidy,
        own=rating.own,
        now=now,
        used_on=told.ended_at.astimezone(terms.zone).date(),
        facts={"cluster": cluster_code},
        by=PRAYA,
    )
    return UsageRecord.objects.create(
        key=key,
        kind=UsageKind.JOB.value,
        line=line,
        cluster_code=cluster_code,
        device_model_code=told.device_model,
        cards=told.cards,
        began_at=told.began_at,
        ended_at=told.ended_at,
        card_seconds=rating.time.seconds,
        received_at=now,
        number=told.job_id[:60],
        member=told.member[:40],
        end=told.end,
        submitted_at=told.submitted_at,
        time_limit_s=told.time_limit_s,
        nodes=told.nodes or None,
    )


def _charge(usage: UsageRecord, terms: Terms, rating: Rating, *, now: datetime) -> ChargeRow:
    return charge_on(
        terms.line,
        usage.pk,
        rating,
        used_on=day_used(terms.line, usage),
        per_hour=terms.per_hour,
        price=terms.price,
        entry_key=usage.key,
        now=now,
    )


def keep_aside(cluster_code: str, key: str, told: Told, *, now: datetime) -> None:
    """Write down why a run is not charged; of one that is, nothing stays written."""
    if not told.why:
        SetAside.objects.filter(key=key).delete()
        return
    SetAside.objects.update_or_create(
        key=key,
        defaults={
            "award": told.award,
            "cluster_code": cluster_code,
            "job_id": told.job_id[:60],
            "member": told.member[:40],
            "device_model_code": told.device_model[:40],
            "card_seconds": told.card_seconds,
            "ended_at": told.ended_at,
            "why": told.why,
            "is_refund": told.is_refund,
            "received_at": now,
        },
    )
