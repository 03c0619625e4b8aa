"""Fair share by the tree, as Slurm's Fair Tree ranks it, in plain Python.

Every place in the tree has *shares* beside its siblings and *usage*: card seconds, weighted by the
pool's billing, halved every half-life. Its *level* is (its part of the siblings' shares) / (its
part of the parent's usage), endless while nobody under the parent has used anything or it has not.
Awards are ranked from the root down: the higher level comes first, equals are told apart one step
further down. The factor of an award is the part of all awards that do not come before it, in
millionths: 1,000,000 for the best, and the same for equals.

Source: Slurm, "Fair Tree Fairshare Algorithm", https://slurm.schedmd.com/fair_tree.html. There too
the level is S/U, equals are merged, and the factor is the rank by the number of associations.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.cluster.model import Cluster

MILLION = 1_000_000


class Tree(NamedTuple):
    """The share tree. Row 0 is the root; parents come before their children.

    ``path[award]`` holds the places from below the root down to the award, then -1.
    """

    parent: Column
    part: NDArray[np.float64]
    path: NDArray[np.int64]


def tree_of(cluster: Cluster) -> Tree:
    """The tree in which the awards stand."""
    places: dict[tuple[str, ...], int] = {(): 0}
    parent, shares = [-1], [1]
    # A group and an award of one name are two places, so an award's step is marked.
    paths = [[*award.under, f"\0{award.name}"] for award in cluster.awards]
    rows = []
    for award, path in zip(cluster.awards, paths, strict=True):
        row = []
        for depth in range(1, len(path) + 1):
            steps = tuple(path[:depth])
            if steps not in places:
                places[steps] = len(parent)
                parent.append(places[steps[:-1]])
                inner = depth < len(path)
                shares.append(cluster.group_shares.get(steps, 1) if inner else award.shares)
            row.append(places[steps])
        rows.append(row)
    beside: dict[int, int] = {}
    for place, above in enumerate(parent):
        beside[above] = beside.get(above, 0) + shares[place]
    part = [shares[place] / (beside[above] or 1) for place, above in enumerate(parent)]
    depth_max = max(map(len, rows), default=1)
    table = [row + [-1] * (depth_max - len(row)) for row in rows]
    return Tree(
        np.array(parent, dtype=np.int64),
        np.array(part, dtype=np.float64),
        np.array(table, dtype=np.int64).reshape(len(rows), depth_max),
    )


def decayed(usage: float, elapsed_s: int, half_life_s: int) -> float:
    """What is left of a usage after some time."""
    return usage * math.exp(-0.6931471805599453 * elapsed_s / half_life_s)


def levels(tree: Tree, usage: list[float]) -> list[float]:
    """The level of every place, from the usage of every award."""
    used = [0.0] * len(tree.parent)
    for award, amount in enumerate(usage):
        used[0] += amount
        for place in tree.path[award]:
            if place >= 0:
                used[place] += amount
    found = [math.inf] * len(tree.parent)
    for place in range(1, len(tree.parent)):
        if used[place] > 0.0:
            found[place] = float(tree.part[place]) / (used[place] / used[tree.parent[place]])
    return found


def fair_factors(tree: Tree, usage: list[float]) -> list[int]:
    """The factor of every award, in millionths."""
    level = levels(tree, usage)
    # An award beside a group of the same level comes before what is in the group.
    keys = [tuple(-level[place] if place >= 0 else -math.inf for place in row) for row in tree.path]
    number = len(keys)
    return [(number - sum(other < key for other in keys)) * MILLION // number for key in keys]
