"""The jobs of one seed: what runs, what waits, and what each demand brings.

Each award draws from a stream of its own, named by its seed and its name, so that a change of one
award leaves the jobs of all others as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column, Jobs, Wishes
from praya.core.simulator.forecast.places import Home, places_of
from praya.core.simulator.forecast.question import Demand, Question, RunTimes
from praya.core.simulator.generator import HOUR_S, WEEK_H

# As praya.core.simulator.generator moves run times, so that no job is a copy.
_MOVED = 0.1
_PERMILLE = 1000
_KNOWN_MIN = 10  # ended jobs of a user from which their own run times are taken
_STRETCHES = 60  # as praya.core.simulator.forecast.replay


@dataclass(frozen=True, slots=True)
class Asked:
    """Jobs by the column, not yet in the order of submission; all wishes of one job are rows."""

    submit: Column
    award: Column
    quality: Column
    first: Column  # row of the first wish of each job, and one more
    pool: Column
    nodes: Column
    cards: Column
    run: Column
    limit: Column
    unfit: int = 0  # left out, since they fit on none of their places


@dataclass(frozen=True, slots=True)
class Workload:
    """The jobs of a seed; ``rows`` are the positions of running, then of waiting jobs.

    ``since`` is when those were submitted; in ``jobs`` none was before second 0. ``unfit`` jobs
    were asked for and fit nowhere, so that they are not among them.
    """

    jobs: Jobs
    rows: Column
    since: Column
    asked: Column  # card seconds, by award
    unfit: int = 0


def workload(question: Question, seed: int) -> Workload:
    """The jobs of one seed of a question; the same every time."""
    places = places_of(question)
    awards = {one.name: number for number, one in enumerate(question.cluster.awards)}
    known = _known_jobs(question, places, awards, seed)
    turns: dict[str, int] = {}
    parts = [known]
    for demand in question.demands:
        turn = turns[demand.award] = turns.get(demand.award, -1) + 1
        random = np.random.default_rng([seed, crc32(demand.award.encode()), turn])
        inside = demand.within(question.now_s, question.until_s)
        if inside is not None:
            parts.append(_demanded(question, places, awards, inside, random))
    asked = _joined(parts)
    order = np.argsort(asked.submit, kind="stable")
    jobs = _in_order(asked, order)
    rows = np.empty(len(order), dtype=np.int64)
    rows[order] = np.arange(len(order))
    first = jobs.wish_first[:-1]
    wishes = jobs.wishes
    spent = wishes.cards[first] * wishes.nodes[first] * wishes.run[first]
    by_award = np.bincount(jobs.award, weights=spent, minlength=len(awards)).astype(np.int64)
    return Workload(jobs, rows[: len(known.submit)], known.submit, by_award, asked.unfit)


def _homes(places: dict[str, list[Home]], names: Sequence[str]) -> list[Home]:
    """All pools that a wish and what would do as well stand for, each once, the dearest first."""
    return list(dict.fromkeys(home for name in names for home in places[name]))


def _known_jobs(
    question: Question, places: dict[str, list[Home]], awards: dict[str, int], seed: int
) -> Asked:
    """What runs, then what waits; their true lengths are drawn."""
    lengths = _Lengths(question.run_times, np.random.default_rng([seed, 0]))
    parts = []
    for job in question.running:
        elapsed = question.now_s - job.begun_s
        run = lengths.drawn(job.user, job.limit_s, beyond=elapsed)
        parts.append(
            _asked(
                [
                    home
                    for home in places[job.pool]
                    if question.cluster.pools[home.pool] == job.pool
                ],
                submit=np.array([job.begun_s]),
                award=awards[job.award],
                shape=_shape(question, len(job.on), job.cards, run, job.limit_s, job.quality),
                is_told_there=True,
            )
        )
    for wait in question.waiting:
        run = lengths.drawn(wait.user, wait.limit_s)
        parts.append(
            _asked(
                _homes(places, (wait.at, *wait.instead)),
                submit=np.array([wait.submit_s]),
                award=awards[wait.award],
                shape=_shape(question, wait.nodes, wait.cards, run, wait.limit_s, wait.quality),
            )
        )
    known = _joined(parts)
    assert len(known.submit) == len(parts), "what runs and waits must fit on the machine"
    return known


def _shape(question: Question, *told: int | str) -> Column:
    """The columns of ``_asked`` for one job; its quality is told by its name."""
    *numbers, quality = told
    return np.array([[*numbers, *_qualities(question, (str(quality),))]], dtype=np.int64)


def _qualities(question: Question, names: Sequence[str]) -> list[int]:
    """The numbers of qualities of service; one without a name is the first."""
    known = {one.name: number for number, one in enumerate(question.cluster.qualities)}
    return [known[name] if name else 0 for name in names]


class _Lengths:
    """True lengths of jobs that are known, in one run.

    It draws from one stretch of each user's past, since weeks of long and of short jobs come whole:
    drawn from all of it, the lengths of many jobs would even out, and no run be unlike others.
    """

    def __init__(self, run_times: Sequence[RunTimes], random: np.random.Generator) -> None:
        self.random = random
        self.known = {one.user: np.array(one.permille, dtype=np.int64) for one in run_times}
        self.everybody = np.sort(self.known.get("", np.zeros(0, dtype=np.int64)))
        self.stretches: dict[str, Column] = {}

    def drawn(self, user: str, limit_s: int, *, beyond: int = 0) -> int:
        """A job's seconds, longer than ``beyond``, as the user's jobs ran of their limits.

        Where none of a stretch ran so long, everybody's count; where nobody's did, any second of
        what the limit leaves is as likely.
        """
        for permille in (self._stretch(user), self.everybody):
            runs = np.maximum(1, permille * limit_s // _PERMILLE)
            longer = runs[np.searchsorted(runs, beyond, side="right") :]
            if len(longer):
                return int(longer[self.random.integers(len(longer))])
        return int(self.random.integers(beyond + 1, max(limit_s, beyond + 1) + 1))

    def _stretch(self, user: str) -> Column:
        """Ended jobs side by side, the shortest first; of everybody where too few are known."""
        if len(self.known.get(user, ())) < _KNOWN_MIN:
            user = ""
        if user not in self.stretches:
            known = self.known.get(user, self.everybody)
            length = max(_KNOWN_MIN, len(known) // _STRETCHES)
            first = int(self.random.integers(max(1, len(known) - length + 1)))
            self.stretches[user] = np.sort(known[first : first + length])
        return self.stretches[user]


def _demanded(
    question: Question,
    places: dict[str, list[Home]],
    awards: dict[str, int],
    demand: Demand,
    random: np.random.Generator,
) -> Asked:
    """The jobs that a demand brings, which lies within the forecast."""
    kinds = np.stack(
        [
            np.array(column, dtype=np.int64)
            for column in (
                demand.kinds.nodes,
                demand.kinds.cards,
                demand.kinds.run_s,
                demand.kinds.limit_s,
                _qualities(question, demand.kinds.quality or [""] * len(demand.kinds.nodes)),
            )
        ],
        axis=1,
    )
    amount = demand.card_seconds * _factor(demand.spread_percent, random)
    mean = float((kinds[:, 0] * kinds[:, 1] * kinds[:, 2]).mean())
    some = int(amount / mean * 1.3) + 50
    row = random.integers(0, len(kinds), some)
    shape = kinds[row]
    moved = np.exp(random.normal(0, _MOVED, some))
    shape[:, 2] = np.maximum(1, np.rint(shape[:, 2] * moved))
    shape[:, 3] = np.maximum(shape[:, 3], shape[:, 2])
    spent = np.cumsum(shape[:, 0] * shape[:, 1] * shape[:, 2])
    count = int(np.searchsorted(spent, amount, side="right"))
    return _asked(
        _homes(places, (demand.at, *demand.instead)),
        submit=_submissions(question, demand, count, random),
        award=awards[demand.award],
        shape=shape[:count],
    )


def _factor(spread_percent: int, random: np.random.Generator) -> float:
    """A factor with the mean 1 and this standard deviation, never negative."""
    variance = np.log1p((spread_percent / 100) ** 2)
    return float(np.exp(random.normal(-variance / 2, np.sqrt(variance))))


def _submissions(
    question: Question, demand: Demand, count: int, random: np.random.Generator
) -> Column:
    """When so many jobs are submitted: sessions begin by the rhythm, pauses lie between jobs."""
    if count == 0:
        return np.zeros(0, dtype=np.int64)
    lengths = np.array(demand.session_jobs, dtype=np.int64)
    sessions = int(count / lengths.mean() * 1.3) + 5
    jobs = lengths[random.integers(0, len(lengths), sessions)]
    while int(jobs.sum()) < count:
        jobs = np.concatenate([jobs, lengths[random.integers(0, len(lengths), sessions)]])
    jobs = jobs[: int(np.searchsorted(np.cumsum(jobs), count)) + 1]
    begins = _beginnings(question, demand, len(jobs), random)
    pauses = np.array(demand.pauses_s, dtype=np.int64)
    steps = pauses[random.integers(0, len(pauses), int(jobs.sum()))]
    heads = np.cumsum(jobs) - jobs
    steps[heads] = 0
    since = np.cumsum(steps)
    submit = np.repeat(begins, jobs) + since - np.repeat(since[heads], jobs)
    inside: Column = np.minimum(submit[:count], demand.ends_s - 1)
    return inside


def _beginnings(
    question: Question, demand: Demand, number: int, random: np.random.Generator
) -> Column:
    """Points of the rhythm's intensity between the begin and the end of a demand."""
    span = demand.ends_s - demand.begins_s
    if not demand.rhythm and not demand.course:
        return demand.begins_s + random.integers(0, span, number)
    monday = ((question.zero_on.toordinal() - 1) % 7) * 24
    first, last = demand.begins_s // HOUR_S, (demand.ends_s - 1) // HOUR_S
    hours = np.arange(first, last + 1)
    edges = np.clip(np.append(hours, last + 1) * HOUR_S, demand.begins_s, demand.ends_s)
    weight = np.diff(edges) * _pace(demand, edges[:-1])
    if demand.rhythm:
        weight *= np.array(demand.rhythm)[(hours + monday) % WEEK_H]
    upto = np.cumsum(weight)
    at = random.random(number) * upto[-1]
    hour = np.minimum(np.searchsorted(upto, at, side="right"), len(hours) - 1)
    begins: Column = edges[hour] + (random.random(number) * np.diff(edges)[hour]).astype(np.int64)
    return begins


