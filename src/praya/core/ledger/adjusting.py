"""An amount moved between two accounts by hand: the way to put right what no reversal can."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from praya.core.ledger.accounts import (
    Part,
    debt_account,
    invoice_account,
    may_be_negative,
    payable_account,
)
from praya.core.ledger.entries import Move, Posting, post_moves
from praya.core.ledger.kinds import check_open
from praya.core.ledger.lines import Line
from praya.core.ledger.refusals import AccountShort, NotAdjustable, UnknownAccount

# Rows beside the book say what of these was paid; they would not follow.
_OWNED = (debt_account(""), invoice_account(""), payable_account(""))


def adjust(
    move: Move, balance_of: Callable[[str, str], int | None], lines: Iterable[Line] = ()
) -> tuple[Posting, ...]:
    """Source to target. ``balance_of`` answers ``None`` where nothing ever stood.

    ``lines`` are those whose accounts are touched.

    Raises:
        NotAdjustable: what is in flight belongs to holds, what is owed back to a debt, what is open
            to an invoice or a claim; or both accounts are one.
        UnknownAccount: nothing ever stood on one of them in the commodity.
        LineClosed: it would be free on a line whose rest has been returned.
        AccountShort: less stands on a guarded source than is to be taken.

    """
    for account in (move.source, move.target):
        is_owned = account.endswith(f"/{Part.IN_FLIGHT.value}") or account.startswith(_OWNED)
        if is_owned or move.source == move.target:
            raise NotAdjustable(account=account)
    for account in (move.source, move.target):
        if balance_of(account, move.commodity) is None:
            raise UnknownAccount(account=account, commodity=move.commodity)
    for line in lines:
        if move.target == line.account(Part.FREE):
            check_open(line)
    short = move.amount - (balance_of(move.source, move.commodity) or 0)
    if short > 0 and not may_be_negative(move.source):
        raise AccountShort(account=move.source, commodity=move.commodity, short=short)
    return post_moves([move])
