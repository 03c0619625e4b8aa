"""What a log of ended jobs says of those to come: kinds, rhythm, sessions, and lengths."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from praya.core.simulator.cluster.jobs import Column
from praya.core.simulator.forecast.question import Demand, Kinds, Question, RunTimes
from praya.core.simulator.generator import Shape

KINDS_MAX = 2_000
_TIMES_MAX = 500
_PERMILLE = 1_000


@dataclass(frozen=True, slots=True)
class Past:
    """The shape of a log (``generator.fit``), and what its users' jobs ran of their limits."""

    shape: Shape
    run_times: tuple[RunTimes, ...]


def past_of(shape: Shape, users: dict[int, str] | None = None) -> Past:
    """What is kept of a log's shape; ``users`` names its numbers, else their names are unknown."""
    ratio = shape.job_run * _PERMILLE // np.maximum(shape.job_estimate, 1)
    known = shape.job_estimate > 0
    # The log's shape tells no times: everybody's jobs are mixed, each user's are in their order.
    mixed = np.random.default_rng(0).permutation(ratio[known])
    times = [RunTimes("", _sample(mixed))] if known.any() else []
    for number, name in sorted((users or {}).items()):
        mine = known & (shape.job_user == number)
        if mine.any():
            times.append(RunTimes(name, _sample(ratio[mine])))
    return Past(shape, tuple(times))


def _sample(values: Column) -> tuple[int, ...]:
    """So many of them, evenly from the first to the last."""
    places = np.linspace(0, len(values) - 1, min(len(values), _TIMES_MAX)).astype(np.int64)
    return tuple(values[places].tolist())


def with_past(question: Question, past: Past) -> Question:
    """The question with jobs like those of the log, wherever a demand names no kinds."""
    cards = {one.name: one.cards for one in question.cluster.partitions}
    cards |= {one.device_model: one.cards for one in reversed(question.cluster.partitions)}
    cards |= {one.name: cards[one.partition] for one in question.cluster.leases}
    demands = tuple(
        one if one.kinds.run_s else like(one, past.shape, cards[one.at]) for one in question.demands
    )
    return replace(question, demands=demands, run_times=past.run_times)


def like(demand: Demand, shape: Shape, node_cards: int) -> Demand:
    """The demand made of jobs and sessions like those of a log.

    A slot is a card. More than a node has are whole nodes; a job without limit asks for twice what
    it ran. Of a long log some thousands of jobs are kept, evenly from its users.
    """
    places = np.linspace(0, len(shape.job_run) - 1, min(len(shape.job_run), KINDS_MAX))
    row = places.astype(np.int64)
    slots, run = shape.job_slots[row], shape.job_run[row]
    estimate = shape.job_estimate[row]
    limit = np.where(estimate > 0, np.maximum(estimate, run), 2 * run)
    nodes = -(-slots // node_cards)
    kinds = Kinds(
        nodes=tuple(nodes.tolist()),
        cards=tuple(np.where(nodes > 1, node_cards, slots).tolist()),
        run_s=tuple(run.tolist()),
        limit_s=tuple(limit.tolist()),
    )
    pauses = shape.pauses[:KINDS_MAX] if len(shape.pauses) else np.zeros(1, np.int64)
    return replace(
        demand,
        kinds=kinds,
        rhythm=tuple(shape.rates.tolist()),
        session_jobs=tuple(shape.session_jobs[:KINDS_MAX].tolist()),
        pauses_s=tuple(pauses.tolist()),
    )
