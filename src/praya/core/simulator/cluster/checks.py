"""What no simulation is begun with: jobs that cannot be, or could never run."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column, Jobs
from praya.core.simulator.cluster.model import Cluster
from praya.core.simulator.cluster.nodes import pool_nodes


class JobMistake(StrEnum):
    """What is wrong with a job."""

    NEGATIVE_TIME = "negative_time"
    NO_TIME = "no_time"
    NO_CARDS = "no_cards"
    UNKNOWN_POOL = "unknown_pool"
    UNKNOWN_AWARD = "unknown_award"
    UNKNOWN_QUALITY = "unknown_quality"
    LEASE_OF_ANOTHER = "lease_of_another"
    LARGER_THAN_MACHINE = "larger_than_machine"
    FOLLOWS_ITSELF = "follows_itself"


@dataclass(frozen=True, slots=True)
class JobFault:
    """A mistake in a job, by its position."""

    job: int
    mistake: JobMistake


def job_faults(cluster: Cluster, jobs: Jobs) -> list[JobFault]:
    """Everything wrong with the jobs, in their order; each kind of mistake once for a job."""
    wishes, pools = jobs.wishes, len(cluster.pools)
    owner = np.repeat(np.arange(len(jobs)), np.diff(jobs.wish_first))
    known = (wishes.pool >= 0) & (wishes.pool < pools)
    positive = (wishes.cards > 0) & (wishes.nodes > 0)
    numbers = (wishes.cpus >= 0) & (wishes.memory >= 0) & (wishes.fails >= 0)
    by_wish: list[tuple[JobMistake, NDArray[np.bool_]]] = [
        (JobMistake.NO_TIME, (wishes.run <= 0) | (wishes.limit <= 0)),
        (JobMistake.NO_CARDS, ~(positive & numbers)),
        (JobMistake.UNKNOWN_POOL, ~known),
        (JobMistake.LEASE_OF_ANOTHER, known & ~_is_open(cluster, jobs, known, owner)),
        (JobMistake.LARGER_THAN_MACHINE, known & positive & ~_fits_empty(cluster, jobs, known)),
    ]
    by_job = [
        (JobMistake.NEGATIVE_TIME, jobs.submit < 0),
        (JobMistake.UNKNOWN_AWARD, (jobs.award < 0) | (jobs.award >= len(cluster.awards))),
        (JobMistake.UNKNOWN_QUALITY, (jobs.quality < 0) | (jobs.quality >= len(cluster.qualities))),
        (JobMistake.FOLLOWS_ITSELF, _in_a_circle(jobs)),
    ]
    found = {(int(owner[row]), mistake) for mistake, bad in by_wish for row in np.flatnonzero(bad)}
    found |= {(int(job), mistake) for mistake, bad in by_job for job in np.flatnonzero(bad)}
    return [JobFault(job, mistake) for job, mistake in sorted(found)]


def _is_open(
    cluster: Cluster, jobs: Jobs, known: NDArray[np.bool_], owner: Column
) -> NDArray[np.bool_]:
    """Whether each wish is of a partition, or of a lease of its job's own award."""
    awards = {award.name: number for number, award in enumerate(cluster.awards)}
    lessee = [awards.get(lease.award, -1) for lease in cluster.leases]
    of_pool = np.array([-1] * len(cluster.partitions) + lessee, dtype=np.int64)
    pool = np.where(known, jobs.wishes.pool, 0)
    found: NDArray[np.bool_] = of_pool[pool] == jobs.award[owner]
    return found | (pool < len(cluster.partitions))


def _fits_empty(cluster: Cluster, jobs: Jobs, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each wish fits on its pool with nothing closed and nobody else there.

    A lease may stand on parts of nodes, and a job takes as much of each of its nodes.
    """
    wishes = jobs.wishes
    room = np.zeros(len(wishes.pool), dtype=np.int64)
    pool = np.where(known, wishes.pool, -1)
    by_pool = np.argsort(pool, kind="stable")
    pool = pool[by_pool]
    alike = Counter((one.pool, one.cards, one.cpus, one.memory) for one in pool_nodes(cluster))
    for (number, cards, cpus, memory), nodes in alike.items():
        rows = by_pool[np.searchsorted(pool, number) : np.searchsorted(pool, number, "right")]
        room[rows] += nodes * (
            (wishes.cards[rows] <= cards)
            & (wishes.cpus[rows] <= cpus)
            & (wishes.memory[rows] <= memory)
        )
    fits: NDArray[np.bool_] = room >= wishes.nodes
    return fits


def _in_a_circle(jobs: Jobs) -> NDArray[np.bool_]:
    """Jobs that wait, over others, for themselves, or for a job that is not there."""
    bad = np.zeros(len(jobs), dtype=np.bool_)
    if not len(jobs.after):
        return bad
    follower = np.repeat(np.arange(len(jobs)), np.diff(jobs.after_first))
    absent = (jobs.after < 0) | (jobs.after >= len(jobs))
    bad[follower[absent]] = True
    open_links = np.bincount(follower[~absent], minlength=len(jobs))
    children: dict[int, list[int]] = {}
    for child, parent in zip(follower[~absent].tolist(), jobs.after[~absent].tolist(), strict=True):
        children.setdefault(parent, []).append(child)
    ready = np.flatnonzero(open_links == 0).tolist()
    while ready:
        for child in children.get(ready.pop(), []):
            open_links[child] -= 1
            if open_links[child] == 0:
                ready.append(child)
    return bad | (open_links > 0)
