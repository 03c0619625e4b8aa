"""One small function for each kind of entry: what stands now in, postings out, or a refusal.

Each lists its refusals in the order in which they are checked. Time is checked before money.
Admission can be refused (``hold``). Use that has happened cannot be wished away, so ``settle`` and
``charge`` never refuse for want of a balance: what the line cannot pay stands in its overrun.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from praya.core.ledger.accounts import (
    OUTSIDE,
    REVENUE,
    Part,
    award_of,
    line_account,
    may_be_negative,
    pool_account,
    receivable_account,
    vote_account,
)
from praya.core.ledger.entries import Entry, EntryKind, Move, Posting, in_order, post_moves
from praya.core.ledger.lines import Grant, Line, LineGrant, OpenHold, OpenHolds
from praya.core.ledger.overruns import pay_overruns
from praya.core.ledger.refusals import (
    AmountNotPositive,
    AmountTooLarge,
    BookExhausted,
    CannotReverse,
    LineClosed,
    NotReversible,
    PoolExhausted,
    WrongCommodity,
    WrongPool,
)
from praya.core.quantity import CardTime, Money, commodity_of_time

AMOUNT_MAX = 10**15
# On one account. Databases count up to 2**63: as much on ninety accounts can still be added up.
SUM_MAX = 100 * AMOUNT_MAX
HOLDS_SHOWN = 5

_REVERSIBLE = {
    EntryKind.FUND,
    EntryKind.LAPSE,
    EntryKind.COMMIT,
    EntryKind.SETTLE,
    EntryKind.CHARGE,
    EntryKind.FREE_USE,
    EntryKind.REDUCE,
    EntryKind.RETURN,
    EntryKind.TRANSFER,
    EntryKind.EXCHANGE,
    EntryKind.RECOVER,
    EntryKind.REPAY,
    EntryKind.WRITE_OFF,
    EntryKind.SET_OFF,
    EntryKind.CLAIM,
    EntryKind.REIMBURSE,
}
_BETWEEN_OPEN_LINES = {
    EntryKind.COMMIT,
    EntryKind.REDUCE,
    EntryKind.TRANSFER,
    EntryKind.EXCHANGE,
    EntryKind.SET_OFF,
}
_OF_USE = {EntryKind.SETTLE, EntryKind.CHARGE, EntryKind.CLAIM}


def check_amounts(*amounts: int, may_be_nothing: bool = False) -> None:
    """Refuse amounts below zero, nothing at all, and what no programme could mean.

    Raises:
        AmountNotPositive: one is negative; or all are zero, where something must move.
        AmountTooLarge: one is beyond 10^15, some thirty million card-years.

    """
    least = min(amounts)
    if least < 0 or not (may_be_nothing or any(amounts)):
        raise AmountNotPositive(amount=least)
    most = max(amounts)
    if most > AMOUNT_MAX:
        raise AmountTooLarge(amount=most, most=AMOUNT_MAX)


def check_sums(postings: Sequence[Posting], balance_of: Callable[[str, str], int]) -> None:
    """Refuse postings after which more would stand on an account than a database can add up.

    ``balance_of`` is what stood before. What brings an account nearer to nothing is never refused.

    Raises:
        AmountTooLarge: told of what would stand on the account.

    """
    for posting in postings:
        stood = balance_of(posting.account, posting.commodity)
        stands = stood + posting.amount
        if abs(stands) > max(SUM_MAX, abs(stood)):
            raise AmountTooLarge(amount=abs(stands), most=SUM_MAX)


def check_open(line: Line, *grants: Grant) -> None:
    """Refuse what the line does not count, and anything new on a closed line.

    Raises:
        WrongCommodity: another device model or currency.
        LineClosed: what was free on the line has been returned.

    """
    for grant in grants:
        check_commodities(line, grant)
    if line.is_closed:
        raise LineClosed(line=line.code)


def check_commodities(line: Line, grant: Grant) -> None:
    """Refuse what the line does not count.

    Raises:
        WrongCommodity: another device model or currency.

    """
    for (expected, _), (given, _) in zip(line.free.amounts(), grant.amounts(), strict=True):
        if expected != given:
            raise WrongCommodity(line=line.code, expected=expected, given=given)


def check_free(line: Line, asked: Grant, open_holds: Callable[[], OpenHolds]) -> None:
    """Refuse what is not free on a line.

    Raises:
        BookExhausted: less is free than is asked; time first, then money.

    """
    for numbers, (commodity, amount) in zip(line.numbers(), asked.amounts(), strict=True):
        if amount <= numbers.free:
            continue
        holds = open_holds()
        raise BookExhausted(
            line=line.code,
            commodity=commodity,
            asked=amount,
            free=numbers.free,
            in_flight=numbers.in_flight,
            settled=numbers.settled,
            committed=numbers.committed,
            holds=tuple(
                (seen.key, _amount_of(seen, commodity), seen.expires_at) for seen in holds.largest
            ),
            hold_count=holds.count,
        )


def fund(pool: str, amount: Money) -> tuple[Posting, ...]:
    """Outside to pool: the budget is voted."""
    move = Move(vote_account(pool), pool_account(pool), amount.currency, amount.minor)
    return post_moves([move])


def lapse(pool: str, pool_free: Money, amount: Money) -> tuple[Posting, ...]:
    """Pool to where it was voted: what a year left uncommitted can be spent no more.

    Raises:
        WrongCommodity: not the pool's currency.
        PoolExhausted: more than the pool has left.

    """
    if amount.currency != pool_free.currency:
        raise WrongCommodity(line=pool, expected=pool_free.currency, given=amount.currency)
    if pool_free < amount:
        raise PoolExhausted(
            pool=pool, commodity=amount.currency, asked=amount.minor, free=pool_free.minor
        )
    move = Move(pool_account(pool), vote_account(pool), amount.currency, amount.minor)
    return post_moves([move])


def commit(
    pool: str, pool_free: Money, grants: Sequence[LineGrant], lines: Mapping[str, Line]
) -> tuple[Posting, ...]:
    """Pool to award, line by line; time comes from outside, since the pool holds money only.

    A line that is there already is given more.

    Raises:
        WrongCommodity: a line counts something else, or a subsidy is not in the pool's currency.
        LineClosed: a line's rest has been returned.
        WrongPool: a line was granted out of another pool.
        PoolExhausted: the subsidies together are more than the pool has left.

    """
    for given in grants:
        line = lines.get(given.line_code)
        if line is not None:
            check_open(line, given.grant)
            if line.pool != pool:
                raise WrongPool(line=line.code, expected=line.pool, given=pool)
        if given.subsidy.currency != pool_free.currency:
            raise WrongCommodity(
                line=given.line_code, expected=pool_free.currency, given=given.subsidy.currency
            )
    asked = sum(given.subsidy.minor for given in grants)
    if asked > pool_free.minor:
        raise PoolExhausted(
            pool=pool, commodity=pool_free.currency, asked=asked, free=pool_free.minor
        )
    return post_moves(_grant_moves(pool, grants))


def hold(
    line: Line, asked: Grant, open_holds: Callable[[], OpenHolds] = OpenHolds
) -> tuple[Posting, ...]:
    """Free to in flight: a job is admitted with its worst case.

    ``open_holds`` is asked only for the facts of a refusal.

    Raises:
        WrongCommodity: the line counts something else.
        LineClosed: the line's rest has been returned.
        BookExhausted: less is free than is asked; time first, then money.

    """
    check_open(line, asked)
    check_free(line, asked, open_holds)
    return post_moves(
        Move(line.account(Part.FREE), line.account(Part.IN_FLIGHT), commodity, amount)
        for commodity, amount in asked.amounts()
    )


def settle(line: Line, held: Grant, used: Grant, own: Money) -> tuple[Posting, ...]:
    """In flight to used, as much as was really held; the rest of the hold goes home, as released.

    Beyond the hold, what is free pays as far as it reaches; the rest stands in the overrun. The own
    share is owed to the centre. Works on a closed line too: what was in flight must land.

    Raises:
        WrongCommodity: the line counts something else.

    """
    check_commodities(line, used)
    check_commodities(line, Grant(used.time, own))
    return post_moves([*_settle_moves(line, held, used), _own_share(line, own)])


def release(line: Line, held: Grant) -> tuple[Posting, ...]:
    """In flight to free, all of it; on a closed line, home to where it came from.

    There it pays first what the line used beyond its grant, since nothing becomes free on it.
    """
    return post_moves(move for amounts in held.amounts() for move in _home_moves(line, *amounts))


def charge(line: Line, used: Grant, own: Money) -> tuple[Posting, ...]:
    """Free to used: what was held without a hold, such as a lease; else as ``settle``.

    Raises:
        WrongCommodity: the line counts something else.

    """
    return settle(line, used - used, used, own)


def free_use(line: Line, used: CardTime) -> tuple[Posting, ...]:
    """Outside to free use: time that the programme charges nobody for, beside the grant.

    Nothing granted is touched and nothing is owed. Works on a closed line too.

    Raises:
        WrongCommodity: the line counts another device model.

    """
    check_commodities(line, Grant(used, Money(0, line.free.subsidy.currency)))
    seconds = commodity_of_time(used.device_model)
    return post_moves([Move(OUTSIDE, line.account(Part.FREE_USE), seconds, used.seconds)])


def reduce(line: Line, cut: Grant, pool: str) -> tuple[Posting, ...]:
    """Free to a pool (money) and outside (time): part of a grant is taken back.

    Raises:
        WrongCommodity: the line counts something else.
        LineClosed: the line's rest has been returned.
        BookExhausted: less is free than is to be taken; what is in flight or used is not touched.

    """
    check_open(line, cut)
    check_free(line, cut, OpenHolds)
    return _back(line, cut, pool)


def give_back(line: Line) -> tuple[Posting, ...]:
    """All that is free goes back to the line's pool and outside; the caller closes the line.

    Raises:
        LineClosed: it was returned before.

    """
    check_open(line)
    return _back(line, line.free, line.pool)


def reverse(
    entry: Entry, lines: Sequence[Line], balance_of: Callable[[str, str], int]
) -> tuple[Posting, ...]:
    """The entry's postings turned round, so that it is as if it had never been.

    ``lines`` are those the entry touched. A reversed settlement does not revive its hold: what
    would be in flight again goes home, as what a claim had drawn does on a closed line. An overrun
    that has been paid since is taken from what is used. The caller sees that an entry is reversed
    once, and opens the line again when its return is reversed.

    Raises:
        NotReversible: holds and releases undo each other; a reversal is posted anew.
        LineClosed: the entry granted, moved or took back something on a line closed since.
        CannotReverse: what it moved has moved on, and a guarded account would fall below zero.

    """
    if entry.kind not in _REVERSIBLE:
        raise NotReversible(kind=entry.kind.value)
    if entry.kind in _BETWEEN_OPEN_LINES:
        for line in lines:
            check_open(line)
    homes: dict[str, Line] = {}
    if entry.kind in _OF_USE:
        homes = {line.account(part): line for line in lines for part in (Part.IN_FLIGHT, Part.FREE)}
    amounts: Counter[tuple[str, str]] = Counter()
    for posting in entry.postings:
        line_at_home = homes.get(posting.account)
        account = line_at_home.home(posting.commodity) if line_at_home else posting.account
        amounts[account, posting.commodity] -= posting.amount
    postings = pay_overruns(in_order(amounts), balance_of, {line.code: line for line in lines})
    for posting in postings:
        left = balance_of(posting.account, posting.commodity) + posting.amount
        if left < 0 and not may_be_negative(posting.account):
            raise CannotReverse(account=posting.account, commodity=posting.commodity, short=-left)
    return postings


def _grant_moves(pool: str, grants: Sequence[LineGrant]) -> Iterator[Move]:
    for given in grants:
        free = line_account(given.line_code, Part.FREE)
        seconds = commodity_of_time(given.time.device_model)
        yield Move(OUTSIDE, free, seconds, given.time.seconds)
        yield Move(pool_account(pool), free, given.subsidy.currency, given.subsidy.minor)


def _settle_moves(line: Line, held: Grant, used: Grant) -> Iterator[Move]:
    in_flight, spent = line.account(Part.IN_FLIGHT), line.account(Part.USED)
    parts = zip(held.amounts(), used.amounts(), line.free.amounts(), strict=True)
    for (commodity, held_n), (_, used_n), (_, free_n) in parts:
        from_hold = min(used_n, held_n)
        from_free = min(used_n - from_hold, free_n)
        yield Move(in_flight, spent, commodity, from_hold)
        yield from _home_moves(line, commodity, held_n - from_hold)
        yield Move(line.account(Part.FREE), spent, commodity, from_free)
        overrun = used_n - from_hold - from_free
        yield Move(OUTSIDE, line.account(Part.OVERRUN), commodity, overrun)


def _home_moves(line: Line, commodity: str, amount: int) -> Iterator[Move]:
    in_flight = line.account(Part.IN_FLIGHT)
    paid = min(amount, line.over(commodity)) if line.is_closed else 0
    yield Move(in_flight, line.account(Part.USED), commodity, paid)
    yield Move(line.account(Part.OVERRUN), OUTSIDE, commodity, paid)
    yield Move(in_flight, line.home(commodity), commodity, amount - paid)


def _own_share(line: Line, own: Money) -> Move:
    return Move(REVENUE, receivable_account(award_of(line.code)), own.currency, own.minor)


def _back(line: Line, cut: Grant, pool: str) -> tuple[Posting, ...]:
    free = line.account(Part.FREE)
    return post_moves(
        [
            Move(free, OUTSIDE, commodity_of_time(cut.time.device_model), cut.time.seconds),
            Move(free, pool_account(pool), cut.subsidy.currency, cut.subsidy.minor),
        ]
    )


def _amount_of(seen: OpenHold, commodity: str) -> int:
    return dict(seen.held.amounts())[commodity]
