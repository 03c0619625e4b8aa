"""Many uses of one line in one entry: exactly what they would have come to one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from praya.core.ledger.accounts import OUTSIDE, REVENUE, Part, award_of, receivable_account
from praya.core.ledger.chain import canonical_json, sha256_of
from praya.core.ledger.entries import Move, Posting, post_moves
from praya.core.ledger.lines import Line


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a line in whole units: time and subsidy under a hold, if any, and really used."""

    held: tuple[int, int]
    used: tuple[int, int]
    own: int


def settle_many(line: Line, uses: Sequence[Use]) -> tuple[Posting, ...]:
    """As ``settle`` for each use in turn, or ``charge`` where nothing was held; in one entry.

    What the hold of one leaves is free for the next; on a closed line it pays what stands in the
    overrun by then.
    """
    moves: list[Move] = []
    for which, (commodity, free) in enumerate(line.free.amounts()):
        pairs = ((use.held[which], use.used[which]) for use in uses)
        moves += _moves(line, commodity, free, pairs)
    own = sum(use.own for use in uses)
    owed = receivable_account(award_of(line.code))
    return post_moves([*moves, Move(REVENUE, owed, line.free.subsidy.currency, own)])


def _moves(
    line: Line, commodity: str, free: int, pairs: Iterable[tuple[int, int]]
) -> tuple[Move, ...]:
    from_holds = from_free = home = overrun = repaid = 0
    over = line.over(commodity)
    for held, used in pairs:
        from_hold = min(held, used)
        from_holds += from_hold
        rest = held - from_hold
        if line.is_closed:
            repays = min(rest, over + overrun - repaid)
            repaid += repays
            rest -= repays
        else:
            free += rest
        home += rest
        more = used - from_hold
        paid = min(more, free)
        free -= paid
        from_free += paid
        overrun += more - paid
    in_flight, spent = line.account(Part.IN_FLIGHT), line.account(Part.USED)
    return (
        Move(in_flight, spent, commodity, from_holds + repaid),
        Move(in_flight, line.home(commodity), commodity, home),
        Move(line.account(Part.FREE), spent, commodity, from_free),
        Move(OUTSIDE, line.account(Part.OVERRUN), commodity, overrun),
        Move(line.account(Part.OVERRUN), OUTSIDE, commodity, repaid),
    )


def use_hash(kind: str, subject: str, *amounts: tuple[str, int]) -> str:
    """``request_hash`` of these, put together from texts made before: there are many alike."""
    parts = [f"[{_text(name)},{number}]" for name, number in amounts]
    return sha256_of(f"[{_text(kind)},{_text(subject)},{','.join(parts)}]")


_text = lru_cache(maxsize=4096)(canonical_json)


def records_hash(records: Iterable[tuple[str, str, str, int, int, int]]) -> str:
    """SHA-256 over the records of an entry in their order, a line each.

    A record is its key, its request's hash, its hold's key, time, subsidy and own share.
    """
    return sha256_of("\n".join("\t".join(map(str, record)) for record in records))
