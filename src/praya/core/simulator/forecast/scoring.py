"""How well forecasts held: coverage of their intervals, and the loss of their quantiles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Score:
    """What came of some forecasts.

    ``coverage`` is the share of truths between low and high, both included; 0.8 is right.
    ``below`` and ``above`` are the shares beyond each. ``loss_s`` is the quantile (pinball) loss in
    seconds, the mean of the three quantiles: a truth above a quantile q costs q a second, one below
    1 - q. ``loss_log`` is the same of log(1 + seconds), where the longest waits do not decide
    alone. ``width_s`` is the median width of the intervals.
    """

    forecasts: int
    coverage: float
    below: float
    above: float
    loss_s: float
    loss_log: float
    width_s: float


def score(*, low: Numbers, median: Numbers, high: Numbers, truth: Numbers) -> Score | None:
    """The score of forecasts by the column; ``None`` where there is nothing to score.

    >>> one = np.array([10.0, 10.0])
    >>> found = score(low=one, median=one + 10, high=one + 20, truth=np.array([20.0, 40.0]))
    >>> (found.coverage, found.above, found.width_s, round(found.loss_s, 3))
    (0.5, 0.5, 20.0, 4.0)
    """
    if not len(truth):
        return None
    below, above = truth < low, truth > high
    told = (low, median, high)
    return Score(
        forecasts=len(truth),
        coverage=float((~below & ~above).mean()),
        below=float(below.mean()),
        above=float(above.mean()),
        loss_s=_loss(told, truth),
        loss_log=_loss(tuple(np.log1p(np.maximum(one, 0)) for one in told), np.log1p(truth)),
        width_s=float(np.median(high - low)),
    )


def _loss(told: tuple[Numbers, ...], truth: Numbers) -> float:
    losses = [
        np.maximum(share * (truth - one), (share - 1) * (truth - one)).mean()
        for share, one in zip(QUANTILES, told, strict=True)
    ]
    return float(np.mean(losses))
