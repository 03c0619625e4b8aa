"""The order of a round, and where the money ends.

The tie-break, in this order: the higher mark; then the higher mean on the heaviest criterion, on
the next heaviest and so on (of equal weight, the earlier in the programme file); then who
submitted first; then the lower code, so that the order never hangs on chance. Cases without a mark
stand last. A case that fails keeps its place: the committee sees how far it fell short.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from praya.core.programme.document import Scoring
from praya.core.quantity import Money
from praya.core.review.result import Result

_NO_MEAN = Fraction(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """A case that wants a rank."""

    code: str
    submitted_at: datetime
    result: Result


def ranked(scoring: Scoring, standings: Iterable[Standing]) -> list[Standing]:
    """The cases, best first, whatever order they came in."""
    # Sorting is stable, so equal weights keep the order of the file.
    heaviest = sorted(scoring.criteria, key=lambda criterion: -criterion.weight)
    cases = list(standings)
    # Over one denominator, fractions compare as whole numbers do, and a hundred times as fast.
    denominator = math.lcm(*(part.denominator for case in cases for part in _marks(case.result)))

    def over(value: Fraction) -> int:
        return value.numerator * (denominator // value.denominator)

    def key(standing: Standing) -> tuple[bool, list[int], datetime, str]:
        result = standing.result
        if result.mark is None:
            return True, [], standing.submitted_at, standing.code
        # A criterion that came in with a later rule version has no mean in an earlier case.
        means = [result.means.get(criterion.code, _NO_MEAN) for criterion in heaviest]
        fall = [-over(value) for value in (result.mark, *means)]
        return False, fall, standing.submitted_at, standing.code

    return sorted(cases, key=key)


def _marks(result: Result) -> list[Fraction]:
    return [] if result.mark is None else [result.mark, *result.means.values()]


def paid_until(free: Money, wanted: Sequence[Money]) -> int:
    """How many of the amounts, from the first, ``free`` can pay one after the other.

    The funding line is drawn after that many. It does not jump over a large case to a small one:
    that would be a decision, and decisions are the committee's.
    """
    left = free
    for count, amount in enumerate(wanted):
        if left < amount:
            return count
        left -= amount
    return len(wanted)
