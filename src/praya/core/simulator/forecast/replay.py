"""Forecasts made along a recorded trace, as if each moment were now, and what came of them.

At a moment it is known what runs since when, what waits, and every job that has ended. The waits of
those that wait are forecast by many runs of the flat pool: true run times are drawn from what the
user's ended jobs ran of their limits (beyond what a running job has run already), later jobs from
the generator fitted to what was submitted so far. Then the interval is mended by the forecasts made
before (``calibration``). Nothing that lies after a moment is looked at for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.flat import FlatPolicy, simulate
from praya.core.simulator.forecast.calibration import (
    JOBS_MAX,
    Numbers,
    Told,
    known_by,
    lessons_of,
    mended,
    missed_by,
)
from praya.core.simulator.forecast.scoring import Score, score
from praya.core.simulator.generator import HOUR_S, WEEK_H, Shape, fit, generate
from praya.core.simulator.jobs import FlatJobs, flat_jobs

_AHEAD_S = 3 * 86_400  # later jobs are drawn for so long
_PAST_S = 60 * 86_400  # and from so much of the past
_OWN_MIN, _RECENT_MAX = 10, 2_000
_STRETCHES = 60  # of the past, of which a run draws from one
_WARM = 0.1  # of the trace, before the first forecast
_HAVE_LIMITS = 0.5


@dataclass(frozen=True, slots=True)
class History:
    """A trace for the flat pool, and when its jobs really started."""

    jobs: FlatJobs
    start: Column
    user: Column
    limit: Column  # as their users told it; 0 where nobody did
    begins_s: int  # second of the week at which it begins

    @property
    def end(self) -> Column:
        """When each job ended."""
        return self.start + self.jobs.run

    @property
    def unit(self) -> Column:
        """What run times are told by: limits where most jobs have one, else seconds."""
        is_limited = (self.limit > 0).mean() > _HAVE_LIMITS
        return np.maximum(self.limit, 1) if is_limited else np.ones_like(self.limit)


@dataclass(frozen=True, slots=True)
class Replay:
    """How the forecasts of the second part of a trace held, as simulated and as mended."""

    moments: int
    raw: Score | None
    mended: Score | None
    learnt: int  # moments of the first part


def replay(  # noqa: PLR0913 -- the facts of one replay, by name
    history: History,
    *,
    pool: int,
    policy: FlatPolicy,
    moments: int = 400,
    runs: int = 30,
    split: float = 0.5,
    seed: int = 1,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Replay:
    """Forecast at so many moments, and score those after the first ``split`` of them."""
    random = np.random.default_rng(seed)
    at = _moments(history, moments, random)
    told: list[Told] = []
    better: list[Told] = []
    truth: list[Numbers] = []
    for done, moment in enumerate(at.tolist()):
        waiting = _waiting(history, moment, random)
        progress(done, moments)
        raw = forecast_at(
            history, waiting, moment, pool=pool, policy=policy, runs=runs, random=random
        )
        lessons = lessons_of(*known_by(moment, told, truth))
        better.append(mended(raw, lessons, missed_by(moment, better, truth)))
        told.append(raw)
        truth.append((history.start[waiting] - moment).astype(np.float64))
    progress(moments, moments)
    later = list(range(int(len(told) * split), len(told)))
    return Replay(
        moments=len(later),
        raw=_score([told[place] for place in later], [truth[place] for place in later]),
        mended=_score([better[place] for place in later], [truth[place] for place in later]),
        learnt=len(told) - len(later),
    )


def _score(told: list[Told], truth: list[Numbers]) -> Score | None:
    if not told:
        return None
    return score(
        low=np.concatenate([one.low for one in told]),
        median=np.concatenate([one.median for one in told]),
        high=np.concatenate([one.high for one in told]),
        truth=np.concatenate(truth),
    )


def _moments(history: History, number: int, random: np.random.Generator) -> Column:
    """Instants drawn evenly from the time in which a job waits.

    The trace's beginning is left out, and what comes before enough jobs have ended to draw from.
    """
    if len(history.jobs) < _OWN_MIN:
        return np.zeros(0, dtype=np.int64)
    tenth = int(np.partition(history.end, _OWN_MIN - 1)[_OWN_MIN - 1])
    first = max(int(history.jobs.submit[-1] * _WARM), tenth)
    waits = history.start > np.maximum(history.jobs.submit, first)
    begin, end = np.maximum(history.jobs.submit[waits], first), history.start[waits]
    if not len(begin):
        return np.zeros(0, dtype=np.int64)
    # Spans in the order of their beginnings; one that begins after all before it ended, is new.
    upto = np.maximum.accumulate(end)
    is_new = np.append(True, begin[1:] > upto[:-1])
    begins, ends = begin[is_new], np.append(upto[:-1][is_new[1:]], upto[-1])
    lengths = np.cumsum(ends - begins)
    drawn = np.sort(random.integers(0, lengths[-1], number))
    span = np.searchsorted(lengths, drawn, side="right")
    moments: Column = ends[span] - (lengths[span] - drawn)
    return moments


def _waiting(history: History, moment: int, random: np.random.Generator) -> Column:
    """Some of the jobs that wait at a moment, in the order of the line."""
    jobs = history.jobs
    number = int(np.searchsorted(jobs.submit, moment, side="right"))
    waiting = np.flatnonzero(history.start[:number] > moment)
    if len(waiting) > JOBS_MAX:
        waiting = np.sort(random.choice(waiting, JOBS_MAX, replace=False))
    return waiting


def forecast_at(  # noqa: PLR0913 -- the facts of one forecast, by name
    history: History,
    asked: Column,
    moment: int,
    *,
    pool: int,
    policy: FlatPolicy,
    runs: int,
    random: np.random.Generator,
) -> Told:
    """The waits from a moment on of some jobs that wait then."""
    jobs = history.jobs
    number = int(np.searchsorted(jobs.submit, moment, side="right"))
    start, end = history.start[:number], history.end[:number]
    running = np.flatnonzero((start <= moment) & (end > moment))
    waiting = np.flatnonzero(start > moment)
    known = np.concatenate([running, waiting])
    elapsed = np.concatenate([moment - start[running], np.zeros(len(waiting), np.int64)])
    drawn = _runs(
        history,
        known=known,
        elapsed=elapsed,
        ended=np.flatnonzero(end <= moment),
        runs=runs,
        random=random,
    )
    limits = np.maximum(history.limit[known] - elapsed, 1)
    # What runs begins in second 0, and the moment is second 1.
    drawn[:, : len(running)] += 1
    limits[: len(running)] += 1
    shape = _shape(history, number, moment)
    place = len(running) + np.searchsorted(waiting, asked)
    waits = np.empty((runs, len(asked)))
    for turn in range(runs):
        later = _later(shape, pool, random) if shape else None
        # What runs comes first and fits; then the line as it stands; then what is to come.
        submit = [np.zeros(len(running), np.int64), np.ones(len(waiting), np.int64)]
        columns = [
            [*submit, *([2 + later["submit_s"]] if later else [])],
            [drawn[turn], *([later["run_s"]] if later else [])],
            [limits, *([later["limit_s"]] if later else [])],
            [jobs.slots[known], *([later["slots"]] if later else [])],
        ]
        made = [np.concatenate(column).astype(np.int64) for column in columns]
        flat, _ = flat_jobs(submit=made[0], run=made[1], estimate=made[2], slots=made[3], pool=pool)
        waits[turn] = np.maximum(0, simulate(flat, pool=pool, policy=policy)[place] - 1)
    low, median, high = np.percentile(waits, (10, 50, 90), axis=0)
    return Told(moment, low, median, high)


def _runs(  # noqa: PLR0913 -- the facts of one forecast, by name
    history: History,
    *,
    known: Column,
    elapsed: Column,
    ended: Column,
    runs: int,
    random: np.random.Generator,
) -> Column:
    """Seconds that are left of each job, for each run.

    A run draws from one stretch of the past, since weeks of long and of short jobs come whole:
    drawn from all of it, the lengths of many jobs would even out, and no run would be unlike
    others.
    """
    ended = ended[np.argsort(history.end[ended], kind="stable")][-_RECENT_MAX:]
    every_unit = history.unit
    measure = history.jobs.run[ended] / every_unit[ended]
    user = history.user[ended]
    everybody = np.sort(measure)
    whose = history.user[known]
    unit = every_unit[known]
    mine = {one: np.flatnonzero(user == one) for one in np.unique(whose).tolist()}
    left = np.empty((runs, len(known)), dtype=np.int64)
    for turn in range(runs):
        stretches: dict[int, Numbers] = {}
        for who, rows in mine.items():
            own = measure[rows] if len(rows) >= _OWN_MIN else measure
            length = max(_OWN_MIN, len(own) // _STRETCHES)
            first = int(random.integers(0, max(1, len(own) - length + 1)))
            stretches[who] = np.sort(own[first : first + length])
        chance = random.random(len(known))
        for who, stretch in stretches.items():
            # What waits has run nothing yet.
            rows = np.flatnonzero(whose == who)
            picked = stretch[(chance[rows] * len(stretch)).astype(np.int64)] * unit[rows]
            left[turn, rows] = np.maximum(1, picked.astype(np.int64))
        for place in np.flatnonzero(elapsed).tolist():
            choices = (stretches[int(whose[place])], everybody)
            left[turn, place] = _left(choices, unit[place], int(elapsed[place]), chance[place])
    return left


def _left(choices: tuple[Numbers, ...], unit: int, beyond: int, chance: float) -> int:
    """What is left of a job that has run so long; if none ran longer, up to as long again."""
    for measures in choices:
        first = int(np.searchsorted(measures, beyond / unit, side="right"))
        if first < len(measures):
            picked = measures[first + int(chance * (len(measures) - first))]
            return max(1, int(picked * unit) - beyond)
    return max(1, int(beyond * chance))


def _shape(history: History, number: int, moment: int) -> Shape | None:
    """What has been submitted lately, turned so that its week begins at the moment."""
    jobs = history.jobs
    rows = np.arange(np.searchsorted(jobs.submit[:number], moment - _PAST_S), number)
    rows = rows[history.end[rows] <= moment]
    if len(rows) < _OWN_MIN:
        return None
    shape = fit(
        submit=jobs.submit[rows],
        run=jobs.run[rows],
        estimate=history.limit[rows],
        slots=jobs.slots[rows],
        user=history.user[rows],
        begins_s=(history.begins_s + int(jobs.submit[rows[0]])) % (WEEK_H * HOUR_S),
    )
    hour = (history.begins_s + moment) // HOUR_S % WEEK_H
    return replace(shape, rates=np.roll(shape.rates, -hour))


def _later(shape: Shape, pool: int, random: np.random.Generator) -> dict[str, Column] | None:
    """Jobs submitted in the days after a moment."""
    hours = _AHEAD_S // HOUR_S
    count = int(np.tile(shape.rates, 2)[:hours].sum() * shape.session_jobs.mean() * 1.5) + 5
    made = generate(shape, count=count, random=random)
    rows = (made["submit_s"] < _AHEAD_S) & (made["slots"] <= pool)
    return {name: column[rows] for name, column in made.items()} if rows.any() else None
