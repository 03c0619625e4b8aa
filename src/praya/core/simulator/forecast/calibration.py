"""Intervals mended by how earlier ones held: conformal prediction, on each side alone.

A forecast of a wait says a low, a middle and a high value. How far the truth lay below the low and
above the high one is known of earlier forecasts. The ends of the next interval move, out or in, by
the ninetieth percentile of those distances, so that one truth in ten would have lain beyond each
(Romano, Patterson and Candès 2019). Only those earlier forecasts teach that are most alike: the
nearest by what they said. Where mended intervals of late were missed more often than they should
be, the next are moved by a farther percentile, as after Gibbs and Candès (2021).

An end that would move in moves half as far: the earlier forecasts near a moment share a few long
queues, so that they teach less than their number says, and an interval too narrow costs more.

Distances are those of log(1 + seconds): an hour is much on a wait of an hour and little on one of a
week. Only what was known when a forecast is made may mend it. Of an earlier one whose job still
waits, it is known that it waits at least until now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# Of each side; eight in ten lie between.
BEYOND = 0.1
# Until so many earlier forecasts are known, an interval stands as it is.
KNOWN_MIN = 30
# So many earlier forecasts mend the next, at most.
NEAREST = 400
LEARNT_MAX = 1_000  # moments, the last ones
JOBS_MAX = 20  # of those that wait at one moment
# By how many of the last mended moments the percentile moves, if they are so many.
_MISSED_MIN, _MISSED_MAX = 10, 60
# How strongly what was missed of late moves the percentile, and how far it goes.
_ANSWER = 2.0
_FARTHEST, _CLOSEST = 0.005, 0.3
# Which part of a move inwards is made.
_INWARDS = 0.5


@dataclass(frozen=True, slots=True)
class Told:
    """Waits told at one moment: columns of seconds from then on, a row for each job."""

    at_s: int
    low: Numbers
    median: Numbers
    high: Numbers


@dataclass(frozen=True, slots=True)
class Missed:
    """Which part of late truths lay below and above mended intervals."""

    below: float = BEYOND
    above: float = BEYOND


@dataclass(frozen=True, slots=True)
class Lessons:
    """What earlier forecasts said and what came, in log(1 + seconds).

    For each of low, median and high: what was said, the smallest first, and the truths beside it.
    """

    said: tuple[Numbers, ...]
    truth: tuple[Numbers, ...]


_AS_IT_SHOULD = Missed()


def lessons_of(told: Sequence[Told], waited: Sequence[Numbers]) -> Lessons:
    """What earlier forecasts teach; ``waited`` are the true seconds, or those up to now."""
    columns = [
        np.log1p(np.concatenate([np.zeros(0), *(getattr(one, name) for one in told)]))
        for name in ("low", "median", "high")
    ]
    truth = np.log1p(np.concatenate([np.zeros(0), *waited]))
    orders = [np.argsort(column, kind="stable") for column in columns]
    said = tuple(column[order] for column, order in zip(columns, orders, strict=True))
    return Lessons(said, tuple(truth[order] for order in orders))


def known_by(
    moment_s: int, told: Sequence[Told], truth: Sequence[Numbers], *, most: int = LEARNT_MAX
) -> tuple[list[Told], list[Numbers]]:
    """The last forecasts of which each job has started, or waits longer than was told already.

    Beside them how long each waited, or waits until now. ``truth`` is infinite where that is not
    known yet.
    """
    known, waited = [], []
    for one, true in zip(reversed(told), reversed(truth), strict=True):
        since = moment_s - one.at_s
        if ((true <= since) | (one.high < since)).all():
            known.append(one)
            waited.append(np.minimum(true, since))
        if len(known) == most:
            break
    return known, waited


def missed_by(moment_s: int, better: Sequence[Told], truth: Sequence[Numbers]) -> Missed:
    """How often the last mended intervals were missed, moment by moment."""
    known, waited = known_by(moment_s, better, truth, most=_MISSED_MAX)
    if len(known) < _MISSED_MIN:
        return _AS_IT_SHOULD
    pairs = list(zip(known, waited, strict=True))
    return Missed(
        below=float(np.mean([(waits < one.low).mean() for one, waits in pairs])),
        above=float(np.mean([(waits > one.high).mean() for one, waits in pairs])),
    )


def mended(told: Told, lessons: Lessons, missed: Missed = _AS_IT_SHOULD) -> Told:
    """The forecast after the lessons; its ends stay in order and no wait is negative.

    Where all earlier waits were at the high end, the middle goes there, and the low end half-way.

    >>> past = Told(0, np.full(40, 50.0), np.full(40, 100.0), np.full(40, 200.0))
    >>> lessons = lessons_of([past], [np.full(40, 200.0)])
    >>> better = mended(Told(9, *np.array([[50.0], [100.0], [200.0]])), lessons)
    >>> [round(float(one[0])) for one in (better.low, better.median, better.high)]
    [100, 200, 200]
    """
    if len(lessons.truth[0]) < KNOWN_MIN:
        return told
    as_told = tuple(np.log1p(one) for one in (told.low, told.median, told.high))
    low, median, high = (
        np.array([_mended(said, truth, value, share) for value in values])
        for values, said, truth, share in zip(
            as_told,
            lessons.said,
            lessons.truth,
            (_beyond(missed.below), 0.5, 1 - _beyond(missed.above)),
            strict=True,
        )
    )
    low -= (1 - _INWARDS) * np.maximum(low - as_told[0], 0)
    high += (1 - _INWARDS) * np.maximum(as_told[2] - high, 0)
    low, median, high = (np.maximum(0.0, np.expm1(one)) for one in (low, median, high))
    high = np.maximum(low, high)
    return Told(told.at_s, low, np.clip(median, low, high), high)


def _beyond(missed: float) -> float:
    """The percentile of one side, after what was missed there of late."""
    return min(_CLOSEST, max(_FARTHEST, BEYOND - _ANSWER * (missed - BEYOND)))


def _mended(said: Numbers, truth: Numbers, value: float, share: float) -> float:
    """A quantile moved by that quantile of how far the truth lay above, where it was said alike.

    It is moved no farther than the longest wait that any of them had.
    """
    size = min(NEAREST, len(said))
    place = int(np.searchsorted(said, value))
    first = min(max(0, place - size // 2), len(said) - size)
    near = truth[first : first + size]
    above = near - said[first : first + size]
    # One more than there are, as if the next truth were the farthest on that side.
    wider = 0.5 + (share - 0.5) * (1 + 1 / size)
    moved = value + float(np.quantile(above, min(1.0, max(0.0, wider))))
    return min(moved, max(value, float(near.max())))
