"""Holds and what becomes of them, and charges for what was held without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction

from praya.apps.books import sql
from praya.apps.books.models import Entry, Hold
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.apps.books.queries import hold_of, largest_open_holds
from praya.apps.books.rules import HoldState, late_facts
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Grant, check_amounts
from praya.core.quantity import CardTime, Money

PRAYA = Actor.praya("book")


@transaction.atomic
def place_hold(
    *,
    programme_code: str,
    line_code: str,
    key: str,
    time: CardTime,
    subsidy: Money,
    expires_at: datetime,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
    by: Actor = PRAYA,
) -> Hold:
    """Put a job's worst case in flight on a line, before the job is admitted.

    The caller checks access and writes the audit line. Content of the key: line and amounts. The
    first hold answers every repetition, even when it has ended since; look at its ``state``.

    Raises:
        AmountNotPositive: nothing, or less, is asked.
        AmountTooLarge: more is asked than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        HoldExpired: ``expires_at`` is not after ``now``.
        UnknownLine: the book has no such line.
        WrongCommodity: the line counts another device model or currency.
        LineClosed: the line's rest has been returned.
        BookExhausted: less is free than is asked; time first, then money.

    """
    check_amounts(time.seconds, subsidy.minor)
    asked = Grant(time, subsidy)
    request = Request(EntryKind.HOLD, key, (line_code, *asked.amounts()))
    book = OpenBook.lock(programme_code, key=key, line_code=line_code)
    if book.answered(request) is not None:
        first = hold_of(programme_code, key)
        assert first is not None, key
        return first
    book.check_period(now)
    if expires_at <= now:
        raise ledger.HoldExpired(key=key, expires_at=expires_at)
    row, line = book.line(line_code)
    postings = ledger.hold(line, asked, lambda: largest_open_holds(line_code))
    hold = Hold(
        made_by_entry_id=book.next_id(),
        programme_code=programme_code,
        key=key,
        line=row,
        time_s=time.seconds,
        subsidy_minor=subsidy.minor,
        made_at=now,
        expires_at=expires_at,
    )
    hold.made_by_entry = book.post(
        request,
        postings,
        subject=line_code,
        by=by,
        now=now,
        facts={**facts, "expires_at": expires_at.astimezone(UTC).isoformat()},
        lines=[row],
        then=[sql.insert_hold(_columns(hold))],
    )
    return hold


@transaction.atomic
def settle_hold(
    *,
    programme_code: str,
    hold_key: str,
    key: str,
    time: CardTime,
    subsidy: Money,
    own: Money,
    now: datetime,
    used_on: date | None = None,
    facts: Mapping[str, Any] = NO_FACTS,
    by: Actor = PRAYA,
) -> Entry:
    """End a hold with what was really held: used; the rest of it is free again.

    Beyond the hold (a job killed late), what is free on the line pays as far as it reaches, and
    the rest stands in the line's overrun account. ``own`` is owed by the award's holders. A hold
    past its ``expires_at`` settles like any other. ``used_on`` is the day of the use: if its period
    was closed, the entry stands in the open one and its facts say ``late_for``. The caller checks
    access and writes the audit line. Content of the key: hold and amounts.

    Raises:
        AmountNotPositive: an amount is below zero; zero is fine.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        HoldUnknown: the book has no such hold.
        HoldEnded: it was settled or released before; use that comes later is ``charge_line``'s.
        WrongCommodity: the line counts another device model or currency.

    """
    check_amounts(time.seconds, subsidy.minor, own.minor, may_be_nothing=True)
    used = Grant(time, subsidy)
    request = Request(EntryKind.SETTLE, key, (hold_key, *used.amounts(), (own.currency, own.minor)))
    book = OpenBook.lock(programme_code, key=key, hold_key=hold_key)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    hold = _open(book.hold(hold_key))
    row, line = book.line(hold.line.code)
    return book.post(
        request,
        ledger.settle(line, hold.held, used, own),
        subject=line.code,
        by=by,
        now=now,
        facts={**facts, "hold": hold.key, **late_facts(used_on, book.closed_until)},
        lines=[row],
        then=[_ending(book, hold, HoldState.SETTLED, now)],
    )


@transaction.atomic
def release_hold(
    *,
    programme_code: str,
    hold_key: str,
    key: str,
    now: datetime,
    reason: str,
    by: Actor = PRAYA,
) -> Entry:
    """End a hold of which nothing was used; all of it is free again.

    The caller checks access and writes the audit line. Content of the key: hold.

    Raises:
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        HoldUnknown: the book has no such hold.
        HoldEnded: it was settled or released before.

    """
    request = Request(EntryKind.RELEASE, key, (hold_key,))
    book = OpenBook.lock(programme_code, key=key, hold_key=hold_key)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    hold = _open(book.hold(hold_key))
    row, line = book.line(hold.line.code)
    return book.post(
        request,
        ledger.release(line, hold.held),
        subject=line.code,
        by=by,
        now=now,
        facts={"hold": hold.key, "reason": reason},
        lines=[row],
        then=[_ending(book, hold, HoldState.RELEASED, now)],
    )


@transaction.atomic
def charge_line(
    *,
    programme_code: str,
    line_code: str,
    key: str,
    time: CardTime,
    subsidy: Money,
    own: Money,
    now: datetime,
    used_on: date | None = None,
    facts: Mapping[str, Any] = NO_FACTS,
    by: Actor = PRAYA,
) -> Entry:
    """Charge what was held without a hold: a lease, or use that came after its hold had ended.

    What is free pays as far as it reaches, the rest stands in the line's overrun account, also on
    a closed line: use that has happened is never refused for want of a balance. ``used_on`` is as
    with ``settle_hold``. The caller checks access and writes the audit line. Content of the key:
    line and amounts.

    Raises:
        AmountNotPositive: nothing, or less, is charged.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line.
        WrongCommodity: the line counts another device model or currency.

    """
    check_amounts(time.seconds, subsidy.minor, own.minor)
    used = Grant(time, subsidy)
    request = Request(
        EntryKind.CHARGE, key, (line_code, *used.amounts(), (own.currency, own.minor))
    )
    book = OpenBook.lock(programme_code, key=key, line_code=line_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    row, line = book.line(line_code)
    return book.post(
        request,
        ledger.charge(line, used, own),
        subject=line_code,
        by=by,
        now=now,
        facts={**facts, **late_facts(used_on, book.closed_until)},
        lines=[row],
    )


@transaction.atomic
def enter_free_use(
    *,
    programme_code: str,
    line_code: str,
    key: str,
    time: CardTime,
    now: datetime,
    used_on: date | None = None,
    facts: Mapping[str, Any] = NO_FACTS,
    by: Actor = PRAYA,
) -> Entry:
    """Enter use beside a line's grant that nobody is charged for, also on a closed line.

    ``used_on`` is as with ``settle_hold``. The caller checks access and writes the audit line.
    Content of the key: line and time.

    Raises:
        AmountNotPositive: nothing, or less, was used.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line.
        WrongCommodity: the line counts another device model.

    """
    check_amounts(time.seconds)
    request = Request(EntryKind.FREE_USE, key, (line_code, time.device_model, time.seconds))
    book = OpenBook.lock(programme_code, key=key, line_code=line_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    row, line = book.line(line_code)
    return book.post(
        request,
        ledger.free_use(line, time),
        subject=line_code,
        by=by,
        now=now,
        facts={**facts, **late_facts(used_on, book.closed_until)},
        lines=[row],
    )


def _open(hold: Hold) -> Hold:
    if hold.state != HoldState.OPEN.value:
        raise ledger.HoldEnded(key=hold.key, state=hold.state)
    return hold


def _ending(book: OpenBook, hold: Hold, state: HoldState, now: datetime) -> sql.Statement:
    return sql.end_hold(hold.pk, state=state.value, at=now, entry_id=book.next_id())


def _columns(hold: Hold) -> list[object]:
    """A hold that is made, as ``sql.insert_hold`` takes it."""
    return [
        hold.pk,
        hold.programme_code,
        hold.key,
        hold.line_id,
        hold.time_s,
        hold.subsidy_minor,
        sql.instant(hold.made_at),
        sql.instant(hold.expires_at),
        hold.state,
        None,
        None,
    ]
