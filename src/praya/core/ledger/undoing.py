"""A charge undone by itself: one of the many that an entry may have made."""

from __future__ import annotations

from collections.abc import Iterator

from praya.core.ledger.accounts import (
    OUTSIDE,
    REVENUE,
    Part,
    award_of,
    receivable_account,
)
from praya.core.ledger.entries import Move, Posting, post_moves
from praya.core.ledger.kinds import check_commodities
from praya.core.ledger.lines import Grant, Line
from praya.core.ledger.refusals import CannotReverse
from praya.core.quantity import Money


def uncharge(line: Line, used: Grant, own: Money) -> tuple[Posting, ...]:
    """Used to free, on a closed line home; what stands in the overrun goes first.

    So the line stands as if so much less had been used. The own share is owed no more.

    Worked example. 100 seconds were granted and 110 used, 10 of them in the overrun. 30 are undone:
    10 from the overrun, and 20 are free again.

    Raises:
        WrongCommodity: the line counts something else.
        CannotReverse: less is used on the line; somebody took it back by other means.

    """
    check_commodities(line, used)
    check_commodities(line, Grant(used.time, own))
    owed = receivable_account(award_of(line.code))
    return post_moves([*_back(line, used), Move(owed, REVENUE, own.currency, own.minor)])


def _back(line: Line, used: Grant) -> Iterator[Move]:
    for (commodity, undone), (_, spent) in zip(used.amounts(), line.used.amounts(), strict=True):
        from_overrun = min(undone, line.over(commodity))
        rest = undone - from_overrun
        account = line.account(Part.USED)
        if rest > spent:
            raise CannotReverse(account=account, commodity=commodity, short=rest - spent)
        yield Move(line.account(Part.OVERRUN), OUTSIDE, commodity, from_overrun)
        yield Move(account, line.home(commodity), commodity, rest)
