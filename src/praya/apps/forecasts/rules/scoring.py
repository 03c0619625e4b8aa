"""How a forecast is scored against what happened.

A forecast says of a thing to come a low, a middle and a high value: its 10 %, 50 % and 90 %
quantile. Between low and high it should lie eight times in ten. The *quantile loss* of a value
``q`` said for the level ``p`` is ``p (x - q)`` where the truth ``x`` lies above, and
``(1 - p) (q - x)`` where it lies below; a lower mean loss is a better forecast.

Worked example. Said were 10, 20 and 40 hours, and it took 50: the losses are ``0.1 * 40 = 4``,
``0.5 * 30 = 15`` and ``0.9 * 10 = 9``, 28 together, and the interval did not hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Said:
    """The three quantiles that were said of one thing, and what became of it, once that is known.

    ``high`` is nothing where it lay beyond the end of the forecast.
    """

    low: int
    middle: int | None
    high: int | None
    actual: int | None = None

    @property
    def held(self) -> bool:
        """Whether the truth lay in the interval."""
        assert self.actual is not None, self
        return self.low <= self.actual and (self.high is None or self.actual <= self.high)

    @property
    def loss(self) -> float:
        """The quantile loss, summed over what was said."""
        assert self.actual is not None, self
        said = ((0.1, self.low), (0.5, self.middle), (0.9, self.high))
        return sum(quantile_loss(level, at, self.actual) for level, at in said if at is not None)


def quantile_loss(level: float, said: int, actual: int) -> float:
    """What saying ``said`` for the quantile ``level`` costs where the truth is ``actual``."""
    return level * (actual - said) if actual >= said else (1 - level) * (said - actual)


@dataclass(frozen=True, slots=True)
class Score:
    """How forecasts of one measure did: how many intervals held, and the mean quantile loss."""

    number: int
    held: int
    loss: float

    @property
    def coverage_bp(self) -> int:
        """The share of intervals that held, in ten-thousandths."""
        return self.held * 10_000 // self.number


def score(said: Iterable[Said]) -> Score | None:
    """The score of what was said and is known by now; nothing without any."""
    known = [each for each in said if each.actual is not None]
    if not known:
        return None
    return Score(
        number=len(known),
        held=sum(each.held for each in known),
        loss=sum(each.loss for each in known) / len(known),
    )
