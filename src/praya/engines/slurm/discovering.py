"""What a Slurm consists of, and how it puts in order what waits."""

from __future__ import annotations

import re
from collections.abc import Mapping

from praya.core.execution.discovery import (
    Discovered,
    LineSeen,
    NodeSeen,
    PartitionSeen,
)
from praya.engines.slurm.amounts import MINUTE_S, gres_beside, gres_of, span_s
from praya.engines.slurm.command import Programs
from praya.engines.slurm.observing import qualities

_PAIR = re.compile(r"(?:^|\s)([A-Za-z][A-Za-z:/_]*)=(\S*)")
_SETTING = re.compile(r"^([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*)$")
_REASON = re.compile(r"\sReason=(.*?)(?:\s\[[^\s\]]+@[^\s\]]+\]|$)")  # then who said it, when
DAY_S = 24 * 60 * MINUTE_S


def discover(programs: Programs) -> Discovered:
    """See ``Discovers.discover``."""
    config = configuration(programs)
    nodes, partitions = parts(programs)
    kinds = {kind for node in nodes for kind in node.cards}
    return Discovered(
        name=config.get("ClusterName", ""),
        version=config.get("SLURM_VERSION", ""),
        partitions=partitions,
        nodes=nodes,
        kinds=tuple(sorted(kinds)),
        qualities=qualities(programs),
        line=line_of(config),
    )


def line_of(config: Mapping[str, str]) -> LineSeen:
    """The order of the line from the settings; what is not there has Slurm's own default."""

    def span(name: str, usual: int) -> int:
        found = span_s(config.get(name, ""))
        return usual if found is None else found

    return LineSeen(
        passes=config.get("SchedulerType", "sched/backfill") == "sched/backfill",
        by_priority=config.get("PriorityType", "") == "priority/multifactor",
        age=int(config.get("PriorityWeightAge", "0")),
        fair_share=int(config.get("PriorityWeightFairShare", "0")),
        size=int(config.get("PriorityWeightJobSize", "0")),
        quality=int(config.get("PriorityWeightQOS", "0")),
        favour_small=config.get("PriorityFavorSmall", "").lower() in {"yes", "1"},
        age_s_max=span("PriorityMaxAge", 7 * DAY_S),
        half_life_s=span("PriorityDecayHalfLife", 7 * DAY_S),
        every_s=span("PriorityCalcPeriod", 5 * MINUTE_S),
    )


def parts(programs: Programs) -> tuple[tuple[NodeSeen, ...], tuple[PartitionSeen, ...]]:
    """The machines, and the parts that they are in."""
    nodes = tuple(_node(line) for line in _records(programs, "node"))
    by_name = {node.name: node for node in nodes}
    partitions = tuple(_partition(line, by_name) for line in _records(programs, "partition"))
    return nodes, partitions


def configuration(programs: Programs) -> dict[str, str]:
    """The controller's settings as it runs with them, which may differ from the file."""
    found = {}
    for line in programs.read("scontrol", "show", "config").splitlines():
        match = _SETTING.match(line)
        if match:
            found[match.group(1)] = match.group(2).strip()
    return found


def qualities_of_partitions(programs: Programs) -> set[str]:
    """The classes of service that partitions have of their own."""
    lines = _records(programs, "partition")
    return {dict(_PAIR.findall(line)).get("QoS", "N/A") for line in lines} - {"N/A"}


def _records(programs: Programs, kind: str) -> list[str]:
    """One line for each partition or node; "No nodes in the system" is none."""
    text = programs.read("scontrol", "-o", "-a", "show", kind)
    return [line for line in text.splitlines() if "Name=" in line]


def _node(line: str) -> NodeSeen:
    pairs = dict(reversed(_PAIR.findall(line)))  # what an operator wrote comes last
    reason, gres = _REASON.search(line), pairs.get("Gres", "")
    return NodeSeen(
        name=pairs.get("NodeName", ""),
        cards=gres_of(gres),
        state=pairs.get("State", ""),
        reason=reason.group(1).strip() if reason else "",
        others=gres_beside(gres),
    )


def _partition(line: str, nodes: Mapping[str, NodeSeen]) -> PartitionSeen:
    pairs = dict(_PAIR.findall(line))
    names = tuple(name for name in expand(pairs.get("Nodes", "")) if name in nodes)
    cards: dict[str, int] = {}
    for name in names:
        for kind, number in nodes[name].cards.items():
            cards[kind] = cards.get(kind, 0) + number
    return PartitionSeen(
        name=pairs.get("PartitionName", ""),
        nodes=names,
        is_up=pairs.get("State") == "UP",
        is_default=pairs.get("Default") == "YES",
        longest_s=span_s(pairs.get("MaxTime", "")),
        cards=cards,
    )


def expand(text: str) -> list[str]:
    """The hosts of a list as Slurm writes it, as far as one bracket in each goes.

    >>> expand("a[01-03,07],b,c[1-2]")
    ['a01', 'a02', 'a03', 'a07', 'b', 'c1', 'c2']
    """
    found: list[str] = []
    for part in re.findall(r"(?:[^,\[]|\[[^\]]*\])+", text):
        match = re.fullmatch(r"([^\[]*)\[([^\]]*)\](.*)", part)
        if match is None:
            found.append(part)
            continue
        before, inside, after = match.groups()
        for span in inside.split(","):
            first, _, last = span.partition("-")
            for number in range(int(first), int(last or first) + 1):
                tails = expand(after) if after else [""]
                found += [f"{before}{number:0{len(first)}d}{tail}" for tail in tails]
    return [name for name in found if name != "(null)"]
