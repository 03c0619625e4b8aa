"""The rules of packing in plain Python, from their definitions: the measure of the kernels."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from praya.core.simulator.packing.model import CARD, Mix, PackingNodes, PackingRule, Tasks

Row = tuple[int, int, int, int, int]  # cpu, memory, cards, part, models


@dataclass(frozen=True, slots=True)
class Node:
    """What is left on a node."""

    cpu: int
    memory: int
    free: tuple[int, ...]
    model: int

    def fits(self, task: Row) -> bool:
        """Whether the task can be placed here."""
        cpu, memory, cards, part, models = task
        fitting = sum(left >= part for left in self.free)
        on_cards = cards == 0 or (fitting >= cards and (not models or bool(models & self.model)))
        return self.cpu >= cpu and self.memory >= memory and on_cards

    def ways(self, task: Row) -> list[Node]:
        """The node after each way to place the task here: a shared card may be any that fits."""
        cpu, memory, cards, part, _ = task
        rest = replace(self, cpu=self.cpu - cpu, memory=self.memory - memory)
        if cards == 1 and part < CARD:
            fitting = [card for card, left in enumerate(self.free) if left >= part]
            return [rest.without({card}, part) for card in fitting]
        whole = [card for card, left in enumerate(self.free) if left == CARD]
        return [rest.without(set(whole[:cards]), CARD)]

    def without(self, cards: set[int], part: int) -> Node:
        """The node with so much less on some cards."""
        free = tuple(left - part if card in cards else left for card, left in enumerate(self.free))
        return replace(self, free=free)


def fragments(node: Node, mix: list[tuple[Row, float]]) -> float:
    """What of a node's free cards the mix could not use, on average."""
    return sum(
        weight * sum(left for left in node.free if not node.fits(kind) or left < kind[3])
        for kind, weight in mix
    )


def badness(
    task: Row, before: Node, after: Node, mix: list[tuple[Row, float]], rule: PackingRule
) -> float:
    """How bad a way is; the least is best."""
    if rule is PackingRule.BEST_FIT:
        return after.cpu / 128_000 + sum(after.free) / 8_000
    added = fragments(after, mix) - fragments(before, mix)
    steps = -math.floor(100 / (1 + math.exp(added / CARD)))
    if rule is PackingRule.GRADIENT:
        return steps
    if task[2] == 0:
        return steps + 0.9 * after.cpu / 128_000
    return steps + 1e-6 * after.cpu / (sum(after.free) + CARD)


def placed(nodes: PackingNodes, tasks: Tasks, rule: PackingRule, mix: Mix) -> list[int]:
    """The node of each task, or -1."""
    columns = zip(nodes.cpu, nodes.memory, nodes.cards, nodes.model, strict=True)
    left = [Node(int(c), int(m), (CARD,) * int(n), int(kind)) for c, m, n, kind in columns]
    kinds = [
        (_row(row), float(weight)) for row, weight in zip(mix.kinds.table, mix.weight, strict=True)
    ]
    chosen = []
    for task in map(_row, tasks.table):
        ways = [
            (badness(task, node, after, kinds, rule), number, after)
            for number, node in enumerate(left)
            if node.fits(task)
            for after in _considered(node, task, rule)
        ]
        if not ways:
            chosen.append(-1)
            continue
        _, number, after = min(ways, key=lambda way: way[:2])
        left[number] = after
        chosen.append(number)
    return chosen


def _considered(node: Node, task: Row, rule: PackingRule) -> list[Node]:
    """The ways a rule looks at: best fit shares the fullest card on which there is room."""
    ways = node.ways(task)
    if rule is not PackingRule.BEST_FIT or len(ways) == 1:
        return ways
    fitting = [left for left in node.free if left >= task[3]]
    return [ways[fitting.index(min(fitting))]]


def _row(row: object) -> Row:
    cpu, memory, cards, part, models = (int(one) for one in row)  # type: ignore[attr-defined]  # a row
    return cpu, memory, cards, part, models
