"""Advances are taken off later awards."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from praya.apps.awards.queries import title_of
from praya.apps.books.commands import lock_book, reduce_line
from praya.apps.changes import queries
from praya.apps.changes.models import AdvanceTakenOff
from praya.apps.changes.rules import ChangeState
from praya.apps.each import each_by_itself
from praya.apps.people.commands import record
from praya.apps.people.letters import send_letter
from praya.core.actor import Actor
from praya.core.ledger import share_of_free
from praya.core.quantity import CardTime

PRAYA = Actor.praya("advances")


def take_off_advances(*, now: datetime) -> list[str]:
    """Take advances off what the same leads were awarded later; codes of the lines.

    Time and its share of the subsidy go back to the line's pool, as far as they are free: what is
    left of the advance waits for the next round, or the next award. What a lead has not been told
    of in time waits, and what is waived is left alone. Each by itself; repeatable.
    """
    each = each_by_itself(
        queries.advances_due(now),
        lambda one: _take_off(one.advance.pk, one.line.pk, now=now),
        name_of=lambda one: f"{one.matter} on {one.line.code}",
        what="advance to take off",
    )
    return [one.line.code for one, is_done in each if is_done]


@transaction.atomic
def _take_off(advance_id: int, line_id: int, *, now: datetime) -> bool:
    line = queries.line_to_take_from(line_id)
    advance = queries.change_for_update(advance_id)
    if advance.state != ChangeState.GRANTED.value:  # undone since it was listed
        return False
    if queries.is_spared(queries.matter_of_advance(advance.pk), line):
        return False
    programme = line.award.programme
    lock_book(programme.code)
    stands = queries.book_lines([line.code])[line.code]
    seconds = min(queries.left_of_advance(advance), stands.free.time.seconds)
    if seconds <= 0 or stands.is_closed:
        return False
    time = CardTime(seconds, line.device_model_code)
    subsidy = share_of_free(stands, time)
    number = advance.taken_off.count() + 1
    entry = reduce_line(
        programme_code=programme.code,
        line_code=line.code,
        key=f"advance:{advance.pk}:{number}",
        time=time,
        subsidy=subsidy,
        pool=stands.pool,
        reason=f"advance on {advance.award.code}",
        by=PRAYA,
        now=now,
        facts={"change": advance.pk},
    )
    AdvanceTakenOff.objects.create(
        advance=advance,
        award=line.award,
        line_code=line.code,
        card_seconds=seconds,
        subsidy_minor=subsidy.minor,
        entry=entry.number,
        at=now,
    )
    send_letter(
        "advance.taken_off",
        to=line.award.lead,
        award=line.award.code,
        title=title_of(line.award),
        line=line.code,
        card_seconds=seconds,
        advance_of=advance.award.code,
    )
    record(
        "advance.taken_off",
        subject=("award-line", line.code),
        by=PRAYA,
        now=now,
        programme_code=programme.code,
        advance=advance.pk,
        card_seconds=seconds,
        subsidy_minor=subsidy.minor,
        entry=entry.number,
    )
    return True
