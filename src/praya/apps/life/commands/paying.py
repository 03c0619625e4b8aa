"""Parts of an own share that were paid ahead open as much of each line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from praya.apps.life.models import PaidPart
from praya.apps.people.commands import record
from praya.core.actor import Actor

if TYPE_CHECKING:
    from praya.apps.awards.models import Award


def open_paid_part(
    *, award: Award, number: int, invoice_code: str, by: Actor, now: datetime
) -> None:
    """Open a part of each line, since the own share of it was paid. Repeating it changes nothing.

    The caller has checked access and the payment.
    """
    facts = {"invoice_code": invoice_code, "at": now}
    _, is_new = PaidPart.objects.get_or_create(award=award, number=number, defaults=facts)
    if is_new:
        _record("award.part_opened", award, number, invoice_code, by=by, now=now)


def close_paid_part(*, award: Award, number: int, by: Actor, now: datetime) -> None:
    """Close a part again, since its payment was none. What was used of it stays used.

    Repeating it changes nothing. The caller has checked access.
    """
    part = PaidPart.objects.filter(award=award, number=number).first()
    if part is not None:
        part.delete()
        _record("award.part_closed", award, number, part.invoice_code, by=by, now=now)


def _record(
    action: str, award: Award, number: int, invoice_code: str, *, by: Actor, now: datetime
) -> None:
    record(
        action,
        subject=("award", award.code),
        by=by,
        now=now,
        programme_code=award.programme.code,
        part=number,
        invoice=invoice_code,
    )
