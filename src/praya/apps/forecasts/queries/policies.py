"""By what rules jobs on a forecast's machines are started."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from praya.apps.enforcement.models import Link
from praya.apps.forecasts.queries.machines import Machines
from praya.apps.forecasts.rules import policy_from
from praya.core.execution.discovery import LineSeen
from praya.core.simulator.cluster.model import Policy


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
