"""Who runs where in the first weeks of one run: what the picture of the schedule is made of."""

from __future__ import annotations

from typing import Any

import numpy as np

from praya.core.simulator.forecast.figures import simulated
from praya.core.simulator.forecast.question import DAY_S, Question
from praya.core.simulator.forecast.workload import workload

DAYS = 14
ROWS_MAX = 4_000


def schedule_of(question: Question, seed: int) -> dict[str, Any]:
    """The runs that begin or go on in the first two weeks, the earliest first.

    ``rows`` are award, pool, first node, last node, begin and end, one for each stretch of nodes
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
    rows: list[list[int]] = []
    for segment in shown.tolist():
        job, wish = int(outcome.segment_job[segment]), int(outcome.segment_wish[segment])
        places = slice(outcome.segment_place[segment], outcome.segment_place[segment + 1])
        for first, last in _stretches(sorted(outcome.place[places].tolist())):
            pool = int(work.jobs.wishes.pool[wish])
            begin, end = int(begins[segment]) + zero, int(ends[segment]) + zero
            rows.append([int(work.jobs.award[job]), pool, first, last, begin, end])
        if len(rows) > ROWS_MAX:
            break
    return {
        "begins": question.now_s + zero,
        "ends": until + zero,
        "awards": awards,
        "pools": [[name, nodes] for name, nodes in _pools(question)],
        "rows": rows[:ROWS_MAX],
        "is_cut": len(rows) > ROWS_MAX,
    }


def _pools(question: Question) -> list[tuple[str, int]]:
    cluster = question.cluster
    return [(one.name, one.nodes) for one in cluster.partitions] + [
        (one.name, one.cards) for one in cluster.leases
    ]


def _stretches(nodes: list[int]) -> list[tuple[int, int]]:
    """Nodes side by side as first and last.

    >>> _stretches([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    found: list[tuple[int, int]] = []
    for node in nodes:
        if found and node == found[-1][1] + 1:
            found[-1] = (found[-1][0], node)
        else:
            found.append((node, node))
    return found
