"""The rules of packing in plain Python, from their definitions: the measure of the kernels."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace

from praya.core.simulator.packing.model import (
    CARD,
    CARDS_MAX,
    Mix,
    PackingNodes,
    PackingRule,
    Tasks,
)

Row = tuple[int, int, int, int, int]  # cpu, memory, cards, part, models
CPU_MAX, PARTS_MAX = 128_000, CARDS_MAX * CARD


@dataclass(frozen=True, slots=True)
class Node:
    """What is left on a node, and how many tasks with cards it hosts, by what they asked for."""

    cpu: int
    memory: int
    free: tuple[int, ...]
    model: int
    hosts: Counter[Row]

    def fits(self, task: Row) -> bool:
        """Whether the task can be placed here."""
        cpu, memory, cards, part, models = task
        fitting = sum(left >= part for left in self.free)
        on_cards = cards == 0 or (fitting >= cards and (not models or bool(models & self.model)))
        return self.cpu >= cpu and self.memory >= memory and on_cards

    def ways(self, task: Row) -> list[Node]:
        """The node after each way to place the task here: a shared card may be any that fits."""
        cpu, memory, cards, part, _ = task
        hosts = self.hosts + Counter({_asked(task): 1} if cards else {})
        rest = replace(self, cpu=self.cpu - cpu, memory=self.memory - memory, hosts=hosts)
        if _shares(task):
            fitting = [card for card, left in enumerate(self.free) if left >= part]
            return [rest.without({card}, part) for card in fitting]
        whole = [card for card, left in enumerate(self.free) if left == CARD]
        return [rest.without(set(whole[:cards]), CARD)]

    def tightest(self, task: Row) -> Node:
        """The node after the task took the card that has the least free of those that fit."""
        ways = self.ways(task)
        if len(ways) == 1:
            return ways[0]
        fitting = [left for left in self.free if left >= task[3]]
        return ways[fitting.index(min(fitting))]

    def without(self, cards: set[int], part: int) -> Node:
        """The node with so much less on some cards."""
        free = tuple(left - part if card in cards else left for card, left in enumerate(self.free))
        return replace(self, free=free)


def _shares(task: Row) -> bool:
    return task[2] == 1 and task[3] < CARD


def _asked(task: Row) -> Row:
    """What tells a task's cluster: a part of a card, or how many whole ones."""
    return (0, 0, 0, 0, 0) if _shares(task) else (0, 0, task[2], CARD, 0)


def fragments(node: Node, mix: list[tuple[Row, float]]) -> float:
    """What of a node's free cards the mix could not use, on average."""
    return sum(
        weight * sum(left for left in node.free if not node.fits(kind) or left < kind[3])
        for kind, weight in mix
    )


def lost(node: Node, offers: list[list[Row]]) -> int:
    """What stays free of a node's cards if it takes all it can of each row of offers, summed."""
    total = 0
    for row in offers:
        left = node
        for task in row:
            if sum(left.free) and left.fits(task):
                left = left.tightest(task)
        total += sum(left.free)
    return total


@dataclass(frozen=True, slots=True)
class Judge:
    """How bad a way is by a rule; the least is best."""

    rule: PackingRule
    mix: list[tuple[Row, float]]
    offers: list[list[Row]]

    def considered(self, node: Node, task: Row) -> list[Node]:
        """The ways a rule looks at: most share the fullest card on which there is room."""
        by_card = self.rule in {PackingRule.GRADIENT, PackingRule.LOOK_AHEAD}
        return node.ways(task) if by_card else [node.tightest(task)]

    def badness(self, task: Row, before: Node, after: Node) -> float:
        """How bad it is that a task turns a node into another."""
        if self.rule is PackingRule.LOOK_AHEAD:
            return lost(after, self.offers) - lost(before, self.offers)
        if self.rule is PackingRule.GRADIENT:
            added = fragments(after, self.mix) - fragments(before, self.mix)
            return -math.floor(100 / (1 + math.exp(added / CARD)))
        if self.rule is PackingRule.BEST_FIT:
            return after.cpu / CPU_MAX + sum(after.free) / PARTS_MAX
        if self.rule is PackingRule.DOT_PRODUCT:
            asked = task[2] * task[3] / PARTS_MAX
            product = before.cpu / CPU_MAX * (task[0] / CPU_MAX)
            product += sum(before.free) / PARTS_MAX * asked
            return -math.floor(100 * (1 - product / 2))
        if not task[2]:
            return 0
        return -(_clustered if self.rule is PackingRule.CLUSTERING else _packed)(task, before)


def _clustered(task: Row, node: Node) -> int:
    mine, all_kinds = node.hosts[_asked(task)] > 0, len(node.hosts)
    band = (75 if all_kinds == 1 else 50) if mine else (25 if not all_kinds else 0)
    return band + 25 * (PARTS_MAX - sum(node.free)) // PARTS_MAX


def _packed(task: Row, node: Node) -> int:
    if all(left == CARD for left in node.free):
        return max(33 - len(node.free), len(node.free))
    used = sorted(left for left in node.free if task[3] <= left < CARD)
    if _shares(task) and used:
        return max(100 - used[0] * 100 // CARD // 10, 50)
    return max(50 - task[2], 33)


def placed(nodes: PackingNodes, tasks: Tasks, rule: PackingRule, mix: Mix) -> list[int]:
    """The node of each task, or -1."""
    columns = zip(nodes.cpu, nodes.memory, nodes.cards, nodes.model, strict=True)
    left = [
        Node(int(c), int(m), (CARD,) * int(n), int(kind), Counter()) for c, m, n, kind in columns
    ]
    kinds = [
        (_row(row), float(weight)) for row, weight in zip(mix.kinds.table, mix.weight, strict=True)
    ]
    judge = Judge(rule, kinds, [[_row(task) for task in row] for row in mix.offers])
    chosen = []
    for task in map(_row, tasks.table):
        ways = [
            (judge.badness(task, node, after), number, after)
            for number, node in enumerate(left)
            if node.fits(task)
            for after in judge.considered(node, task)
        ]
        if not ways:
            chosen.append(-1)
            continue
        _, number, after = min(ways, key=lambda way: way[:2])
        left[number] = after
        chosen.append(number)
    return chosen


def _row(row: object) -> Row:
    cpu, memory, cards, part, models = (int(one) for one in row)  # type: ignore[attr-defined]  # a row
    return cpu, memory, cards, part, models
