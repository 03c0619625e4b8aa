"""Ceilings on subsidy: what they are, what counts against them, and when one is passed.

Worked example. An organisation may have HK$1,000,000 in a calendar year and has been promised
HK$800,000. A decision of HK$250,000 passes the ceiling by HK$50,000, whatever the pool has left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from praya.core.quantity import Money
from praya.core.refusal import Refusal


class Cap(StrEnum):
    """Which ceiling it is, in the order of the checks."""

    AWARD = "award"
    ORGANISATION_YEAR = "organisation-year"
    PROGRAMME = "programme"
    WINDOW = "window"


class CapPassed(Refusal):
    """A decision would pass a ceiling on subsidy.

    Facts: ``cap`` which one, ``ceiling``, ``granted`` before, ``asked`` now, and ``left``, the
    headroom; ``years`` of the window, and the ``application`` of the case.
    """

    code = "subsidy.cap_passed"


@dataclass(frozen=True, slots=True)
class Headroom:
    """A ceiling as it stands for a case: what was granted under it, and whether it refuses."""

    cap: Cap
    ceiling: Money
    granted: Money
    refuses: bool = True
    years: int = 0
    application: str = ""

    @property
    def left(self) -> Money:
        """What may still be granted; below zero where more was granted under older rules."""
        return self.ceiling - self.granted


def check_caps(headrooms: Sequence[Headroom], asked: Money) -> list[Headroom]:
    """The ceilings that are passed and only warn.

    Raises:
        CapPassed: one that refuses; the first in the order of ``Cap``.

    """
    passed = [headroom for headroom in headrooms if headroom.left < asked]
    for headroom in passed:
        if headroom.refuses:
            raise CapPassed(
                cap=headroom.cap.value,
                ceiling=headroom.ceiling,
                granted=headroom.granted,
                asked=asked,
                left=headroom.left,
                years=headroom.years,
                application=headroom.application,
            )
    return passed
