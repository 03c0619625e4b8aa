"""What a Slurm has: its accounts with their limits, its counters, and what is alive there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping

from praya.core.execution.limits import ALL_MODELS, Account, ForeignChange, Member, Observed
from praya.engines.slurm.amounts import MINUTE_S, cards_of, span_s
from praya.engines.slurm.command import Programs, garbled, number_of, rows_of
from praya.engines.slurm.settings import Settings

_LIMITS = "account,user,parentname,grptresmins,grptres,maxwall,grpsubmit,grpjobs,maxsubmit,qos"
_ALIVE = "Account:40|,UserName:40|,StateCompact:8|,TimeUsed:24|,tres-alloc:250"
_WAITING = frozenset({"PD", "RQ", "RH", "RD", "SE"})


def observe(programs: Programs, settings: Settings, *, now: int) -> Observed:
    """See ``Enforces.observe``. Reads five tables; none of them by way of a shell or a file."""
    owners = rows_of(
        programs.read("sacctmgr", "-nP", "show", "account", "format=account,organization"),
        2,
        program="sacctmgr",
    )
    ours = frozenset(name for name, organisation in owners if organisation == settings.mark)
    alive = _alive(programs, settings)
    counted = _counted(programs, settings)
    rows = _associations(programs, settings)
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    for account, user, *rest in rows:
        if user and account in ours:
            running, waiting, _ = alive.get((account, user), (0, 0, {}))
            members[account][user] = Member(
                is_blocked=rest[6] == "0", running=running, waiting=waiting
            )
    running_s: dict[str, dict[str, int]] = defaultdict(dict)
    for (account, _), (_, _, used) in alive.items():
        for model, seconds in used.items():
            running_s[account][model] = running_s[account].get(model, 0) + seconds
    accounts = {
        row[0]: _account(row, members[row[0]], counted.get(row[0], {}), running_s[row[0]], settings)
        for row in rows
        if not row[1] and row[0] in ours
    }
    return Observed(
        accounts=accounts,
        others=frozenset(name for name, _ in owners if name not in ours),
        qualities=frozenset(qualities(programs)),
        granule_s=MINUTE_S,
        read_at=now,
    )


def qualities(programs: Programs) -> tuple[str, ...]:
    """The names of the classes of service."""
    text = programs.read("sacctmgr", "-nP", "show", "qos", "format=name")
    return tuple(sorted(row[0] for row in rows_of(text, 1, program="sacctmgr")))


def foreign_changes(programs: Programs, *, since: int, own: str) -> tuple[ForeignChange, ...]:
    """See ``Enforces.foreign_changes``."""
    text = programs.read(
        "sacctmgr", "-nP", "show", "transaction", f"start=uts{since}",
        "format=timestamp,actor,action,where,info",
    )  # fmt: skip
    found = []
    # The values are quoted by nobody and may hold anything, also bars; the first three may not.
    for line in text.splitlines():
        at, actor, action, where, values = [*line.split("|", 4), "", "", "", ""][:5]
        if not at.isdigit():
            continue  # the rest of a value that holds a line break
        if actor != own:
            found.append(ForeignChange(int(at), actor, action, where, values))
    return tuple(found)


def _associations(programs: Programs, settings: Settings) -> list[list[str]]:
    text = programs.read(
        "sacctmgr", "-nP", "show", "assoc", f"cluster={settings.cluster}", f"format={_LIMITS}"
    )
    return rows_of(text, 10, program="sacctmgr")


def _account(
    row: list[str],
    members: Mapping[str, Member],
    counted: Mapping[str, int],
    running_s: Mapping[str, int],
    settings: Settings,
) -> Account:
    name, _, parent, minutes, cards, longest, submit, jobs, _, quality = row
    limits = cards_of(minutes, settings.models)
    return Account(
        name=name,
        parent=parent,
        members=members,
        limit_s={model: number * MINUTE_S for model, number in limits.items()},
        counted_s=counted,
        running_s=running_s,
        cards_at_once=cards_of(cards, settings.models).get(ALL_MODELS),
        longest_s=span_s(longest),
        quality=quality,
        is_closed=submit == "0" and jobs == "0",
    )


def _counted(programs: Programs, settings: Settings) -> dict[str, dict[str, int]]:
    """The counters of accounts, which Slurm prints in whole minutes, rounded down."""
    text = programs.read("sshare", "-nP", "-o", "account,user,grptresraw")
    found: dict[str, dict[str, int]] = {}
    for account, user, tres in rows_of(text, 3, program="sshare"):
        if not user.strip():
            counted = cards_of(tres, settings.models)
            found[account.strip()] = {model: n * MINUTE_S for model, n in counted.items()}
    return found


def _alive(
    programs: Programs, settings: Settings
) -> dict[tuple[str, str], tuple[int, int, dict[str, int]]]:
    """For each account and user: jobs that run, jobs that wait, and what the first have used."""
    text = programs.read("squeue", "-h", "-a", "-r", "-O", _ALIVE)
    found: dict[tuple[str, str], tuple[int, int, dict[str, int]]] = {}
    for line in text.splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) != 5:  # noqa: PLR2004 -- the columns of _ALIVE
            raise garbled("squeue", line)
        account, user, state, used, tres = parts
        running, waiting, seconds = found.get((account, user), (0, 0, {}))
        if state in _WAITING:
            waiting += 1
        else:
            running += 1
            held_s = span_of_use(used)
            for model, number in cards_of(tres, settings.models).items():
                seconds[model] = seconds.get(model, 0) + number * held_s
        found[account, user] = running, waiting, seconds
    return found


def span_of_use(text: str) -> int:
    """Seconds that a job has run, as ``squeue`` prints them: ``1-02:03:04``, ``3:04``, ``0:05``."""
    if text in {"INVALID", ""}:
        return 0
    if re.fullmatch(r"(\d+-)?(\d+:)?\d+:\d\d", text) is None:
        raise garbled("squeue", text)
    days, _, clock = text.rpartition("-")
    seconds = 0
    for part in clock.split(":"):
        seconds = seconds * 60 + number_of(part, program="squeue")
    return seconds + 86_400 * int(days or 0)
