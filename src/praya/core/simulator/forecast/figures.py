"""One run, from a seed to its figures: plain lists and numbers, fit to be kept as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column, Jobs
from praya.core.simulator.cluster.outcome import Outcome
from praya.core.simulator.cluster.simulate import Simulation
from praya.core.simulator.forecast.answer import CURVE_PERCENT, SIZES, Run, WaitsBy
from praya.core.simulator.forecast.machine import edges_of, moments_of
from praya.core.simulator.forecast.question import Question
from praya.core.simulator.forecast.workload import Workload, workload
from praya.core.simulator.metrics import BOUND_S

_SHARES = np.array([50, 90, *CURVE_PERCENT]) / 100


def run(question: Question, seed: int) -> Run:
    """Simulate one seed, and measure it."""
    work = workload(question, seed)
    outcome = simulated(question, work, seed)
    edges = edges_of(question)
    seen = _Seen(question, work, outcome, edges)
    known = len(question.running)
    start = outcome.start[work.rows[known:]]
    return {
        "jobs": len(work.jobs),
        "asked": work.asked.tolist(),
        "unfit": work.unfit,
        **_held(seen),
        "waits": _waits(seen),
        "slowdown": _slowdown(seen),
        "fragmentation": _fragmentation(seen),
        "starts": start.tolist(),
    }


def simulated(question: Question, work: Workload, seed: int) -> Outcome:
    """What the machines do with a seed's jobs from now on."""
    simulation = Simulation(question.cluster, work.jobs, question.policy, seed=seed)
    # What waits was submitted earlier and keeps its age, but nothing starts before now.
    rows = simulation.tables.job
    count = len(work.jobs)
    rows["eligible"][:count] = np.maximum(rows["eligible"][:count], question.now_s)
    age = simulation.state.job["eligible"]
    submit = work.jobs.submit[work.rows]
    age[work.rows] = np.where(age[work.rows] == submit, work.since, age[work.rows])
    rows["arrivals"][:count] = np.argsort(rows["eligible"][:count], kind="stable")
    for job, row in zip(question.running, work.rows, strict=False):
        simulation.put_running(int(row), job.begun_s, job.on)
    simulation.advance(until=question.until_s)
    return simulation.outcome()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What every figure looks at."""

    question: Question
    work: Workload
    outcome: Outcome
    edges: Column

    @property
    def jobs(self) -> Jobs:
        return self.work.jobs

    @property
    def is_new(self) -> NDArray[np.bool_]:
        """Which jobs are submitted from now on."""
        new = np.ones(len(self.jobs), dtype=np.bool_)
        new[self.work.rows] = False
        return new


def _held(seen: _Seen) -> Run:
    """Card seconds by the day, of each award and each pool; and each award's before now."""
    outcome, jobs, question = seen.outcome, seen.jobs, seen.question
    begin, end = outcome.segment_begin, outcome.ends_by(question.until_s)
    cards = outcome.cards(jobs)
    award = jobs.award[outcome.segment_job]
    pool = jobs.wishes.pool[outcome.segment_wish]
    awards, pools = len(question.cluster.awards), len(question.cluster.pools)
    early = np.maximum(0, question.now_s - begin) * cards
    return {
        "before": np.bincount(award, weights=early, minlength=awards).astype(np.int64).tolist(),
        "by_award": _by_day(begin, end, cards, award, awards, seen.edges).tolist(),
        "by_pool": _by_day(begin, end, cards, pool, pools, seen.edges).tolist(),
    }


def _by_day(  # noqa: PLR0913, PLR0917 -- columns of segments
    begin: Column, end: Column, cards: Column, group: Column, groups: int, edges: Column
) -> Column:
    """Card seconds of each group (rows) between the edges (columns), without sorting anything.

    What is held from a second on counts from there to the end of its day, and whole days later.
    """
    days = len(edges) - 1
    total = np.zeros((groups, days))
    lengths = np.diff(edges)
    for at, sign in ((begin, 1), (end, -1)):
        clipped = np.clip(at, edges[0], edges[-1])
        day = np.minimum(np.searchsorted(edges, clipped, side="right") - 1, days - 1)
        key = group * days + day
        rest = (edges[day + 1] - clipped) * cards
        total += sign * np.bincount(key, rest, groups * days).reshape(groups, days)
        weight = np.bincount(key, cards, groups * days).reshape(groups, days)
        total += sign * (np.cumsum(weight, axis=1) - weight) * lengths
    return np.rint(total).astype(np.int64)


def _waits(seen: _Seen) -> list[list[Any]]:
    """For each group that has jobs: what it is, its jobs, and what ``_wait`` tells of them."""
    outcome, jobs = seen.outcome, seen.jobs
    row = np.flatnonzero(seen.is_new)
    wait = outcome.wait(jobs)[row]
    order = np.argsort(wait, kind="stable")
    row, wait = row[order], wait[order]
    found: list[list[Any]] = []
    for by, codes, names in _groupings(seen, row):
        grouped = np.argsort(codes, kind="stable")
        values = wait[grouped]
        bounds = np.searchsorted(codes[grouped], np.arange(len(names) + 1))
        for number, name in enumerate(names):
            told = values[bounds[number] : bounds[number + 1]]
            if len(told):
                found.append([by.value, name, *_wait(told)])
    return found


def _wait(ordered: Column) -> list[Any]:
    """Jobs, unserved, and of waits in order mean, median, 90th percentile and curve; -1: never."""
    never = int(np.searchsorted(ordered, 0))
    known = ordered[never:]
    if not len(known):
        return [len(ordered), never, None, None, None, None]
    median, p90, *curve = _at(known, _SHARES)
    return [len(ordered), never, float(known.mean()), median, p90, [round(one) for one in curve]]


