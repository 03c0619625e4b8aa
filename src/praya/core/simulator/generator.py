"""A workload like another: what is kept of a trace, and jobs made from that.

Fitted are, one by one,

- the rhythm: how many *sessions* begin in each hour of the week. A session is what one user submits
  with no pause above twenty minutes: its length in jobs and the pauses inside;
- the user of a session, by each user's share of sessions;
- a user's kinds of job: a job is drawn from that user's own (slots, run, estimate) triples, so that
  sizes, lengths and over-estimation keep belonging together; the run and the estimate are then
  moved by one factor near 1, so that no job is a copy.

What is not fitted: trends over months, and that people answer to a full machine by submitting less.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from praya.core.refusal import Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Column = NDArray[np.int64]

HOUR_S = 3_600
WEEK_H = 168
# As Zilber, Gil and Feitelson found for parallel machines (JSSPP 2005).
PAUSE_S_MAX = 1_200
_MOVED = 0.1
# Two thousand years; sessions are drawn hour by hour.
WEEKS_MAX = 100_000


class SpanTooLong(Refusal):
    """The jobs would come over more ``weeks`` than are drawn, ``most``."""

    code = "trace.span_too_long"


@dataclass(frozen=True, slots=True)
class Shape:
    """What is kept of a trace; columns of jobs and sessions are samples, drawn with equal odds.

    ``begins_s`` is the second of the week (from Monday midnight, in the trace's own clock) at which
    the trace begins; ``rates`` are sessions an hour for each hour of the week.
    """

    span_s: int
    begins_s: int
    rates: NDArray[np.float64]
    session_user: Column
    session_jobs: Column
    pauses: Column
    job_user: Column
    job_slots: Column
    job_run: Column
    job_estimate: Column


def fit(  # noqa: PLR0913 -- the columns of jobs
    *, submit: Column, run: Column, estimate: Column, slots: Column, user: Column, begins_s: int
) -> Shape:
    """What is kept of jobs in the order of submission; users are numbers from 0."""
    assert len(submit), "there is nothing to keep of nothing"
    by_user = np.lexsort((submit, user))
    when, who = submit[by_user], user[by_user]
    is_first = np.ones(len(when), bool)
    is_first[1:] = (who[1:] != who[:-1]) | (when[1:] - when[:-1] > PAUSE_S_MAX)
    firsts = np.flatnonzero(is_first)
    jobs = np.diff(np.append(firsts, len(when)))
    span = int(submit[-1] - submit[0]) + 1
    return Shape(
        span_s=span,
        begins_s=begins_s,
        rates=_rates(when[firsts] - submit[0], span, begins_s),
        session_user=who[firsts],
        session_jobs=jobs,
        pauses=np.diff(when)[~is_first[1:]],
        job_user=who,
        job_slots=slots[by_user],
        job_run=run[by_user],
        job_estimate=estimate[by_user],
    )


def _rates(starts: Column, span: int, begins_s: int) -> NDArray[np.float64]:
    begun = np.bincount((starts + begins_s) // HOUR_S % WEEK_H, minlength=WEEK_H)
    seen = _hours_seen(span, begins_s)
    # An hour of the week that a short trace never saw is like the mean of those it did.
    mean = begun.sum() / seen.sum()
    return np.where(seen > 0, begun / np.maximum(seen, 1e-9), mean)


def _hours_seen(span: int, begins_s: int) -> NDArray[np.float64]:
    """How often a span goes through each hour of the week."""
    weeks, rest = divmod(span, WEEK_H * HOUR_S)
    first, last = begins_s // HOUR_S, (begins_s + rest) // HOUR_S
    hours = np.arange(first, last + 1)
    edges = np.clip(np.append(hours, last + 1) * HOUR_S, begins_s, begins_s + rest)
    parts = np.diff(edges) / HOUR_S
    seen = np.bincount(hours % WEEK_H, weights=parts, minlength=WEEK_H)
    return seen.astype(np.float64) + weeks


def generate(
    shape: Shape, *, count: int, random: np.random.Generator, load: float = 1.0
) -> dict[str, Column]:
    """So many jobs in the order of submission, which counts from a Monday's midnight.

    They come ``load`` times as fast as in the trace.

    Raises:
        SpanTooLong: so many jobs, so seldom, would take longer than can be drawn.

    """
    users, firsts, jobs = _sessions(shape, count, random, load)
    pauses = shape.pauses if len(shape.pauses) else np.zeros(1, np.int64)
    steps = random.choice(pauses, int(jobs.sum()))
    heads = np.concatenate([[0], np.cumsum(jobs)[:-1]])
    steps[heads] = 0
    since = np.cumsum(steps)
    submit = np.repeat(firsts, jobs) + since - np.repeat(since[heads], jobs)
    user = np.repeat(users, jobs)
    order = np.argsort(submit, kind="stable")[:count]
    submit, user = submit[order], user[order]
    row = _rows_of(shape, user, random)
    factor = np.exp(random.normal(0, _MOVED, count))
    run = np.maximum(1, np.rint(shape.job_run[row] * factor)).astype(np.int64)
    # People ask for round limits: what was asked stays, unless the job has become longer.
    estimate = np.where(shape.job_estimate[row] > 0, np.maximum(shape.job_estimate[row], run), 0)
    return {
        "submit_s": submit,
        "run_s": run,
        "limit_s": estimate,
        "slots": shape.job_slots[row],
        "user": user,
    }


def _sessions(
    shape: Shape, count: int, random: np.random.Generator, load: float
) -> tuple[Column, Column, Column]:
    """Users, first submissions and jobs of enough sessions, week after week."""
    an_hour = shape.rates * load
    weeks = 1 + int(1.2 * count / (shape.session_jobs.mean() * an_hour.sum()))
    while True:
        if weeks > WEEKS_MAX:
            raise SpanTooLong(weeks=weeks, most=WEEKS_MAX)
        begun = random.poisson(np.tile(an_hour, weeks))
        drawn = random.integers(0, len(shape.session_user), int(begun.sum()))
        # The last week's sessions are cut off by the count, so some more must be there.
        if shape.session_jobs[drawn].sum() >= 1.1 * count:
            break
        weeks *= 2
    hours = np.repeat(np.arange(len(begun)), begun)
    firsts = hours * HOUR_S + random.integers(0, HOUR_S, len(hours))
    return shape.session_user[drawn], firsts, shape.session_jobs[drawn]


def _rows_of(shape: Shape, user: Column, random: np.random.Generator) -> Column:
    """For each user one of that user's jobs; they stand together, in the order of users."""
    first = np.searchsorted(shape.job_user, user, side="left")
    last = np.searchsorted(shape.job_user, user, side="right")
    return first + (random.random(len(user)) * (last - first)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Closeness:
    """How far a made workload is from its trace: 0 is the same, 1 has nothing in common.

    For numbers it is the largest distance of the two distributions (Kolmogorov and Smirnov's); for
    the hours of the week and the users' shares, half the sum of differences of shares.
    """

    run: float
    slots: float
    overestimation: float
    gaps: float
    hours_of_week: float
    users: float
    jobs_per_hour: tuple[float, float]
    slot_seconds_per_hour: tuple[float, float]


def closeness(
    trace: dict[str, Column], made: dict[str, Column], *, begins_s: int, made_begins_s: int = 0
) -> Closeness:
    """Compare two workloads; both in the order of submission."""
    pair = (trace, made)
    return Closeness(
        run=_distance(*(one["run_s"] for one in pair)),
        slots=_distance(*(one["slots"] for one in pair)),
        overestimation=_distance(*(_overestimation(one) for one in pair)),
        gaps=_distance(*(np.diff(one["submit_s"]) for one in pair)),
        hours_of_week=_difference(
            (trace["submit_s"] + begins_s) // HOUR_S % WEEK_H,
            (made["submit_s"] + made_begins_s) // HOUR_S % WEEK_H,
        ),
        users=_difference(trace["user"], made["user"]),
        jobs_per_hour=(_per_hour(trace, None), _per_hour(made, None)),
        slot_seconds_per_hour=(_per_hour(trace, "slots"), _per_hour(made, "slots")),
    )


def _overestimation(jobs: dict[str, Column]) -> NDArray[np.float64]:
    return np.maximum(jobs["limit_s"], jobs["run_s"]) / np.maximum(jobs["run_s"], 1)


def _distance(one: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    if len(one) == 0 or len(other) == 0:
        return 0.0 if len(one) == len(other) else 1.0
    values = np.unique(np.concatenate([one, other]))
    shares = [
        np.searchsorted(np.sort(column), values, side="right") / len(column)
        for column in (one, other)
    ]
    return float(np.abs(shares[0] - shares[1]).max())


def _difference(one: Column, other: Column) -> float:
    size = int(max(one.max(), other.max())) + 1
    shares = [np.bincount(column, minlength=size) / len(column) for column in (one, other)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _per_hour(jobs: dict[str, Column], weight: str | None) -> float:
    span = (int(jobs["submit_s"][-1] - jobs["submit_s"][0]) + 1) / HOUR_S
    if weight is None:
        return len(jobs["submit_s"]) / span
    return float(np.dot(jobs[weight].astype(np.float64), jobs["run_s"])) / span
