"""What is free on a line pays its overrun, in the entry that makes it free: no line has both.

So free is what can be promised, and what was used beyond a grant is paid by whatever comes back to
the line or is granted to it later. How a line stands is then told by three amounts, whatever the
order in which they came about: what was granted, what is in flight, and what was used.

Worked example. 100 seconds are granted, 60 of them held; a late charge of 50 takes the 40 that are
free, and 10 stand in the overrun. The hold is released: 10 of its 60 pay the overrun, 50 are free.
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
_PAYS = {Part.FREE.value, Part.OVERRUN.value}


def pay_overruns(
    postings: Sequence[Posting],
    balance_of: Callable[[str, str], int],
    lines: Mapping[str, Line] = _NONE,
) -> tuple[Posting, ...]:
    """The postings of an entry, and what they make free moved to used, as far as overrun stands.

    ``balance_of`` is what stood before the entry. A reversal may take back an overrun that has been
    paid since: that much less is used, and goes home on its line, which is among ``lines``. Done
    again, it changes nothing.
    """
    paying = sorted({place for posting in postings if (place := _line_of(posting))})
    if not paying:
        return tuple(postings)
    amounts = Counter({(one.account, one.commodity): one.amount for one in postings})
    for code, commodity in paying:
        free, used, overrun = (
            (line_account(code, part), commodity) for part in (Part.FREE, Part.USED, Part.OVERRUN)
        )
        left, over = (balance_of(*place) + amounts[place] for place in (free, overrun))
        paid = min(max(left, 0), over)
        if paid:
            source = free if paid > 0 else (lines[code].home(commodity), commodity)
            amounts[source] -= paid
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
    return replace(line, free=line.free - paid, used=line.used + paid)


def _line_of(posting: Posting) -> tuple[str, str] | None:
    """The line and commodity of a posting on what is free or overrun."""
    kind, _, rest = posting.account.partition("/")
    code, _, part = rest.rpartition("/")
    return (code, posting.commodity) if kind == "award" and part in _PAYS else None