def _at(ordered: Column, shares: NDArray[np.float64]) -> list[float]:
    """Percentiles of values in order: between the two next to each, in proportion."""
    place = shares * (len(ordered) - 1)
    low = place.astype(np.int64)
    high = np.minimum(low + 1, len(ordered) - 1)
    found: list[float] = (ordered[low] + (place - low) * (ordered[high] - ordered[low])).tolist()
    return found


def _groupings(seen: _Seen, row: Column) -> list[tuple[WaitsBy, Column, list[str]]]:
    jobs, question = seen.jobs, seen.question
    cluster = question.cluster
    wish = jobs.wish_first[:-1][row]
    award = jobs.award[row]
    size = np.searchsorted(
        [most for most, _ in SIZES], jobs.wishes.cards[wish] * jobs.wishes.nodes[wish]
    )
    homes = {one.name: one.device_model for one in cluster.partitions}
    of_pool = [*homes.values(), *(homes[one.partition] for one in cluster.leases)]
    models = list(dict.fromkeys(of_pool))
    pool_model = np.array([models.index(one) for one in of_pool])
    kinds = {one.award: one.organisation_kind for one in question.standings}
    of_award = [kinds.get(one.name, "") for one in cluster.awards]
    names = list(dict.fromkeys(of_award))
    award_kind = np.array([names.index(one) for one in of_award])
    small = np.int16  # sorted by radix, which is quick
    return [
        (WaitsBy.ALL, np.zeros(len(row), small), [""]),
        (WaitsBy.SIZE, size.astype(small), [name for _, name in SIZES]),
        (WaitsBy.DEVICE_MODEL, pool_model[_pool_of(seen, row, wish)].astype(small), models),
        (WaitsBy.AWARD, award.astype(small), [one.name for one in cluster.awards]),
        (WaitsBy.ORGANISATION_KIND, award_kind[award].astype(small), names),
    ]


def _pool_of(seen: _Seen, row: Column, wish: Column) -> Column:
    """The pool in which each job began; where it never did, that of its first wish."""
    first = np.full(len(seen.jobs), -1, dtype=np.int64)
    first[seen.outcome.segment_job[::-1]] = seen.outcome.segment_wish[::-1]
    began = first[row]
    return seen.jobs.wishes.pool[np.where(began < 0, wish, began)]


def _slowdown(seen: _Seen) -> list[float | None]:
    """The mean bounded slowdown of each award's jobs that come from now on and start."""
    jobs, outcome, number = seen.jobs, seen.outcome, len(seen.question.cluster.awards)
    began = seen.is_new & (outcome.start >= 0)
    run = jobs.wishes.run[jobs.wish_first[:-1]]
    wait = outcome.start - jobs.submit
    slowdown = np.maximum((wait + run) / np.maximum(run, BOUND_S), 1.0)[began]
    award = jobs.award[began]
    counts = np.bincount(award, minlength=number)
    sums = np.bincount(award, slowdown, number)
    return [
        float(total / count) if count else None for total, count in zip(sums, counts, strict=True)
    ]


def _fragmentation(seen: _Seen) -> float | None:
    """Cards free on nodes partly held while a job waits for their pool, of those in service.

    Nodes of one card are never partly held: where there are no others, it says nothing.
    """
    if all(one.cards == 1 for one in seen.question.cluster.partitions):
        return None
    moments = moments_of(seen.question)
    jobs, outcome = seen.jobs, seen.outcome
    at, (samples, nodes) = moments.at, moments.cards.shape
    places = np.diff(outcome.segment_place)
    first, last = (
        np.searchsorted(at, column)
        for column in (outcome.segment_begin, outcome.ends_by(seen.question.until_s))
    )
    is_seen = first < last
    counts = places[is_seen]
    pool = jobs.wishes.pool[outcome.segment_wish]
    base = np.repeat(outcome.segment_place[:-1][is_seen] - np.cumsum(counts) + counts, counts)
    place = outcome.place[base + np.arange(int(counts.sum()))]
    node = place + np.repeat(moments.first_node[pool[is_seen]], counts)
    cards = np.repeat(jobs.wishes.cards[outcome.segment_wish][is_seen], counts)
    held = _standing(
        np.repeat(first[is_seen], counts), np.repeat(last[is_seen], counts), cards, node,
        samples, nodes,
    )  # fmt: skip
    free = np.maximum(moments.cards - held, 0)
    began = np.where(
        outcome.start >= 0, outcome.start, np.where(outcome.end >= 0, outcome.end, at[-1] + 1)
    )
    submit = np.maximum(jobs.submit, seen.question.now_s)
    begin, end = np.searchsorted(at, submit), np.searchsorted(at, np.maximum(began, submit))
    mine = jobs.wishes.pool[jobs.wish_first[:-1]]
    ones = np.ones(len(jobs), dtype=np.int64)
    pools = len(seen.question.cluster.pools)
    waiting = _standing(begin, end, ones, mine, samples, pools) > 0
    lost = free * (held > 0) * waiting[:, moments.pool]
    return float(lost.sum() / max(1, int(moments.cards.sum())))


def _standing(  # noqa: PLR0913, PLR0917 -- as above
    first: Column, last: Column, weight: Column, group: Column, samples: int, groups: int
) -> Column:
    """How much of each group (columns) stands at each moment (rows)."""
    size = (samples + 1) * groups
    change = np.bincount(first * groups + group, weight, size)
    change -= np.bincount(last * groups + group, weight, size)
    return np.cumsum(change.reshape(samples + 1, groups), axis=0)[:-1]
