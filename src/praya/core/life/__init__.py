"""The life of an award on paper: when a rule looks at a line, what it takes, what may be used.

A small glossary. A *check* is one look of a rule at a line; its *mark* names it for good, whatever
becomes of the line's days. What is *granted* is what stands on a line and what rules took from it;
what is in flight counts as *used*. All amounts are whole card-seconds; cuts are rounded down and
ceilings too, what a line may keep is rounded up. So nobody loses a second by rounding.
"""

from praya.core.life.ceilings import Ceiling, KeptBack, Opened, ceiling_of, kept_back
from praya.core.life.checks import Check, Span, checks_of, months_of
from praya.core.life.cuts import Standing, Taken, cut_of, cuts_in_turn, cuts_on
from praya.core.life.free_use import FreelyUsed, FreeUseStop, Stop, nearest_stop
from praya.core.life.plans import Plan, even_plan
from praya.core.life.standstills import Standstill, put_off

__all__ = [
    "Ceiling",
    "Check",
    "FreeUseStop",
    "FreelyUsed",
    "KeptBack",
    "Opened",
    "Plan",
    "Span",
    "Standing",
    "Standstill",
    "Stop",
    "Taken",
    "ceiling_of",
    "checks_of",
    "cut_of",
    "cuts_in_turn",
    "cuts_on",
    "even_plan",
    "kept_back",
    "months_of",
    "nearest_stop",
    "put_off",
]
