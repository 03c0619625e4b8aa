"""How much of a line goes to a debt.

Worked example. HK$840.00 is owed, and half of a line may go to debts. The line was granted
HK$1,000.00 and has HK$900.00 and 90 hours free: HK$500.00 is set off, with 50 of the hours.
"""

from __future__ import annotations

from praya.core.ledger import Grant
from praya.core.programme.changes import SetOff
from praya.core.quantity import CardTime, Money

PERCENT = 100


def cut_for(
    rule: SetOff, *, owed: Money, granted: Money, borne: Money, free: Grant
) -> Grant | None:
    """What is set off: as much as is owed, allowed and free; ``None`` if that is nothing.

    ``granted`` is the line's subsidy, of which debts took ``borne`` before. The time that goes is
    the same share of the free time, rounded down.
    """
    most = int(granted.minor * rule.percent_max / PERCENT) - borne.minor
    minor = min(owed.minor, most, free.subsidy.minor)
    if minor <= 0:
        return None
    seconds = free.time.seconds * minor // free.subsidy.minor
    return Grant(CardTime(seconds, free.time.device_model), Money(minor, free.subsidy.currency))
