"""Runs that a cluster tells otherwise than when they were received: undone, and charged anew.

Nothing that was written is changed. The first charge is undone by a record of as much less than
nothing, and the run as it is told now has a record, a charge and an entry of its own. Each is known
by a key made of the run's and the number of the correction, so nothing is corrected twice.

What the cluster's own counter shows of the run does not move with its record, so what was received
of it stays as it is, and a limit never rises by a correction beyond what is given back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F

from praya.apps.books.commands import charge_line, lock_book, undo_charge
from praya.apps.people.commands import record
from praya.apps.usage.commands.charging import store_charges
from praya.apps.usage.models import Charge, RunCorrection, SetAside, UsageDay, UsageRecord
from praya.apps.usage.queries import zone_of
from praya.apps.usage.queries.receiving import charge_of_record, received_runs
from praya.apps.usage.rules import UsageKind, key_anew, key_undone
from praya.core.actor import Actor
from praya.core.metering import seconds_by_day
from praya.core.quantity import CardTime, Money

if TYPE_CHECKING:
    from praya.apps.awards.models import Award, AwardLine
    from praya.apps.usage.rules import ReceivedRun
    from praya.core.metering import Rating
    from praya.core.programme.money import Price

PRAYA = Actor.praya("accounts")


@dataclass(frozen=True, slots=True)
class Told:
    """A run as it is told now; without a line nothing is charged for it."""

    award: Award
    job_id: str
    member: str
    device_model: str
    cards: int
    card_seconds: int
    began_at: datetime
    ended_at: datetime
    end: str
    line: AwardLine | None = None
    price: Price | None = None
    rating: Rating | None = None
    why: str = ""  # why nothing is charged: how it ended, or the refusal's code
    is_refund: bool = False


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
    if told.line is None and not was.charged_s and told.is_refund == was.is_refund:
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
    undone = _undo(was, key_undone(key, number), now=now) if was.charged_s else None
    anew = _charge(cluster_code, key_anew(key, number), told, now=now) if told.line else None
    # The book's entries first, then what is kept beside them: everybody locks in this order.
    store_charges([charge for charge in (undone, anew) if charge is not None])
    for charge in (undone, anew):
        if charge is not None:
            _add_to_days(charge)
    _keep_aside(cluster_code, key, told, now=now)
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
        anew=anew.usage if anew else None,
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


def _undo(was: ReceivedRun, key: str, *, now: datetime) -> Charge:
    """The first charge turned round, in the book and beside it."""
    charge = charge_of_record(was.record_key)
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
    turned = UsageRecord.objects.create(
        key=key,
        kind=usage.kind,
        line=usage.line,
        cluster_code=usage.cluster_code,
        device_model_code=usage.device_model_code,
        cards=usage.cards,
        began_at=usage.began_at,
        ended_at=usage.ended_at,
        card_seconds=-usage.card_seconds,
        received_at=now,
        number=usage.number,
        member=usage.member,
        end=usage.end,
    )
    return Charge(
        usage=turned,
        award=award,
        line=charge.line,
        month=_month(award, usage.ended_at),
        rule_version=charge.rule_version,
        price_minor_per_hour=charge.price_minor_per_hour,
        price_from=charge.price_from,
        rate_bp=charge.rate_bp,
        card_seconds=-charge.card_seconds,
        list_minor=-charge.list_minor,
        subsidy_minor=-charge.subsidy_minor,
        own_minor=-charge.own_minor,
        entry_key=key,
        charged_at=now,
    )


def _charge(cluster_code: str, key: str, told: Told, *, now: datetime) -> Charge:
    line, price, rating = told.line, told.price, told.rating
    assert line is not None, told
    assert price is not None, told
    assert rating is not None, told
    award = line.award
    charge_line(
        programme_code=award.programme.code,
        line_code=line.code,
        key=key,
        time=rating.time,
        subsidy=rating.subsidy,
        own=rating.own,
        now=now,
        used_on=told.ended_at.astimezone(zone_of(award)).date(),
        facts={"cluster": cluster_code},
        by=PRAYA,
    )
    usage = UsageRecord.objects.create(
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
    )
    currency = award.programme.currency
    return Charge(
        usage=usage,
        award=award,
        line=line,
        month=_month(award, told.ended_at),
        rule_version=award.rule_version,
        price_minor_per_hour=Money.parse(str(price.per_card_hour), currency).minor,
        price_from=price.valid_from,
        rate_bp=award.rate_bp,
        card_seconds=rating.time.seconds,
        list_minor=rating.list_price.minor,
        subsidy_minor=rating.subsidy.minor,
        own_minor=rating.own.minor,
        entry_key=key,
        charged_at=now,
    )


def _month(award: Award, ended_at: datetime) -> str:
    return f"{ended_at.astimezone(zone_of(award)):%Y-%m}"


def _add_to_days(charge: Charge) -> None:
    """Add a charge to the daily sums; one that is turned round takes away what the first added."""
    usage, zone = charge.usage, zone_of(charge.award)
    sign = 1 if charge.card_seconds > 0 else -1
    left, last = abs(charge.card_seconds), usage.ended_at.astimezone(zone).date()
    sums: dict[date, Counter[str]] = defaultdict(Counter)
    for day, seconds in seconds_by_day(usage.began_at, usage.ended_at, zone):
        some = min(left, seconds * usage.cards)
        sums[day]["card_seconds"] += sign * some
        left -= some
    sums[last]["card_seconds"] += sign * left
    sums[last]["jobs"] += sign
    for name in ("list_minor", "subsidy_minor", "own_minor"):
        sums[last][name] += getattr(charge, name)
    for day, added in sorted(sums.items()):
        row, _ = UsageDay.objects.get_or_create(
            line_id=charge.line_id, day=day, kind=UsageKind.JOB.value
        )
        changes = {name: F(name) + amount for name, amount in added.items() if amount}
        UsageDay.objects.filter(pk=row.pk).update(**changes)


def _keep_aside(cluster_code: str, key: str, told: Told, *, now: datetime) -> None:
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
