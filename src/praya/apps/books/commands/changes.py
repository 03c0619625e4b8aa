"""Time between lines of an award, and money that its holders have to pay back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from praya.apps.books.models import Entry, Line
from praya.apps.books.posting import NO_FACTS, OpenBook, Request
from praya.core import ledger
from praya.core.actor import Actor
from praya.core.ledger import EntryKind, Grant, check_amounts
from praya.core.quantity import CardTime, Money


@transaction.atomic
def transfer_time(
    *,
    programme_code: str,
    source_code: str,
    target_code: str,
    key: str,
    moved: Grant,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Move free time and subsidy to another line that counts the same things.

    The caller checks access and writes the audit line. Content of the key: lines and amounts.

    Raises:
        AmountNotPositive: nothing, or less, is to move.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line; the source first.
        SameLine, WrongCommodity, LineClosed, OtherPools, BookExhausted: see ``ledger.transfer``.

    """
    check_amounts(moved.time.seconds, moved.subsidy.minor)
    request = Request(EntryKind.TRANSFER, key, (source_code, target_code, *moved.amounts()))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    (source_row, source), (target_row, target) = book.line(source_code), book.line(target_code)
    return book.post(
        request,
        ledger.transfer(source, target, moved),
        subject=ledger.award_of(source_code),
        by=by,
        now=now,
        facts=facts,
        lines=[source_row, target_row],
    )


@transaction.atomic
def exchange_time(
    *,
    programme_code: str,
    source_code: str,
    target_code: str,
    key: str,
    given: Grant,
    taken: CardTime,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Turn free time of one line into time of another device model; the subsidy goes along.

    A line that the book does not know yet is made, out of the source's pool. The caller checks
    access, quotes the rate in the facts, and writes the audit line. Content of the key: lines and
    amounts.

    Raises:
        AmountNotPositive: nothing, or less, is given or taken.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line to give from.
        SameLine, WrongCommodity, LineClosed, OtherPools, BookExhausted: see ``ledger.exchange``.

    """
    check_amounts(given.time.seconds, given.subsidy.minor)
    check_amounts(taken.seconds)
    content = (source_code, target_code, *given.amounts(), taken.device_model, taken.seconds)
    request = Request(EntryKind.EXCHANGE, key, content)
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    row, source = book.line(source_code)
    known = book.lines([target_code]).get(target_code)
    if known is None:
        new = Line(
            programme_code=programme_code,
            code=target_code,
            award_code=ledger.award_of(target_code),
            pool=source.pool,
            device_model=taken.device_model,
            currency=given.subsidy.currency,
        )
        nothing = new.grant()
        target = ledger.Line(target_code, source.pool, nothing, nothing, nothing)
    else:
        new, target = known
    postings = ledger.exchange(source, target, given, taken)
    if known is None:
        new.save()
    return book.post(
        request,
        postings,
        subject=ledger.award_of(source_code),
        by=by,
        now=now,
        facts=facts,
        lines=[row, new],
    )


@transaction.atomic
def recover_money(
    *,
    programme_code: str,
    award_code: str,
    pool: str,
    amount: Money,
    key: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Enter that the holders of an award have to pay money back into a pool.

    The caller checks access and writes the audit line. Content of the key: award, pool and amount.

    Raises:
        AmountNotPositive: nothing, or less, is claimed.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.

    """
    check_amounts(amount.minor)
    content = (award_code, pool, amount.currency, amount.minor)
    request = Request(EntryKind.RECOVER, key, content)
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    postings = ledger.recover(award_code, pool, amount)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def settle_debt(
    *,
    kind: EntryKind,
    programme_code: str,
    award_code: str,
    pool: str,
    amount: Money,
    key: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Enter that a debt was paid (``REPAY``) or given up (``WRITE_OFF``), in part or in whole.

    The caller checks access and writes the audit line. Content of the key: award, pool and amount.

    Raises:
        AmountNotPositive: nothing, or less, is paid or given up.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        DebtExhausted: more than the award owes.

    """
    check_amounts(amount.minor)
    request = Request(kind, key, (award_code, pool, amount.currency, amount.minor))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    owed = Money(book.balance(ledger.debt_account(award_code), amount.currency), amount.currency)
    land = {EntryKind.REPAY: ledger.repay, EntryKind.WRITE_OFF: ledger.write_off}[kind]
    postings = land(award_code, pool, owed, amount)
    return book.post(request, postings, subject=award_code, by=by, now=now, facts=facts)


@transaction.atomic
def set_off_debt(
    *,
    programme_code: str,
    line_code: str,
    award_code: str,
    pool: str,
    cut: Grant,
    key: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any] = NO_FACTS,
) -> Entry:
    """Pay a debt of an award to a pool out of what is free on a line of a newer one.

    The caller sees that both have the same holders, and writes the audit line. Content of the key:
    line, award, pool and amounts.

    Raises:
        AmountNotPositive: nothing, or less, is set off.
        AmountTooLarge: more than any programme could mean.
        KeyReused: the key was used for something else.
        PeriodClosed: ``now`` lies in a period that was closed.
        UnknownLine: the book has no such line.
        WrongCommodity, LineClosed, BookExhausted, DebtExhausted: see ``ledger.set_off``.

    """
    check_amounts(cut.time.seconds, cut.subsidy.minor)
    request = Request(EntryKind.SET_OFF, key, (line_code, award_code, pool, *cut.amounts()))
    book = OpenBook.lock(programme_code)
    if (first := book.answered(request)) is not None:
        return first
    book.check_period(now)
    row, line = book.line(line_code)
    currency = cut.subsidy.currency
    owed = Money(book.balance(ledger.debt_account(award_code), currency), currency)
    return book.post(
        request,
        ledger.set_off(line, cut, award_code, pool, owed),
        subject=line_code,
        by=by,
        now=now,
        facts=facts,
        lines=[row],
    )
