"""The nodes and tasks of the Alibaba GPU 2023 trace ("openb"), and how well rules do on them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from tests.core.simulator.shared_data import shared_file

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.packing.model import (
    PackingNodes,
    PackingRule,
    Tasks,
    inflated,
    mix_of,
)
from praya.core.simulator.packing.study import given_out, placed
from praya.traces.packing import read_lists

# Weng et al., USENIX ATC 2023, mean of ten seeds: plain, and with a third of the tasks choosy.
PUBLISHED = {
    ("default", PackingRule.RANDOM): 87.47,
    ("default", PackingRule.DOT_PRODUCT): 90.85,
    ("default", PackingRule.CLUSTERING): 91.88,
    ("default", PackingRule.PACKING): 92.00,
    ("default", PackingRule.BEST_FIT): 93.08,
    ("default", PackingRule.GRADIENT): 95.39,
    ("gpuspec33", PackingRule.RANDOM): 86.46,
    ("gpuspec33", PackingRule.DOT_PRODUCT): 89.14,
    ("gpuspec33", PackingRule.CLUSTERING): 92.12,
    ("gpuspec33", PackingRule.PACKING): 93.22,
    ("gpuspec33", PackingRule.BEST_FIT): 93.09,
    ("gpuspec33", PackingRule.GRADIENT): 94.55,
}
# These rules say nothing of tasks without cards, which decide by a point: on the first node with
# room they give out a point less than published, on the fullest a point more.
OTHERWISE_ON_CORES = {PackingRule.CLUSTERING, PackingRule.PACKING}


def column(values: Iterable[int]) -> Column:
    return np.array(list(values), dtype=np.int64)


def openb(pods: str) -> tuple[PackingNodes, Tasks]:
    """The nodes with cards, and the tasks of one of the lists."""
    nodes = shared_file("openb/openb_node_list_gpu_node.csv")
    tasks = shared_file(f"openb/openb_pod_list_{pods}.csv")
    return read_lists(nodes, tasks)[:2]


def given_out_on_openb(pods: str, rule: PackingRule, seeds: Iterable[int]) -> list[float]:
    """Per cent of the cards given out for each seed, of tasks that ask for 130 % of them."""
    nodes, tasks = openb(pods)
    mix = mix_of(tasks)
    shares = []
    for seed in seeds:
        wave = inflated(tasks, nodes, 1.3, seed)
        shares.append(100 * given_out(nodes, wave, placed(nodes, wave, rule, mix, seed=seed)))
    return shares
