"""Who runs where in the first weeks of one run: what the picture of the schedule is made of."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from praya.core.scheduling.profile import ALWAYS
from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.figures import simulated
from praya.core.simulator.forecast.question import DAY_S, ForecastQuestion, Question
from praya.core.simulator.forecast.workload import workload

DAYS = 14
ROWS_MAX = 4_000


def schedules_of(asked: ForecastQuestion) -> dict[str, dict[str, Any]]:
    """Who runs where on each side in the first of its runs."""
    sides = {"base": asked.base, "variant": asked.variant}
    return {side: schedule_of(one, asked.seeds[0]) for side, one in sides.items() if one}


def schedule_of(question: Question, seed: int) -> dict[str, Any]:
    """The runs that begin or go on in the first two weeks, the earliest first.

    ``rows`` are award, pool, first card, last card, begin and end, one for each stretch of cards
    side by side; seconds since 1970. ``is_cut`` says that there were more than are kept.
    """
    work = workload(question, seed)
    outcome = simulated(question, work, seed)
    zero = int(question.instant(0).timestamp())
    until = min(question.now_s + DAYS * DAY_S, question.until_s)
    begins, ends = outcome.segment_begin, outcome.ends_by(question.until_s)
    shown = np.flatnonzero((begins < until) & (ends > question.now_s))
    shown = shown[np.argsort(begins[shown], kind="stable")]
    awards = [one.name for one in question.cluster.awards]
    cards = _Cards(question)
    rows: list[list[int]] = []
    for segment in shown.tolist():
        job, wish = int(outcome.segment_job[segment]), int(outcome.segment_wish[segment])
        places = slice(outcome.segment_place[segment], outcome.segment_place[segment + 1])
        pool, each = int(work.jobs.wishes.pool[wish]), int(work.jobs.wishes.cards[wish])
        begin, end = int(begins[segment]), int(ends[segment])
        taken = cards.taken(pool, outcome.place[places].tolist(), each, begin, end)
        for first, last in _stretches(taken):
            rows.append([int(work.jobs.award[job]), pool, first, last, begin + zero, end + zero])
        if len(rows) > ROWS_MAX:
            break
    return {
        "begins": question.now_s + zero,
        "ends": until + zero,
        "awards": awards,
        "pools": [
            [name, number]
            for name, number in zip(question.cluster.pools, cards.numbers, strict=True)
        ],
        "rows": rows[:ROWS_MAX],
        "is_cut": len(rows) > ROWS_MAX,
    }


class _Cards:
    """The cards of each pool, numbered node after node, and until when each is taken."""

    def __init__(self, question: Question) -> None:
        pools = range(len(question.cluster.pools))
        self.until: list[list[list[int]]] = [[] for _ in pools]
        for node in pool_nodes(question.cluster):
            self.until[node.pool].append([ALWAYS] * node.cards)
        self.first = [[0, *accumulate(len(node) for node in pool)] for pool in self.until]
        self.numbers = [first[-1] for first in self.first]

    def taken(self, pool: int, nodes: list[int], each: int, begin: int, end: int) -> list[int]:
        """Take so many cards of some nodes, the first of those that are free: their numbers."""
        found = []
        for node in sorted(nodes):
            until = self.until[pool][node]
            for card in [card for card, at in enumerate(until) if at <= begin][:each]:
                until[card] = end
                found.append(self.first[pool][node] + card)
        return found


def _stretches(cards: list[int]) -> list[tuple[int, int]]:
    """Cards side by side as first and last.

    >>> _stretches([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    found: list[tuple[int, int]] = []
    for card in cards:
        if found and card == found[-1][1] + 1:
            found[-1] = (found[-1][0], card)
        else:
            found.append((card, card))
    return found
