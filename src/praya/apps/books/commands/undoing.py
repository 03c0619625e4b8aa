"""A charge taken back, because what was metered was put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.books import sql
from praya.apps.books.models import Entry
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Grant, check_amounts
from praya.core.ledger.undoing import uncharge
from praya.core.quantity import CardTime, Money

PRAYA = Actor.praya("book")


@transaction.atomic
def undo_charge(
    *,
    programme_code: str,
    line_code: str,
    key: str,
    undoes: str,
    time: CardTime,
    subsidy: Money,
    own: Money,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
    by: Actor = PRAYA,
) -> Entry:
    """Take back what one usage record was charged, also where an entry charged many at once.

    ``undoes`` is the key under which it was charged. What is used becomes free again, and on a
    closed line goes home; the overrun goes first. The caller checks access and writes the audit
    line. Content of the key: line and amounts.

    Raises:
        AmountNotPositive: nothing, or less, is taken back.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        AlreadyReversed: the entry that charged it was reversed, and gave it back with all else.
        UnknownLine: the book has no such line.
        WrongCommodity: the line counts another device model or currency.
        CannotReverse: less is used on the line: somebody took it back by other means.

    """
    check_amounts(time.seconds, subsidy.minor, own.minor)
    undone = Grant(time, subsidy)
    content = line_code, *undone.amounts(), (own.currency, own.minor)
    request = Request(EntryKind.UNCHARGE, key, content)
    book = OpenBook.lock(programme_code, key=key, line_code=line_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    _check_stands(programme_code, undoes)
    row, line = book.line(line_code)
    return book.post(
        request,
        uncharge(line, undone, own),
        subject=line_code,
        by=by,
        now=now,
        facts={**facts, "undoes": undoes},
        lines=[row],
    )


def _check_stands(programme_code: str, charged_key: str) -> None:
    """Refuse to give back what went back with the entry that charged it. The book is locked."""
    [rows] = sql.read([sql.key_used(programme_code, charged_key)])
    assert rows, charged_key
    number = rows[0][0]
    if Entry.objects.filter(programme_code=programme_code, reverses=number).exists():
        raise ledger.AlreadyReversed(number=number)
