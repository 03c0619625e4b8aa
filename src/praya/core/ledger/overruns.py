"""What is free on a line pays its overrun, in the entry that makes it free: no line has both.

So free is what can be promised, and what was used beyond a grant is paid by whatever comes back to
the line or is granted to it later. How a line stands is then told by three amounts, whatever the
order in which they came about: what was granted, what is in flight, and what was used.

Worked example. 100 seconds are granted, 60 of them held; a late charge of 50 takes the 40 that are
free, and 10 stand in the overrun. The hold is released: 10 of its 60 pay the overrun, 50 are free.

On a closed line nothing becomes free: what would go home pays first, and the rest goes home. So the
line above ends the same, whether it is closed before its hold is released or after: 50 are used on
it, and 50 went home.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from praya.core.ledger.accounts import OUTSIDE, Part, line_account
from praya.core.ledger.entries import Posting, in_order
from praya.core.ledger.lines import Grant, Line
from praya.core.quantity import CardTime, Money

_NONE: Mapping[str, Line] = MappingProxyType({})
_OF_GRANT = (Part.FREE, Part.IN_FLIGHT, Part.USED)
_PAYS = {Part.FREE.value, Part.OVERRUN.value}


def pay_overruns(
    postings: Sequence[Posting],
    balance_of: Callable[[str, str], int],
    lines: Mapping[str, Line] = _NONE,
) -> tuple[Posting, ...]:
    """The postings of an entry, and what they make free moved to used, as far as overrun stands.

    ``balance_of`` is what stood before the entry. A reversal names its ``lines``: it may take back
    an overrun that has been paid since, and that much less is used and goes home; and what it sends
    home from a closed line pays an overrun there. Done again, it changes nothing.
    """
    paying = {place for posting in postings if (place := _line_of(posting))}
    closed = {line.code for line in lines.values() if line.is_closed}
    paying |= {(code, commodity) for code in closed for commodity, _ in lines[code].free.amounts()}
    if not paying:
        return tuple(postings)
    amounts = Counter({(one.account, one.commodity): one.amount for one in postings})
    for code, commodity in sorted(paying):
        free, used, overrun = (
            (line_account(code, part), commodity) for part in (Part.FREE, Part.USED, Part.OVERRUN)
        )
        left, over = (balance_of(*place) + amounts[place] for place in (free, overrun))
        from_free = min(max(left, 0), max(over, 0))
        from_home = min(over, 0)
        if over > from_free and code in closed:
            from_home = min(_went_home(amounts, code, commodity), over - from_free)
        if from_home:
            amounts[lines[code].home(commodity), commodity] -= from_home
        if paid := from_free + from_home:
            amounts[free] -= from_free
            amounts[used] += paid
            amounts[overrun] -= paid
            amounts[OUTSIDE, commodity] += paid
    return in_order(amounts)


def as_paid(line: Line, overrun: Grant) -> Line:
    """A line as if what is free had paid its overrun: entries written before did not do so."""
    paid = Grant(
        CardTime(min(line.free.time.seconds, overrun.time.seconds), overrun.time.device_model),
        Money(min(line.free.subsidy.minor, overrun.subsidy.minor), overrun.subsidy.currency),
    )
    return replace(line, free=line.free - paid, used=line.used + paid, overrun=overrun - paid)


def _went_home(amounts: Mapping[tuple[str, str], int], code: str, commodity: str) -> int:
    """What left a line; nothing, if something came to it."""
    return max(0, -sum(amounts[line_account(code, part), commodity] for part in _OF_GRANT))


def _line_of(posting: Posting) -> tuple[str, str] | None:
    """The line and commodity of a posting on what is free or overrun."""
    kind, _, rest = posting.account.partition("/")
    code, _, part = rest.rpartition("/")
    return (code, posting.commodity) if kind == "award" and part in _PAYS else None
