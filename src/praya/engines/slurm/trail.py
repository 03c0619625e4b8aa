"""Slurm's own trail of changes of accounts: who changed what of whose, and which step undoes it.

Its lines name associations by number and columns of its database. So a change of a limit is told
from one of members, and an account from another whose name begins alike. A move below another
account leaves no line in 22.05.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from praya.core.execution.limits import ForeignChange, StepKind
from praya.engines.slurm.command import Programs, rows_of_accounts
from praya.engines.slurm.settings import Settings

_GATES = (StepKind.CLOSE, StepKind.OPEN, StepKind.BLOCK_MEMBER, StepKind.UNBLOCK_MEMBER)
_BY_COLUMN = {
    "grp_tres_mins": (StepKind.SET_LIMIT,),
    "grp_tres": (StepKind.SET_CARDS,),
    "max_wall_pj": (StepKind.SET_LONGEST,),
    "qos": (StepKind.SET_QUALITY,),
    "delta_qos": (StepKind.SET_QUALITY,),
    "def_qos_id": (StepKind.SET_QUALITY,),
    "grp_jobs": _GATES,
    "grp_submit_jobs": _GATES,
    "max_jobs": _GATES[2:],
    "max_submit_jobs": _GATES[2:],
}
_BY_ACTION = {
    "Add Associations": (StepKind.REMOVE_MEMBER, StepKind.BLOCK_MEMBER),
    "Remove Associations": (StepKind.ADD_MEMBER, StepKind.ADD_ACCOUNT, StepKind.ADD_PROGRAMME),
    "Remove Users": (StepKind.ADD_MEMBER,),
    "Remove Accounts": (StepKind.ADD_MEMBER, StepKind.ADD_ACCOUNT, StepKind.ADD_PROGRAMME),
}
_OF_ALL = frozenset({"Remove Users", "Remove Accounts"})
_ROOT = "root"
# Bars part the columns, and stand between several associations too; values may hold anything.
_LINE = re.compile(r"(\d+)\|([^|]*)\|([^|]*)\|(\(.*?\)|[^|]*)\|(.*)")
_NUMBER = re.compile(r"\bid_assoc=(\d+)")
_COLUMN = re.compile(r"(?:^|, )([a-z_]+) ?=")
_ADDED = re.compile(r"\bacct='([^']*)'.*?\buser='([^']*)'")
_NAMED = re.compile(r"name='([^']*)'")

Place = tuple[str | None, str | None]
Line = tuple[str | Any, ...]


def foreign_changes(
    programs: Programs, settings: Settings, *, since: int, own: str
) -> tuple[ForeignChange, ...]:
    """See ``Enforces.foreign_changes``: the latest first, within a second too.

    Numbers of associations begin anew on each cluster, so only this one's lines are read, and
    those about users and accounts that went from all clusters. As root others work too: where
    Praya is root nothing is left out, and the last change of a place is seldom Praya's own, since
    that would have made no difference.
    """
    own = "" if own == _ROOT else own
    lines = _lines(programs, since, f"clusters={settings.cluster}")
    lines += [line for line in _lines(programs, since) if line[2] in _OF_ALL and line not in lines]
    lines.sort(key=lambda line: int(line[0]))
    if all(actor == own for _, actor, *_ in lines):
        return ()
    numbered = _associations(programs, settings) | _added(lines)
    return tuple(_change(line, numbered) for line in reversed(lines) if line[1] != own)


def _lines(programs: Programs, since: int, *where: str) -> list[Line]:
    text = programs.read(
        "sacctmgr", "-nP", "show", "transaction", *where, f"start=uts{since}",
        "format=timestamp,actor,action,where,info",
    )  # fmt: skip
    # What is no such line is the rest of a value that holds a line break.
    return [match.groups() for match in map(_LINE.fullmatch, text.splitlines()) if match]


def _associations(programs: Programs, settings: Settings) -> dict[str, Place]:
    where = (f"cluster={settings.cluster}", "WOPInfo", "format=id,account,user")
    rows = rows_of_accounts(programs.read("sacctmgr", "-nP", "show", "assoc", *where), 3)
    return {number: (account, user) for number, account, user in rows}


def _added(lines: Iterable[Line]) -> dict[str, Place]:
    """What was added since, which may be gone again."""
    found: dict[str, Place] = {}
    for _, _, _, where, values in lines:
        number, added = _NUMBER.search(where), _ADDED.search(values)
        if number and added:
            found[number[1]] = added[1], added[2]
    return found


def _change(line: Line, numbered: Mapping[str, Place]) -> ForeignChange:
    at, actor, action, where, values = line
    numbers = _NUMBER.findall(where)
    touched = [numbered[number] for number in numbers if number in numbered]
    if action in _OF_ALL:
        names = _NAMED.findall(where)
        touched = [(None, name) if action == "Remove Users" else (name, None) for name in names]
    columns = _COLUMN.findall(values) if action == "Modify Associations" else []
    kinds = {kind for column in columns for kind in _BY_COLUMN.get(column, ())}
    told = ", ".join(sorted({account for account, _ in touched if account})) or where
    return ForeignChange(
        int(at),
        actor,
        action,
        told,
        values,
        touched=tuple(touched),
        kinds=frozenset(kinds | set(_BY_ACTION.get(action, ()))),
    )
