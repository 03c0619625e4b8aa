"""What of the machine is there and in service, by the day and at sampled moments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from praya.core.scheduling.profile import ALWAYS, NEVER
from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.cluster.model import Window
from praya.core.simulator.cluster.nodes import pool_nodes
from praya.core.simulator.forecast.question import DAY_S, Question


def edges_of(question: Question) -> Column:
    """The days of a forecast: its first second, each midnight after it, and its end."""
    first = question.now_s // DAY_S + 1
    last = -(-question.until_s // DAY_S)
    midnights = np.arange(first, last, dtype=np.int64) * DAY_S
    return np.concatenate([[question.now_s], midnights, [question.until_s]]).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Machine:
    """Card seconds of each partition (rows) on each day: there at all, and in service."""

    installed: Column
    in_service: Column


def machine_of(question: Question, edges: Column) -> Machine:
    """A window without a beginning is a node that has yet to come, one without an end is one gone.

    Both take from what is installed; any other window takes from what is in service only.
    """
    absent = [one for one in question.cluster.windows if _is_absence(one)]
    return Machine(
        installed=_open(question, edges, absent),
        in_service=_open(question, edges, list(question.cluster.windows)),
    )


def _is_absence(window: Window) -> bool:
    return window.begins_at <= ALWAYS or window.ends_at >= NEVER


def _open(question: Question, edges: Column, windows: list[Window]) -> Column:
    rows = []
    for partition in question.cluster.partitions:
        closed = np.zeros(len(edges) - 1, dtype=np.int64)
        for node in range(partition.nodes):
            spans = [
                (one.begins_at, one.ends_at)
                for one in windows
                if one.partition == partition.name
                and one.first_node <= node < one.first_node + one.nodes
            ]
            for begin, end in _merged(spans):
                low, high = max(begin, int(edges[0])), min(end, int(edges[-1]))
                if low < high:
                    cut = np.clip(edges, low, high)
                    closed += np.diff(cut)
        rows.append((partition.nodes * np.diff(edges) - closed) * partition.cards)
    return np.stack(rows)


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same seconds as spans that do not touch.

    >>> _merged([(5, 9), (0, 3), (2, 6)])
    [(0, 9)]
    """
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


@dataclass(frozen=True, slots=True)
class Moments:
    """Sampled moments, and the cards in service on each node (columns) at each (rows)."""

    at: Column
    cards: Column
    pool: Column  # of each node
    first_node: Column  # of each pool, and one more


MOMENTS_MAX = 1000
_STEP_S_MIN = 3_600


def moments_of(question: Question) -> Moments:
    """At most a thousand moments, evenly from the beginning, no closer than an hour."""
    span = question.until_s - question.now_s
    step = max(-(-span // MOMENTS_MAX), min(_STEP_S_MIN, span))
    at = np.arange(question.now_s, question.until_s, step, dtype=np.int64)
    nodes = pool_nodes(question.cluster)
    whole = np.array([one.cards for one in nodes], dtype=np.int32)
    cards = np.repeat(whole[None, :], len(at), axis=0)
    for number, node in enumerate(nodes):
        for closing in node.closings:
            first, last = np.searchsorted(at, [closing.begins_at, closing.ends_at])
            cards[first:last, number] -= closing.cards
    pool = np.array([one.pool for one in nodes], dtype=np.int64)
    first_node = np.searchsorted(pool, np.arange(len(question.cluster.pools) + 1))
    return Moments(at, np.maximum(cards, 0), pool, first_node)
