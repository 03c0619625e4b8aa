"""What awards will ask for, from the jobs of the last weeks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from itertools import pairwise
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from praya.apps.applications.rules.plans import months_touched
from praya.apps.forecasts.queries.job_rows import JobRow
from praya.apps.forecasts.queries.machines import Span
from praya.apps.forecasts.queries.work import JOBS_MIN, SAMPLES_MAX
from praya.apps.forecasts.rules import JOBS_MOST, invented_kinds, spread, told_kinds
from praya.core.metering import instant_of
from praya.core.simulator.forecast.question import Demand, JobsLike, Kinds
from praya.core.sizing import needs_of, work_from

PACE_DAYS = 28
PACE_DAYS_MIN = 7
PAUSE_S_MAX = 1_200  # as in core.simulator.generator
HOUR_S, DAY_S, WEEK_H = 3_600, 86_400, 168
SPREAD_LEAST, SPREAD_MOST, SPREAD_UNKNOWN = 10, 60, 20
Course = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Habits:
    """What of the past is taken for awards without one.

    ``past`` are jobs to be like, the latest first; leases are busy in so many thousandths.
    """

    span: Span
    past: Sequence[JobRow]
    busy_permille: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A line as a forecast looks at it: what is left of it, and when."""

    name: str
    device_model: str
    cards: int
    left_s: int
    begins_s: int
    ends_s: int
    since_s: int  # when use could begin
    node_cards: int = 1
    # The team's own plan: card-hours from a second on, until the next.
    plan: Course = ()
    # Cards and seconds of the jobs that the team told with its application.
    shape: tuple[int, int] | None = None


def shape_of(sizing: Mapping[str, Any] | None) -> tuple[int, int] | None:
    """Cards and seconds of the jobs of a sizing; of none, none."""
    work = work_from(sizing)
    if work is None:
        return None
    needs = needs_of(work)
    return needs.job_cards, needs.job_s


def planned(
    plan: Mapping[str, int] | None, first_on: date, last_on: date, zone: tzinfo, span: Span
) -> Course:
    """A plan by months, as ``2026-11``, on the scale of a forecast; empty where there is none."""
    if not plan:
        return ()
    months = [(date.fromisoformat(f"{one}-01"), one) for one in months_touched(first_on, last_on)]
    return tuple(
        (span.unbounded(instant_of(max(day, first_on), zone)), plan.get(month, 0))
        for day, month in months
    )


def demand_of(
    promise: Promise, past: Sequence[JobRow], like: Sequence[JobRow], span: Span, *, at: str
) -> Demand | None:
    """What a line will ask for until its end, be that after the forecast.

    With some weeks of use: as much a day as in the last four weeks until its end, though it gets
    no more than it has left. Without: all that is left, by the team's plan where there is one. Its
    jobs are like those it had, else as its team told with the application, else like those of
    others on the machines, else of sizes that halve from its cards at once.
    """
    begins_s, ends_s = max(promise.begins_s, span.now_s), promise.ends_s
    if ends_s <= begins_s or promise.left_s <= 0:
        return None
    whole = ends_s - begins_s
    total, spread, course = promise.left_s, SPREAD_UNKNOWN, _course(promise, begins_s)
    days = _days_of_use(promise, span)
    own = len(past) >= JOBS_MIN
    if own and days >= PACE_DAYS_MIN:
        daily = _daily(past, span.now, days)
        total = int(fmean(daily) * whole / DAY_S)
        spread, course = _spread(daily), ()
    # As much as a forecast sees of it at most, whenever a change lets it begin.
    share = total * min(whole, span.until_s - span.now_s) // whole
    if share <= 0:
        return None
    rows = list(past) if own else _alike(like, promise.cards, share)
    session_jobs, pauses = _sessions(rows)
    return Demand(
        award=promise.name,
        at=at,
        card_seconds=total,
        begins_s=begins_s,
        ends_s=ends_s,
        kinds=_kinds_of(promise, rows, share, own=own),
        rhythm=_rhythm(rows),
        session_jobs=session_jobs,
        pauses_s=pauses,
        spread_percent=spread,
        course=course,
    )


def _kinds_of(promise: Promise, rows: Sequence[JobRow], share: int, *, own: bool) -> Kinds:
    """The jobs that a line is taken to run; ``own`` says whether the rows are its own past."""
    if promise.shape and not own:
        return told_kinds(promise.shape, promise.cards, share, promise.node_cards)
    if rows:
        kinds = _kinds(rows, share, promise.node_cards)
        return replace(kinds, like=JobsLike.PAST if own else JobsLike.OTHERS)
    return invented_kinds(promise.cards, promise.left_s, promise.node_cards)


