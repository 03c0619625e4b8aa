"""Run the packing study: which part of all cards a rule gives out."""

from __future__ import annotations

import numpy as np

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.packing.kernels import pack
from praya.core.simulator.packing.model import (
    CARD,
    CARDS_MAX,
    Mix,
    PackingNodes,
    PackingRule,
    Tasks,
)


def placed(nodes: PackingNodes, tasks: Tasks, rule: PackingRule, mix: Mix, *, seed: int) -> Column:
    """The node of each task, -1 where it was turned away. The seed matters to ``RANDOM`` only."""
    assert (nodes.cards <= CARDS_MAX).all(), "more cards on a node than are looked at"
    free = np.where(np.arange(CARDS_MAX) < nodes.cards[:, None], CARD, -1).astype(np.int64)
    _, kind_of = np.unique(tasks.table, axis=0, return_inverse=True)
    chosen: Column = pack(
        nodes.cpu.copy(),
        nodes.memory.copy(),
        free,
        nodes.model,
        tasks.table,
        kind_of.reshape(-1).astype(np.int64),
        mix.kinds.table,
        mix.weight,
        mix.offers,
        int(rule),
        seed,
    )
    return chosen


def given_out(nodes: PackingNodes, tasks: Tasks, chosen: Column) -> float:
    """The part of all cards that was given out."""
    return float(tasks.thousandths[chosen >= 0].sum() / nodes.thousandths)