def _pace(demand: Demand, at: Column) -> NDArray[np.float64]:
    """What a demand's course asks for in a second, at some instants; without a course, one."""
    if not demand.course:
        return np.ones(len(at))
    begins, amounts = np.array(demand.course).T
    lengths = np.diff(np.append(begins, demand.ends_s))
    piece = np.maximum(np.searchsorted(begins, at, side="right") - 1, 0)
    paces: NDArray[np.float64] = (amounts / np.maximum(lengths, 1))[piece]
    return paces


def _asked(
    homes: list[Home], *, submit: Column, award: int, shape: Column, is_told_there: bool = False
) -> Asked:
    """Jobs with a wish for each home they fit on; seconds are those of the home.

    ``shape`` has the columns nodes, cards, run, limit and quality; seconds are told at speed 100
    unless there already.
    """
    nodes, cards = shape[:, 0], shape[:, 1]
    fits: NDArray[np.bool_] = np.stack([one.with_cards(cards) >= nodes for one in homes], axis=1)
    able = fits.any(axis=1)
    unfit = int((~able).sum())
    fits, submit, shape = fits[able], submit[able], shape[able]
    job, place = np.nonzero(fits)
    pools = np.array([one.pool for one in homes], dtype=np.int64)
    speeds = np.array([one.speed_percent for one in homes], dtype=np.int64)
    speed = 100 if is_told_there else speeds[place]
    return Asked(
        submit=submit,
        award=np.full(len(submit), award, dtype=np.int64),
        quality=shape[:, 4],
        first=np.concatenate([[0], np.cumsum(fits.sum(axis=1))]).astype(np.int64),
        pool=pools[place],
        nodes=shape[job, 0],
        cards=shape[job, 1],
        run=-(-shape[job, 2] * 100 // speed),
        limit=-(-shape[job, 3] * 100 // speed),
        unfit=unfit,
    )


def _joined(parts: list[Asked]) -> Asked:
    def column(name: str) -> Column:
        values = [getattr(part, name) for part in parts]
        return np.concatenate([np.zeros(0, dtype=np.int64), *values])

    rows = np.cumsum([0, *(part.first[-1] for part in parts)])
    first = [part.first[:-1] + row for part, row in zip(parts, rows, strict=False)]
    return Asked(
        submit=column("submit"),
        award=column("award"),
        quality=column("quality"),
        first=np.concatenate([*first, rows[-1:]]).astype(np.int64),
        pool=column("pool"),
        nodes=column("nodes"),
        cards=column("cards"),
        run=column("run"),
        limit=column("limit"),
        unfit=sum(part.unfit for part in parts),
    )


def _in_order(asked: Asked, order: Column) -> Jobs:
    number = len(order)
    counts = np.diff(asked.first)[order]
    wish_first = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    row = np.repeat(asked.first[:-1][order] - wish_first[:-1], counts) + np.arange(wish_first[-1])
    nothing = np.zeros(len(row), dtype=np.int64)
    wishes = Wishes(
        pool=asked.pool[row],
        nodes=asked.nodes[row],
        cards=asked.cards[row],
        cpus=nothing,
        memory=nothing,
        run=asked.run[row],
        limit=asked.limit[row],
        fails=nothing,
    )
    none = np.zeros(number, dtype=np.int64)
    return Jobs(
        submit=np.maximum(asked.submit[order], 0),
        award=asked.award[order],
        quality=asked.quality[order],
        requeues=none,
        array=np.full(number, -1, dtype=np.int64),
        array_most=none,
        wish_first=wish_first,
        wishes=wishes,
        after_first=np.zeros(number + 1, dtype=np.int64),
        after=np.zeros(0, dtype=np.int64),
    )
