"""Whether a Slurm is set up so that limits hold there, and what to write where it is not.

Slurm looks for each limit in the class of service of the partition, then in that of the job, then
in the accounts, and stops at the first that has one. So a class that a job under an award could
have, and that has a limit of a kind that Praya sets, makes Praya's count for nothing.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from praya.core.execution.discovery import UNTYPED, SettingCheck, Weight
from praya.engines.slurm.amounts import CARDS
from praya.engines.slurm.command import (
    Programs,
    number_of,
    own_user,
    rows_of,
    rows_of_accounts,
)
from praya.engines.slurm.discovering import configuration, parts, qualities_of_partitions
from praya.engines.slurm.settings import Settings

_ENFORCED = ("associations", "limits", "qos", "safe")
_UNACCOUNTED = "nojobs"  # beside them it keeps jobs out of the accounts, so nothing is charged
_QOS_WEIGHT = "PriorityWeightQOS"
_QOS_WEIGHT_ADVISED = 10_000
_OLDEST = (22, 5)
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
_SHOULD = frozenset({"period", "backfill", "overrun", "kinds", "weight"})
_SEVERAL = 2
# Limits of a class that stand before those of an account: of cards, or of anything.
_OF_CARDS, _OF_ALL = ("GrpTRESMins", "GrpTRES"), ("GrpJobs", "GrpSubmitJobs")
_LONGEST = "MaxWall"
_MAY_ALL = frozenset({"Operator", "Administrator"})


@dataclass(frozen=True, slots=True)
class Quality:
    """A class of service: how it scales use, its limits as Slurm prints them, its priority."""

    name: str
    factor: str
    limits: Mapping[str, str]
    priority: int = 0

    @property
    def is_scaled(self) -> bool:
        """Whether use under it counts otherwise than by time."""
        return float(self.factor or 1) != 1

    def over(self, *names: str) -> dict[str, str]:
        """Those of its limits that stand before an account's, with how each is lifted."""
        return {name: self.limits[name] for name in names if self.limits.get(name)}


@dataclass(frozen=True, slots=True)
class Rights:
    """As whom Praya speaks to the cluster, and what that user may do there."""

    user: str
    level: str
    is_root: bool = False
    is_slurms: bool = False

    @property
    def is_enough(self) -> bool:
        """Whether it may set limits and see everybody's jobs, whatever ``PrivateData`` hides."""
        return self.is_root or self.is_slurms or self.level in _MAY_ALL


def check_settings(programs: Programs, settings: Settings) -> tuple[SettingCheck, ...]:
    """See ``Discovers.check_settings``."""
    config = configuration(programs)
    nodes, _ = parts(programs)
    kinds = sorted({kind for node in nodes for kind in node.cards})
    # By its own word: a cluster that is being added is not called anything here yet.
    cluster = config.get("ClusterName", settings.cluster)
    of_awards = _qualities_of_awards(programs, settings.mark, cluster)
    used = of_awards | qualities_of_partitions(programs)
    qualities = [one for one in _qualities(programs) if one.name in used]
    return (*checks_of(config, kinds, qualities), *checks_of_rights(_rights(programs, config)))


def checks_of(
    config: Mapping[str, str], kinds: Sequence[str], qualities: Sequence[Quality]
) -> tuple[SettingCheck, ...]:
    """The checks, from the settings, the GRES types and the classes that awards' jobs may have."""
    wanted = [CARDS, *(f"{CARDS}:{kind}" for kind in kinds if kind != UNTYPED)]
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
            enforced >= set(_ENFORCED) and _UNACCOUNTED not in enforced,
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
    names_kinds = len(kinds) < _SEVERAL or "lua" in _words(config.get("JobSubmitPlugins", ""))
    checks.append(_check("kinds", config, "JobSubmitPlugins", "lua", names_kinds))
    return (*checks, *_checks_of_qualities(qualities), _weight_of(qualities, config))


def _checks_of_qualities(qualities: Sequence[Quality]) -> Iterator[SettingCheck]:
    scaled = {one.name: {"UsageFactor": one.factor} for one in qualities if one.is_scaled}
    yield _of_qualities("factor", Weight.MUST, "UsageFactor", scaled, lifted="1")
    before = {one.name: one.over(*_OF_CARDS, *_OF_ALL) for one in qualities}
    yield _of_qualities("quality", Weight.MUST, "QOS", before, lifted="-1")
    longest = {one.name: one.over(_LONGEST) for one in qualities}
    yield _of_qualities("longest", Weight.SHOULD, "QOS MaxWall", longest, lifted="-1")


