"""Jobs by the column: what a year of work asks for, as arrays.

A job has one or more *wishes*, the dearest first: so many nodes of a pool, with so many cards, CPU
cores and memory of each, its true seconds there (``run``) and its time limit. What a job is beside
its wishes stands in columns of the jobs; the wishes of job ``j`` are rows ``wish_first[j]`` until
just before ``wish_first[j + 1]`` of the wish columns.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Wishes:
    """One row for each wish. ``fails`` is when the first attempt fails, 0: it does not."""

    pool: Column
    nodes: Column
    cards: Column
    cpus: Column
    memory: Column
    run: Column
    limit: Column
    fails: Column


@dataclass(frozen=True, slots=True)
class Jobs:
    """Jobs in the order of their submission.

    ``award`` and ``quality`` are positions in the cluster's tuples. The jobs that job ``j`` follows
    are ``after[after_first[j]:after_first[j + 1]]``. Jobs of one ``array`` (a number, -1 for none)
    run ``array_most`` at once at most (0: as many as fit).
    """

    submit: Column
    award: Column
    quality: Column
    requeues: Column
    array: Column
    array_most: Column
    wish_first: Column
    wishes: Wishes
    after_first: Column
    after: Column

    def __len__(self) -> int:
        """How many jobs there are."""
        return len(self.submit)


def column(values: ArrayLike, rows: int) -> Column:
    """A column of whole numbers; a single one stands for all rows."""
    return np.ascontiguousarray(np.broadcast_to(np.asarray(values, dtype=np.int64), rows)).copy()


def jobs_of(  # noqa: PLR0913 -- the columns of jobs, by name
    *,
    submit: ArrayLike,
    pool: ArrayLike,
    cards: ArrayLike,
    run: ArrayLike,
    limit: ArrayLike,
    nodes: ArrayLike = 1,
    cpus: ArrayLike = 0,
    memory: ArrayLike = 0,
    fails: ArrayLike = 0,
    award: ArrayLike = 0,
    quality: ArrayLike = 0,
    requeues: ArrayLike = 0,
    array: ArrayLike = -1,
    array_most: ArrayLike = 0,
) -> tuple[Jobs, Column]:
    """Jobs with one wish each, from columns in any order, and the row each job came from.

    Jobs of one second keep their order. ``cards``, ``cpus`` and ``memory`` are those of one node.
    """
    unsorted = np.asarray(submit, dtype=np.int64)
    rows = len(unsorted)
    order = np.argsort(unsorted, kind="stable").astype(np.int64)

    def sorted_column(values: ArrayLike) -> Column:
        return column(values, rows)[order]

    wishes = Wishes(
        pool=sorted_column(pool),
        nodes=sorted_column(nodes),
        cards=sorted_column(cards),
        cpus=sorted_column(cpus),
        memory=sorted_column(memory),
        run=sorted_column(run),
        limit=sorted_column(limit),
        fails=sorted_column(fails),
    )
    jobs = Jobs(
        submit=unsorted[order],
        award=sorted_column(award),
        quality=sorted_column(quality),
        requeues=sorted_column(requeues),
        array=sorted_column(array),
        array_most=sorted_column(array_most),
        wish_first=np.arange(rows + 1, dtype=np.int64),
        wishes=wishes,
        after_first=np.zeros(rows + 1, dtype=np.int64),
        after=np.zeros(0, dtype=np.int64),
    )
    return jobs, order


def with_wishes(jobs: Jobs, more: dict[int, list[dict[str, int]]]) -> Jobs:
    """The jobs with further wishes (by their columns) behind those they have."""
    names = [one.name for one in fields(Wishes)]
    rows: list[list[int]] = []
    first = [0]
    for job in range(len(jobs)):
        span = range(int(jobs.wish_first[job]), int(jobs.wish_first[job + 1]))
        rows += [[int(getattr(jobs.wishes, name)[row]) for name in names] for row in span]
        rows += [[wish.get(name, 0) for name in names] for wish in more.get(job, [])]
        first.append(len(rows))
    table = np.array(rows, dtype=np.int64).reshape(len(rows), len(names))
    columns: dict[str, Any] = {
        name: np.ascontiguousarray(table[:, position]) for position, name in enumerate(names)
    }
    return replace(jobs, wish_first=np.array(first, dtype=np.int64), wishes=Wishes(**columns))


def with_after(jobs: Jobs, after: dict[int, list[int]]) -> Jobs:
    """The jobs, each following (after-ok) those named for it."""
    lists = [after.get(job, []) for job in range(len(jobs))]
    first = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    flat = np.array([job for one in lists for job in one], dtype=np.int64)
    return replace(jobs, after_first=first, after=flat)
