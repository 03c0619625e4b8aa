"""What a Slurm consists of, and whether its settings make limits hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from praya.core.execution.discovery import (
    Discovered,
    LineSeen,
    NodeSeen,
    PartitionSeen,
    SettingCheck,
    Weight,
)
from praya.engines.slurm.amounts import CARDS, MINUTE_S, gres_of, span_s
from praya.engines.slurm.command import Programs
from praya.engines.slurm.observing import qualities

_PAIR = re.compile(r"(?:^|\s)([A-Za-z][A-Za-z:/_]*)=(\S*)")
_SETTING = re.compile(r"^([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*)$")
_REASON = re.compile(r"\sReason=(.*?)(?:\s\[|$)")
_ENFORCED = ("associations", "limits", "qos", "safe")
_OLDEST = (22, 5)
DAY_S = 24 * 60 * MINUTE_S
# Settings that must be just so: code, name, the value to write, and what scontrol prints for it.
_FIXED = (
    (
        "storage",
        "AccountingStorageType",
        "accounting_storage/slurmdbd",
        "accounting_storage/slurmdbd",
    ),
    ("select", "SelectType", "select/cons_tres", "select/cons_tres"),
    ("priority", "PriorityType", "priority/multifactor", "priority/multifactor"),
    ("decay", "PriorityDecayHalfLife", "0", "00:00:00|0"),
    ("reset", "PriorityUsageResetPeriod", "NONE", "NONE"),
    ("period", "PriorityCalcPeriod", "1", "00:01:00"),
    ("backfill", "SchedulerType", "sched/backfill", "sched/backfill"),
    ("overrun", "OverTimeLimit", "0", "0 min|0"),
)
_SHOULD = frozenset({"period", "backfill", "overrun"})


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


def check_settings(programs: Programs) -> tuple[SettingCheck, ...]:
    """See ``Discovers.check_settings``."""
    config = configuration(programs)
    kinds = sorted({kind for line in _records(programs, "node") for kind in _node(line).cards})
    factors = programs.read("sacctmgr", "-nP", "show", "qos", "format=name,usagefactor")
    scaled = [line for line in factors.splitlines() if line.rpartition("|")[2] != "1.000000"]
    return checks_of(config, kinds, scaled)


def checks_of(
    config: Mapping[str, str], kinds: list[str], scaled: list[str]
) -> tuple[SettingCheck, ...]:
    """The checks, from the settings, the GRES types and the classes whose use is scaled."""
    wanted = [CARDS, *(f"{CARDS}:{kind}" for kind in kinds)]
    enforced, tracked = (
        _words(config.get(name, ""))
        for name in ("AccountingStorageEnforce", "AccountingStorageTRES")
    )
    checks = [
        _check("version", config, "SLURM_VERSION", "", _version(config) >= _OLDEST),
        _check(
            "enforce",
            config,
            "AccountingStorageEnforce",
            ",".join(_ENFORCED),
            enforced >= set(_ENFORCED),
        ),
        _check(
            "tracked",
            config,
            "AccountingStorageTRES",
            ",".join(wanted),
            {word.lower() for word in tracked} >= {word.lower() for word in wanted},
        ),
    ]
    for code, name, value, accepted in _FIXED:
        found = config.get(name, "").upper()
        checks.append(_check(code, config, name, value, found in accepted.upper().split("|")))
    line = "sacctmgr modify qos NAME set UsageFactor=1"
    factors = ", ".join(scaled)
    factor = SettingCheck(
        "setting.factor", Weight.MUST, "UsageFactor", factors, line, is_met=not scaled
    )
    return (*checks, factor)


def _check(
    code: str,
    config: Mapping[str, str],
    name: str,
    value: str,
    is_met: bool,  # noqa: FBT001 -- the answer
) -> SettingCheck:
    line = f"{name}={value}" if value else ""
    weight = Weight.SHOULD if code in _SHOULD else Weight.MUST
    return SettingCheck(f"setting.{code}", weight, name, config.get(name, ""), line, is_met)


def _version(config: Mapping[str, str]) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", config.get("SLURM_VERSION", ""))[:2])


def _words(text: str) -> set[str]:
    return {word.strip() for word in text.split(",")}


def _records(programs: Programs, kind: str) -> list[str]:
    """One line for each partition or node; "No nodes in the system" is none."""
    text = programs.read("scontrol", "-o", "-a", "show", kind)
    return [line for line in text.splitlines() if "Name=" in line]


def _node(line: str) -> NodeSeen:
    pairs = dict(_PAIR.findall(line))
    reason = _REASON.search(line)
    return NodeSeen(
        name=pairs.get("NodeName", ""),
        cards=gres_of(pairs.get("Gres", "")),
        state=pairs.get("State", ""),
        reason=reason.group(1).strip() if reason else "",
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
