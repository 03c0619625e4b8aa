"""By what rules jobs on a forecast's machines are started, and which of them go first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from praya.apps.enforcement.models import Link
from praya.apps.forecasts.queries.machines import Machines
from praya.apps.forecasts.rules import policy_from
from praya.core.execution.discovery import LineSeen
from praya.core.simulator.cluster.model import Policy, Quality
from praya.core.simulator.forecast.question import Question

# The class of service of whoever has none: Slurm's own.
_USUAL = "normal"


def policy_on(machines: Machines, links: Sequence[Link]) -> tuple[Policy, str]:
    """The rules of the cluster with the most cards, and its code.

    A cluster of Praya's own serves in order of submission, EASY; so is one taken whose settings
    were not read yet. A forecast has one line, so the rules of smaller clusters are left out.
    """
    cards: Counter[str] = Counter()
    for one in machines.partitions:
        cards[one.name.partition("/")[0]] += one.nodes * one.cards
    [(code, _)] = cards.most_common(1)
    link = next((one for one in links if one.cluster.code == code), None)
    if link is None or link.line is None:
        return Policy(), code
    return policy_from(LineSeen(**link.line)), code


def qualities_on(code: str, links: Sequence[Link]) -> tuple[Quality, ...]:
    """The classes of service of a cluster with their priorities, the usual one first."""
    found: dict[str, int] = {_USUAL: 0}
    for link in links:
        if link.cluster.code == code:
            found |= dict(sorted(link.qualities.items()))
    return tuple(Quality(name, priority) for name, priority in found.items())


def in_classes(question: Question, classes: Mapping[str, str]) -> Question:
    """The question with the jobs of each award in its class of service, told by the award's name.

    A class that the cluster has not is the usual one: an award cannot be held in it there.
    """
    known = {one.name for one in question.cluster.qualities}
    classes = {award: name for award, name in classes.items() if name in known}
    if not classes:
        return question
    demands = [
        replace(one, kinds=replace(one.kinds, quality=(name,) * len(one.kinds.nodes)))
        if (name := classes.get(one.award))
        else one
        for one in question.demands
    ]
    return replace(
        question,
        demands=tuple(demands),
        running=tuple(
            replace(one, quality=classes.get(one.award, one.quality)) for one in question.running
        ),
        waiting=tuple(
            replace(one, quality=classes.get(one.award, one.quality)) for one in question.waiting
        ),
    )
