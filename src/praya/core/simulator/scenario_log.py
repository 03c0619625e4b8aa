"""The jobs of a scenario that stand in a log of their own, by the column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from praya.core.simulator.cluster.jobs import Column, Jobs, Wishes, column
from praya.core.simulator.cluster.model import Cluster
from praya.core.simulator.jobs import SECONDS_MAX, Dropped, RunsTooLong
from praya.core.simulator.scenario import ScenarioFile, TracePart


@dataclass(frozen=True, slots=True)
class Log:
    """Jobs of a log; a slot is a card. A limit of 0 is none: the run is the limit."""

    names: Sequence[str]
    submit: Column
    run: Column
    limit: Column
    slots: Column
    lines_skipped: int = 0


class _Place(NamedTuple):
    """A pool that the jobs may run in; ``most`` are all its cards."""

    pool: int
    nodes: int
    cards: int
    most: int
    speed_percent: int


def jobs_of_log(
    file: ScenarioFile, part: TracePart, log: Log, cluster: Cluster
) -> tuple[Jobs, tuple[str, ...], dict[Dropped, int]]:
    """The jobs in the order of their submission, their names, and how many were left out and why.

    A job of no more cards than a node has takes them of one node, a larger one takes whole nodes.

    Raises:
        RunsTooLong: with their limits they might hold more card seconds than can be counted.

    """
    places = np.array(_places(file, part.at, cluster), dtype=np.int64)
    pool, home_nodes, on_node, most, speed = places.T
    asked = log.slots[:, None]
    nodes = np.maximum(-(-asked // on_node), 1)
    cards = np.where(nodes > 1, on_node, asked)
    fits = (nodes <= home_nodes) & (nodes * cards <= most)
    ran, has_slots, fitting = log.run > 0, log.slots > 0, fits.any(axis=1)
    dropped = {
        Dropped.NO_RUN_TIME: int((~ran).sum()),
        Dropped.NO_SLOTS: int((ran & ~has_slots).sum()),
        Dropped.LARGER_THAN_POOL: int((ran & has_slots & ~fitting).sum()),
    }
    rows = np.flatnonzero(ran & has_slots & fitting)
    rows = rows[np.argsort(log.submit[rows], kind="stable")]
    # One wish for each job and each place it fits, the places in their order.
    job, place = np.nonzero(fits[rows])
    row = rows[job]
    award = [one.name for one in cluster.awards].index(part.award)
    limit = np.maximum(log.limit, log.run)
    wishes = Wishes(
        pool=pool[place],
        nodes=nodes[row, place],
        cards=cards[row, place],
        cpus=column(0, len(row)),
        memory=column(0, len(row)),
        run=-(-log.run[row] * 100 // speed[place]),
        limit=-(-limit[row] * 100 // speed[place]),
        fails=column(0, len(row)),
    )
    held = (wishes.limit.astype(np.float64) * wishes.cards * wishes.nodes).sum()
    if held + log.submit.max(initial=0) >= SECONDS_MAX:
        raise RunsTooLong(most=SECONDS_MAX)
    return (
        _jobs(log.submit[rows], np.bincount(job, minlength=len(rows)), wishes, award),
        tuple(log.names[one] for one in rows.tolist()),
        {reason: count for reason, count in dropped.items() if count},
    )


def _places(file: ScenarioFile, at: str, cluster: Cluster) -> list[_Place]:
    """The pools of a name: a partition, a lease, or every partition of a device model."""
    homes = {one.name: one for one in cluster.partitions}
    leases = {one.name: one for one in cluster.leases}
    speeds = {one.code: one.speed_percent for one in file.device_models}
    found = []
    for pool, name in enumerate(cluster.pools):
        lease = leases.get(name)
        home = homes[lease.partition if lease else name]
        if at == name or (lease is None and at == home.device_model):
            most = lease.cards if lease else home.nodes * home.cards
            speed = speeds[home.device_model]
            found.append(_Place(pool, home.nodes, home.cards, most, speed))
    return found


def _jobs(submit: Column, wishes_of: Column, wishes: Wishes, award: int) -> Jobs:
    """Jobs of one award that follow nobody, with so many wishes each."""
    rows = len(submit)
    return Jobs(
        submit=submit,
        award=column(award, rows),
        quality=column(0, rows),
        requeues=column(0, rows),
        array=column(-1, rows),
        array_most=column(0, rows),
        wish_first=np.concatenate([[0], np.cumsum(wishes_of)]),
        wishes=wishes,
        after_first=column(0, rows + 1),
        after=column(0, 0),
    )
