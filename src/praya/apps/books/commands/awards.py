"""Grants: given to the lines of an award, reduced, returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.books.models import Entry, Line
from praya.apps.books.naming import naming_its_book
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Grant, LineGrant, check_amounts
from praya.core.quantity import CardTime, Money


@naming_its_book
@transaction.atomic
def commit_award(
    *,
    programme_code: str,
    award_code: str,
    pool: str,
    lines: Sequence[LineGrant],
    key: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Give an award's lines their time and subsidy, out of a pool; all of them or none.

    A line that is there already is given more. The caller checks access and writes the audit line.
    Content of the key: award, pool and lines.

    Raises:
        AmountNotPositive: a line is given nothing, or less.
        AmountTooLarge: a line is given more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        WrongCommodity: a line is there and counts something else; these three, line by line.
        LineClosed: a line's rest has been returned.
        WrongPool: a line was granted out of another pool.
        PoolExhausted: the subsidies together are more than the pool has left.

    """
    assert lines, award_code
    assert len({given.line_code for given in lines}) == len(lines), lines
    assert all(ledger.award_of(given.line_code) == award_code for given in lines), lines
    for given in lines:
        check_amounts(given.time.seconds, given.subsidy.minor)
    content = [(given.line_code, *given.grant.amounts()) for given in lines]
    request = Request(EntryKind.COMMIT, key, (award_code, pool, content))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    known = book.lines(given.line_code for given in lines)
    currency = lines[0].subsidy.currency
    postings = ledger.commit(
        pool,
        Money(book.balance(ledger.pool_account(pool), currency), currency),
        lines,
        {code: snapshot for code, (_, snapshot) in known.items()},
    )
    rows = [row for row, _ in known.values()]
    rows += _make_lines(programme_code, pool, (g for g in lines if g.line_code not in known))
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts, lines=rows)


@naming_its_book
@transaction.atomic
def reduce_line(
    *,
    programme_code: str,
    line_code: str,
    key: str,
    time: CardTime,
    subsidy: Money,
    pool: str,
    reason: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Take back part of what is free on a line; its subsidy goes to ``pool``.

    What is in flight or used is not touched. The caller checks access and writes the audit line.
    Content of the key: line, amounts and pool.

    Raises:
        AmountNotPositive: nothing, or less, is to be taken.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line.
        WrongCommodity: the line counts another device model or currency.
        LineClosed: the line's rest has been returned.
        BookExhausted: less is free than is to be taken; time first, then money.

    """
    check_amounts(time.seconds, subsidy.minor)
    cut = Grant(time, subsidy)
    request = Request(EntryKind.REDUCE, key, (line_code, *cut.amounts(), pool))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    row, line = book.line(line_code)
    return book.post(
        request,
        ledger.reduce(line, cut, pool),
        subject=line_code,
        by=by,
        now=now,
        facts={"reason": reason, **facts},
        lines=[row],
    )


@transaction.atomic
def return_line(
    *, programme_code: str, line_code: str, key: str, reason: str, by: Actor, now: datetime
) -> Entry:
    """Close a line at its end: all that is free goes back to its pool, and nothing new begins.

    Open holds stay and land: what they do not use goes to the pool too. The entry is made even if
    nothing was free. The caller checks access and writes the audit line. Content of the key: line.

    Raises:
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line.
        LineClosed: it was returned before.

    """
    request = Request(EntryKind.RETURN, key, (line_code,))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    row, line = book.line(line_code)
    entry = book.post(
        request,
        ledger.give_back(line),
        subject=line_code,
        by=by,
        now=now,
        facts={"reason": reason},
        lines=[row],
    )
    row.closed_at = now
    row.save(update_fields=["closed_at"])
    return entry


def _make_lines(programme_code: str, pool: str, grants: Iterable[LineGrant]) -> list[Line]:
    return Line.objects.bulk_create(
        Line(
            programme_code=programme_code,
            code=given.line_code,
            award_code=ledger.award_of(given.line_code),
            pool=pool,
            device_model=given.time.device_model,
            currency=given.subsidy.currency,
        )
        for given in grants
    )
