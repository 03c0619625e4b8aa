"""What a simulation says: when and where each job ran, and how the machines stood over time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column, Jobs
from praya.core.simulator.cluster.model import State


@dataclass(frozen=True, slots=True)
class Outcome:
    """Columns of the jobs, and of the segments: one for each time a job ran.

    ``start`` is the first start and ``end`` the last end, -1 where there was none; ``state`` holds
    ``State``. A segment that still runs has the end -1. Segment ``i`` ran on the nodes
    ``place[segment_place[i]:segment_place[i + 1]]`` of its pool, numbered from its first.
    """

    start: Column
    end: Column
    state: Column
    attempts: Column
    segment_job: Column
    segment_wish: Column
    segment_begin: Column
    segment_end: Column
    segment_how: Column
    segment_place: Column
    place: Column
    now: int
    passes: int

    def wait(self, jobs: Jobs) -> Column:
        """Seconds from submission to the first start; -1 for jobs that never started."""
        return np.where(self.start < 0, -1, self.start - jobs.submit)

    def cards(self, jobs: Jobs) -> Column:
        """The cards each segment held."""
        return (jobs.wishes.cards * jobs.wishes.nodes)[self.segment_wish]

    def ends_by(self, until: int) -> Column:
        """When each segment ended, those that still run taken as running until then."""
        return np.where(self.segment_end < 0, until, self.segment_end)

    def used(self, jobs: Jobs, groups: Column, number: int, until: int) -> Column:
        """Card seconds by a group of each segment (its pool, its award, ...)."""
        seconds = self.ends_by(until) - self.segment_begin
        used = np.zeros(number, dtype=np.int64)
        np.add.at(used, groups, seconds * self.cards(jobs))
        return used

    def held(self, jobs: Jobs, edges: Column, mask: NDArray[np.bool_] | None = None) -> Column:
        """Card seconds held between each edge and the next: a series, for all or some segments."""
        end = np.minimum(self.ends_by(int(edges[-1])), edges[-1])
        chosen = slice(None) if mask is None else mask
        cards = self.cards(jobs)[chosen]
        return _integral(end[chosen], cards, edges) * -1 + _integral(
            self.segment_begin[chosen], cards, edges
        )

    def waiting(self, jobs: Jobs, edges: Column) -> Column:
        """Job seconds waited between each edge and the next, before the first start."""
        until = np.where(self.start >= 0, self.start, np.where(self.end >= 0, self.end, edges[-1]))
        ones = np.ones(len(jobs), dtype=np.int64)
        until = np.maximum(until, jobs.submit)
        return _integral(jobs.submit, ones, edges) - _integral(until, ones, edges)

    def count(self, state: State) -> int:
        """How many jobs stand so."""
        return int(np.count_nonzero(self.state == state))


def _integral(at: Column, weight: Column, edges: Column) -> Column:
    """For each span between edges the seconds after ``at`` in it, by weight."""
    order = np.argsort(at, kind="stable")
    sorted_at, sorted_weight = at[order], weight[order]
    weights = np.concatenate([[0], np.cumsum(sorted_weight)])
    moments = np.concatenate([[0], np.cumsum(sorted_weight * sorted_at)])
    place = np.searchsorted(sorted_at, edges, side="right")
    integral: Column = np.diff(edges * weights[place] - moments[place])
    return integral
