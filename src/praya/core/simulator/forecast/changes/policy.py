"""Changes of the policy: a weight, who may pass whom, the order of the line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from praya.core.scheduling.pool import Backfill
from praya.core.simulator.cluster.model import Order
from praya.core.simulator.forecast.changes.checking import check_between, check_known
from praya.core.simulator.forecast.question import Question, RunningJob, WaitingJob
from praya.core.simulator.forecast.refusals import WeightIdle

WEIGHTS = ("age", "fair_share", "size", "quality")
_WEIGHT_MAX = 10**6


@dataclass(frozen=True, slots=True)
class SetWeight:
    """Another weight of the priority: ``age``, ``fair_share``, ``size`` or ``quality``."""

    weight: str
    value: int

    def applied(self, question: Question) -> Question:
        """The question with the weight; the line is ordered by priority from now on.

        Raises:
            UnknownName: there is no such weight.
            WeightIdle: it is that of the quality of service, and all jobs here have the same.
            ValueOutside: it is negative, or beyond a million.

        """
        check_known("weight", self.weight, WEIGHTS)
        if self.weight == "quality" and len(_priorities(question)) <= 1:
            raise WeightIdle(weight=self.weight)
        check_between("value", self.value, 0, _WEIGHT_MAX)
        changed_one: dict[str, Any] = {self.weight: self.value}
        weights = replace(question.policy.weights, **changed_one)
        policy = replace(question.policy, weights=weights, order=Order.PRIORITY)
        return replace(question, policy=policy)


@dataclass(frozen=True, slots=True)
class SetBackfill:
    """Another rule of who may pass whom."""

    backfill: Backfill

    def applied(self, question: Question) -> Question:
        """The question with the rule."""
        return replace(question, policy=replace(question.policy, backfill=self.backfill))


@dataclass(frozen=True, slots=True)
class SetOrder:
    """Another order of the line."""

    order: Order

    def applied(self, question: Question) -> Question:
        """The question with the order."""
        return replace(question, policy=replace(question.policy, order=self.order))


def _priorities(question: Question) -> set[int]:
    """Those of the qualities of service that jobs are in; of one that names none, the first."""
    [usual, *_] = question.cluster.qualities
    priority = {one.name: one.priority for one in question.cluster.qualities} | {"": usual.priority}
    known: list[RunningJob | WaitingJob] = [*question.running, *question.waiting]
    named = {one.quality for one in known}
    for demand in question.demands:
        named.update(demand.kinds.quality or ("",))
    return {priority[name] for name in named}