def _weight_of(qualities: Sequence[Quality], config: Mapping[str, str]) -> SettingCheck:
    """Whether the priorities of the classes count for anything, where one has a priority."""
    has_weight = config.get(_QOS_WEIGHT, "0") != "0" or not any(one.priority for one in qualities)
    return _check("weight", config, _QOS_WEIGHT, str(_QOS_WEIGHT_ADVISED), has_weight)


def _of_qualities(
    code: str, weight: Weight, setting: str, found: Mapping[str, Mapping[str, str]], *, lifted: str
) -> SettingCheck:
    """One check over all classes, with a line for each that has what it should not."""
    unmet = {name: values for name, values in found.items() if values}
    told = [
        f"{name}: {' '.join(f'{key}={value}' for key, value in values.items())}"
        for name, values in unmet.items()
    ]
    lines = [
        shlex.join(
            ["sacctmgr", "modify", "qos", name, "set"]
            + [f"{key}={_lifting(value, lifted)}" for key, value in values.items()]
        )
        for name, values in unmet.items()
    ]
    return SettingCheck(
        f"setting.{code}", weight, setting, "; ".join(told), "; ".join(lines), is_met=not unmet
    )


def _lifting(value: str, lifted: str) -> str:
    """What lifts a limit: for cards ``gres/gpu=-1``, kind by kind; else the value itself."""
    kinds = [part.partition("=")[0] for part in value.split(",") if "=" in part]
    return ",".join(f"{kind}={lifted}" for kind in kinds) if kinds else lifted


def checks_of_rights(rights: Rights) -> tuple[SettingCheck, ...]:
    """Whether Praya's user may do what it has to, and no more than that."""
    line = f"sacctmgr add user {rights.user} account=root adminlevel=operator"
    found = f"{rights.user}: {rights.level or 'None'}"
    has_less = not (rights.is_root or rights.is_slurms or rights.level == "Administrator")
    return (
        SettingCheck(
            "setting.level", Weight.MUST, "AdminLevel", found, line, is_met=rights.is_enough
        ),
        SettingCheck("setting.user", Weight.SHOULD, "User", found, line, is_met=has_less),
    )


def _rights(programs: Programs, config: Mapping[str, str]) -> Rights:
    user = own_user()
    text = programs.read("sacctmgr", "-nP", "show", "user", f"name={user}", "format=adminlevel")
    levels = [row[0] for row in rows_of(text, 1, program="sacctmgr")]
    runs_slurm = config.get("SlurmUser", "").partition("(")[0]
    return Rights(
        user, levels[0] if levels else "", is_root=os.geteuid() == 0, is_slurms=user == runs_slurm
    )


def _qualities(programs: Programs) -> list[Quality]:
    names = (*_OF_CARDS, *_OF_ALL, _LONGEST)
    columns = f"format=name,usagefactor,priority,{','.join(names)}"
    text = programs.read("sacctmgr", "-nP", "show", "qos", columns)
    found = []
    for name, factor, priority, *values in rows_of(text, 3 + len(names), program="sacctmgr"):
        limits = dict(zip(names, values, strict=True))
        limits |= {key: _of_cards(limits[key]) for key in _OF_CARDS}
        rank = number_of(priority or "0", program="sacctmgr")
        found.append(Quality(name, factor, limits, rank))
    return found


def _of_cards(tres: str) -> str:
    """The part of a limit that is about cards."""
    return ",".join(part for part in tres.split(",") if part.startswith(CARDS))


def _qualities_of_awards(programs: Programs, mark: str, cluster: str) -> set[str]:
    """The classes that a job under an award could have: its account's, and what all have."""
    owners = programs.read("sacctmgr", "-nP", "show", "account", "format=account,organization")
    rows = rows_of_accounts(owners, 2)
    ours = {"root", *(name for name, owner in rows if owner == mark)}
    where = (f"cluster={cluster}", "WOPInfo", "format=account,qos")
    text = programs.read("sacctmgr", "-nP", "show", "assoc", *where)
    found = rows_of_accounts(text, 2)
    of_ours = [names for account, names in found if account in ours]
    return {name.lstrip("+-") for names in of_ours for name in names.split(",")}


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
