"""The jobs of a scenario that stand in a log of their own, by the column."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column, Jobs, Wishes, column
from praya.core.simulator.cluster.model import Cluster
from praya.core.simulator.jobs import SECONDS_MAX, Dropped, RunsTooLong
from praya.core.simulator.scenario import ScenarioFile, TracePart
from praya.core.simulator.scenario_checks import Room, rooms_of


@dataclass(frozen=True, slots=True)
class Log:
    """Jobs of a log; a slot is a card. A limit of 0 is none: the run is the limit."""

    names: Sequence[str]
    submit: Column
    run: Column
    limit: Column
    slots: Column
    lines_skipped: int = 0


def jobs_of_log(
    file: ScenarioFile, part: TracePart, log: Log, cluster: Cluster
) -> tuple[Jobs, tuple[str, ...], dict[Dropped, int]]:
    """The jobs in the order of their submission, their names, and how many were left out and why.

    A job of no more cards than a node has takes them of one node, a larger one takes whole nodes;
    of a lease that stands on parts of nodes, its largest parts.

    Raises:
        RunsTooLong: with their limits they might hold more card seconds than can be counted.

    """
    rooms = rooms_of(file, part.at)
    speeds = {one.code: one.speed_percent for one in file.device_models}
    pool = np.array([cluster.pools.index(room.name) for room in rooms], dtype=np.int64)
    speed = np.array([speeds[room.device_model] for room in rooms], dtype=np.int64)
    laid = zip(*(_laid(log.slots, room) for room in rooms), strict=True)
    nodes, cards, fits = (np.stack(columns, axis=1) for columns in laid)
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


def _laid(slots: Column, room: Room) -> tuple[Column, Column, NDArray[np.bool_]]:
    """Of each job: how many nodes of a room it takes, how many cards of each, whether it can."""
    most = max(node.cards for node in room.nodes)
    nodes = np.maximum(-(-slots // most), 1)
    cards = np.where(nodes > 1, most, slots)
    there = sum(number * (cards <= node.cards) for node, number in room.nodes.items())
    return nodes, cards, nodes <= there


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
