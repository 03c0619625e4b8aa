"""What a change of an award posts: time between lines, and money to be paid back.

Each function lists its refusals in the order in which they are checked. Time that moves takes its
share of the line's free subsidy along, rounded down, so neither is made nor lost on the way.

Worked example. A line has 100 s and 50 cents free. 30 s move: ``50 * 30 // 100 = 15`` cents go with
them, and 70 s with 35 cents stay. Exchanged at 1.333333 into another device model, the 30 s become
``30 * 1333333 // 1000000 = 39`` s of it: down, always, so that no round trip gains a second.

A debt stands on ``debt/<award>``: claimed for a pool (``recover``), then paid into it (``repay``)
or given up (``write_off``). All that was ever claimed for the pool stays, negative, on
``claim/<pool>``.
"""

from __future__ import annotations

from fractions import Fraction

from praya.core.ledger.accounts import (
    OUTSIDE,
    Part,
    claim_account,
    debt_account,
    pool_account,
    set_off_account,
    written_off_account,
)
from praya.core.ledger.entries import Move, Posting, post_moves
from praya.core.ledger.kinds import check_free, check_open
from praya.core.ledger.lines import Grant, Line, OpenHolds
from praya.core.ledger.refusals import (
    AmountNotPositive,
    DebtExhausted,
    OtherPools,
    SameLine,
    WrongCommodity,
)
from praya.core.quantity import CardTime, Money, commodity_of_time


def share_of_free(line: Line, time: CardTime) -> Money:
    """The free subsidy that goes with some of a line's free time: its share, rounded down."""
    free = line.free
    if free.time.seconds == 0:
        return Money(0, free.subsidy.currency)
    part = min(time.seconds, free.time.seconds)
    return Money(free.subsidy.minor * part // free.time.seconds, free.subsidy.currency)


def exchanged(time: CardTime, *, rate: Fraction, into: str) -> CardTime:
    """So much time of another device model at a rate, rounded down to the whole second."""
    assert rate > 0, rate
    return CardTime(time.seconds * rate.numerator // rate.denominator, into)


def transfer(source: Line, target: Line, moved: Grant) -> tuple[Posting, ...]:
    """Free to free, between two lines that count the same things.

    Raises:
        SameLine: source and target are one line.
        WrongCommodity: one of them counts something else; the source first.
        LineClosed: the rest of one of them has been returned.
        OtherPools: they were granted out of different pools.
        BookExhausted: less is free on the source than is to move; time first, then money.

    """
    _check_between(source, target, moved, moved)
    return post_moves(
        Move(source.account(Part.FREE), target.account(Part.FREE), commodity, amount)
        for commodity, amount in moved.amounts()
    )


def exchange(source: Line, target: Line, given: Grant, taken: CardTime) -> tuple[Posting, ...]:
    """Free time of one device model becomes free time of another; the subsidy goes along as it is.

    The time given goes back outside, where granted time came from, and the time taken comes from
    there. ``target`` may be a line that the book does not know yet, with nothing on it.

    Raises:
        SameLine, WrongCommodity, LineClosed, OtherPools, BookExhausted: as for a transfer.
        AmountNotPositive: the rate leaves not one second.

    """
    _check_between(source, target, given, Grant(taken, given.subsidy))
    if taken.seconds <= 0:
        raise AmountNotPositive(amount=taken.seconds)
    seconds, currency = commodity_of_time(given.time.device_model), given.subsidy.currency
    free = target.account(Part.FREE)
    return post_moves(
        [
            Move(source.account(Part.FREE), OUTSIDE, seconds, given.time.seconds),
            Move(OUTSIDE, free, commodity_of_time(taken.device_model), taken.seconds),
            Move(source.account(Part.FREE), free, currency, given.subsidy.minor),
        ]
    )


def recover(award_code: str, pool: str, amount: Money) -> tuple[Posting, ...]:
    """Claim to debt: the holders of an award have to pay money back into a pool."""
    return _owed(claim_account(pool), debt_account(award_code), amount)


def repay(award_code: str, pool: str, owed: Money, amount: Money) -> tuple[Posting, ...]:
    """Debt to pool: what was claimed has been paid.

    Raises:
        WrongCommodity: it was paid in another currency than the debt's.
        DebtExhausted: more is paid than is owed.

    """
    _check_owed(award_code, owed, amount)
    return _owed(debt_account(award_code), pool_account(pool), amount)


def write_off(award_code: str, pool: str, owed: Money, amount: Money) -> tuple[Posting, ...]:
    """Debt to what was given up: nobody will pay it.

    Raises:
        WrongCommodity: it is given up in another currency than the debt's.
        DebtExhausted: more is given up than is owed.

    """
    _check_owed(award_code, owed, amount)
    return _owed(debt_account(award_code), written_off_account(pool), amount)


def set_off(line: Line, cut: Grant, award_code: str, pool: str, owed: Money) -> tuple[Posting, ...]:
    """Free subsidy of a newer award to the pool, with its time, and as much off a debt to it.

    Raises:
        WrongCommodity: the line, or the debt, counts something else.
        LineClosed: the line's rest has been returned.
        BookExhausted: less is free on the line than is to be taken; time first, then money.
        DebtExhausted: more is taken than is owed.

    """
    check_open(line, cut)
    check_free(line, cut, OpenHolds)
    _check_owed(award_code, owed, cut.subsidy)
    free, currency, minor = line.account(Part.FREE), cut.subsidy.currency, cut.subsidy.minor
    return post_moves(
        [
            Move(free, OUTSIDE, commodity_of_time(cut.time.device_model), cut.time.seconds),
            Move(free, pool_account(pool), currency, minor),
            Move(debt_account(award_code), set_off_account(pool), currency, minor),
        ]
    )


def _check_between(source: Line, target: Line, given: Grant, taken: Grant) -> None:
    if source.code == target.code:
        raise SameLine(line=source.code)
    check_open(source, given)
    check_open(target, taken)
    if source.pool != target.pool:
        raise OtherPools(source=source.pool, target=target.pool)
    check_free(source, given, OpenHolds)


def _check_owed(award_code: str, owed: Money, amount: Money) -> None:
    if owed.currency != amount.currency:
        raise WrongCommodity(line=award_code, expected=owed.currency, given=amount.currency)
    if owed < amount:
        raise DebtExhausted(award=award_code, owed=owed, asked=amount)


def _owed(source: str, target: str, amount: Money) -> tuple[Posting, ...]:
    return post_moves([Move(source, target, amount.currency, amount.minor)])
