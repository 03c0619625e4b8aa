"""Nodes, tasks and rules of the packing study.

Cards are counted in thousandths, for a task may ask for a part of one card. A task asks for CPU,
memory and either a part of one card or some whole cards, of any of a set of device models (a bit
for each). Nothing ends: what is measured is how much of the cards is given out in the end.

**Fragmentation gradient descent** (Weng et al., "Beware of Fragmentation", USENIX ATC 2023): with a
mix of kinds of tasks, the fragments of a node are what is free of its cards times the part of the
mix that could not use it: all of it for a kind that fits nowhere on the node, and for a kind that
fits, what is free on cards with less than it asks of one. A task goes where it adds the fewest, as
a whole number from 0 to 100: ``floor(100 / (1 + exp(added cards)))``, higher is better, and among
equals the first node. The rounding matters: without it, a fifth of a card decides too much.

**Look ahead** is ours. It plays on: rows of tasks are drawn from the mix, and each row is offered
to the node alone, which takes whatever still fits. What stays free of its cards, on average over
the rows, is what the node stands to lose; a task goes where it adds least to that. A fragment that
few tasks could use counts little as long as some of those to come will, cores too few for the cards
that are left count at once, and no rounding is needed. How many rows and how long they are was
chosen on other orders of arrival (seeds 100 to 102) than those that are reported.

The others, in whole points from 0 to 100, higher is better, among equals the first node:

* best fit: the least CPU and cards left, each by the largest node;
* dot product: ``100 * (1 - product / 2)`` of what is free and what is asked, CPU and cards each by
  the largest node;
* clustering: 75 for a node that hosts only tasks like this (a part of a card, or so many whole
  ones), 50 for one that hosts these and others, 25 for one without any, 0 for one with others only,
  and up to 25 more the less of its cards is free;
* packing: 50 to 100 for a card in use, 33 to 50 for a free card of a node in use, below 33 for an
  idle node.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column

CARD = 1000
CARDS_MAX = 8
MODELS_MAX = 63  # each is a bit of a column
_DRAWS = 99  # the seed of the offers, which are the same for every study of the same tasks


class PackingRule(IntEnum):
    """The rules that are compared."""

    RANDOM = 0
    BEST_FIT = 1
    DOT_PRODUCT = 2
    CLUSTERING = 3
    PACKING = 4
    GRADIENT = 5
    LOOK_AHEAD = 6


@dataclass(frozen=True, slots=True)
class PackingNodes:
    """Nodes by the column. ``model`` is a bit, 0 for a node without cards."""

    cpu: Column
    memory: Column
    cards: Column
    model: Column

    @property
    def thousandths(self) -> int:
        """All cards there are, in thousandths."""
        return int(self.cards.sum()) * CARD


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks by the column, in the order in which they come. ``models`` 0: any device model will do.

    ``part`` is what a task takes of each of its ``cards``: 1000, or less of a single one.
    """

    cpu: Column
    memory: Column
    cards: Column
    part: Column
    models: Column

    def __len__(self) -> int:
        """How many tasks there are."""
        return len(self.cpu)

    def rows(self, order: Column) -> Tasks:
        """The tasks in another order, or some of them, or some more than once."""
        columns = (self.cpu, self.memory, self.cards, self.part, self.models)
        return Tasks(*(column[order] for column in columns))

    @property
    def table(self) -> Column:
        """One row for each task: cpu, memory, cards, part, models."""
        return np.stack([self.cpu, self.memory, self.cards, self.part, self.models], axis=1)

    @property
    def thousandths(self) -> Column:
        """What each asks for in thousandths of a card."""
        return self.cards * self.part


def inflated(tasks: Tasks, nodes: PackingNodes, factor: float, seed: int) -> Tasks:
    """The tasks by chance in another order, some again, until they ask for ``factor`` of all."""
    chance = np.random.default_rng(seed)
    asked, wanted = int(tasks.thousandths.sum()), factor * nodes.thousandths
    order = list(range(len(tasks)))
    while asked < wanted:
        drawn = int(chance.integers(len(tasks)))
        order.append(drawn)
        asked += int(tasks.thousandths[drawn])
    return tasks.rows(chance.permutation(np.array(order, dtype=np.int64)))


@dataclass(frozen=True, slots=True)
class Mix:
    """The kinds of tasks that ask for cards, and the part of each; memory is left aside.

    ``offers`` are rows of whole tasks of all kinds, by chance as they come: rows, tasks, columns.
    """

    kinds: Tasks
    weight: NDArray[np.float64]
    offers: Column


def mix_of(tasks: Tasks, *, rows: int = 32, length: int = 32) -> Mix:
    """The mix of all tasks that ask for cards, the most frequent kind first, and what may come."""
    table = np.stack([tasks.cpu, tasks.cards, tasks.part, tasks.models], axis=1)
    kinds, counts = np.unique(table[tasks.cards > 0], axis=0, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    cpu, cards, part, models = (np.ascontiguousarray(kinds[order, one]) for one in range(4))
    weight = counts[order] / counts.sum()
    drawn = np.random.default_rng(_DRAWS).integers(len(tasks), size=(rows, length))
    return Mix(Tasks(cpu, np.zeros_like(cpu), cards, part, models), weight, tasks.table[drawn])