def _course(promise: Promise, begins_s: int) -> Course:
    """What is left of a line as its plan spreads it over the time to come."""
    if not promise.plan:
        return ()
    nothing = Kinds((), (), (), ())
    whole = (promise.plan[0][0], promise.ends_s)
    plan = Demand("", "", 0, *whole, nothing, course=promise.plan).within(begins_s, promise.ends_s)
    hours = plan.card_seconds if plan else 0
    if plan is None or not hours:
        return ()
    return tuple((at, promise.left_s * part // hours) for at, part in plan.course)


def leased_demand(promise: Promise, past: Sequence[JobRow], habits: Habits) -> Demand | None:
    """What a lease's jobs will ask of its cards; without a past, as others' leases were busy."""
    span = habits.span
    seconds = promise.ends_s - max(promise.begins_s, span.now_s)
    left_s = promise.cards * seconds * habits.busy_permille // 1000
    promise = replace(promise, left_s=left_s, plan=())
    return demand_of(promise, past, habits.past, span, at=promise.name)


def busy_permille(leases: Iterable[tuple[Promise, Sequence[JobRow]]], span: Span) -> int:
    """The part of leased card time that jobs held in the last weeks; of no such lease, all."""
    leased = busy = 0
    for promise, past in leases:
        days = _days_of_use(promise, span)
        if days >= PACE_DAYS_MIN:
            leased += promise.cards * days * DAY_S
            busy += sum(_daily(past, span.now, days))
    return min(1000 * busy // leased, 1000) if leased else 1000


def _days_of_use(promise: Promise, span: Span) -> int:
    return min(PACE_DAYS, (span.now_s - promise.since_s) // DAY_S)


def _alike(like: Sequence[JobRow], cards: int, share: int) -> list[JobRow]:
    """Jobs of others that fit; none where they are so small that no team would run so many."""
    rows = [row for row in like if row.cards <= cards]
    return rows if rows and share <= JOBS_MOST * _mean(rows) else []


def _mean(rows: Sequence[JobRow]) -> float:
    return fmean(row.cards * min(row.run_s, row.limit_s) for row in rows)


def _kinds(rows: Sequence[JobRow], share: int, node_cards: int) -> Kinds:
    """The jobs as they were; longer ones where there would be more than can be simulated."""
    longer = max(1, -(-share // int(JOBS_MOST * _mean(rows))))
    step = -(-len(rows) // SAMPLES_MAX)
    chosen = rows[::step]
    shapes = [spread(row.cards, node_cards, row.nodes) for row in chosen]
    return Kinds(
        nodes=tuple(nodes for nodes, _ in shapes),
        cards=tuple(each for _, each in shapes),
        run_s=tuple(min(row.run_s, row.limit_s) * longer for row in chosen),
        limit_s=tuple(row.limit_s * longer for row in chosen),
    )


def _rhythm(rows: Sequence[JobRow]) -> tuple[float, ...]:
    """A weight for each hour of the week (UTC); one job more everywhere, so that none is empty."""
    if len(rows) < JOBS_MIN:
        return ()
    weights = [1.0] * WEEK_H
    for row in rows:
        at = row.submitted_at
        weights[at.weekday() * 24 + at.hour] += 1
    return tuple(weights)


def _sessions(rows: Sequence[JobRow]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """How many jobs a session has, and the pauses inside; one without any are alone."""
    jobs, pauses = [], []
    by_member: dict[str, list[datetime]] = defaultdict(list)
    for row in rows:
        by_member[row.member].append(row.submitted_at)
    for instants in by_member.values():
        instants.sort()
        count = 1
        for before, after in pairwise(instants):
            pause = int((after - before).total_seconds())
            if pause <= PAUSE_S_MAX:
                pauses.append(pause)
                count += 1
            else:
                jobs.append(count)
                count = 1
        jobs.append(count)
    return tuple(jobs[:SAMPLES_MAX]) or (1,), tuple(pauses[:SAMPLES_MAX]) or (0,)


def _daily(past: Sequence[JobRow], now: datetime, days: int) -> list[int]:
    """Card-seconds of jobs by the day on which they ended, of the last so many days."""
    daily = [0] * days
    for row in past:
        assert row.ended_at is not None, row
        ago = int((now - row.ended_at).total_seconds()) // DAY_S
        if 0 <= ago < days:
            daily[ago] += row.cards * row.run_s
    return daily


def _spread(daily: Sequence[int]) -> int:
    """How unsure the mean of so many days is, in percent of it."""
    mean = fmean(daily)
    if not mean or len(daily) < PACE_DAYS_MIN:
        return SPREAD_UNKNOWN
    percent = round(100 * stdev(daily) / (mean * sqrt(len(daily))))
    return min(max(percent, SPREAD_LEAST), SPREAD_MOST)
