"""What a Slurm has: its accounts with their limits, its counters, and what is alive there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from praya.core.execution.limits import ALL_MODELS, Account, ForeignChange, Gate, Member, Observed
from praya.engines.slurm.amounts import MINUTE_S, cards_of, span_s
from praya.engines.slurm.command import Programs, garbled, number_of, rows_of
from praya.engines.slurm.settings import Settings

_LIMITS = "account,user,grptresmins,grptres,maxwall,grpsubmit,grpjobs,maxsubmit,qos"
_ALIVE = "Account:40|,UserName:40|,StateCompact:8|,TimeUsed:24|,tres-alloc:250"
_ASSOCIATION = re.compile(
    r"ClusterName=\S* Account=(?P<account>\S*) UserName=(?P<user>[^(\s]*)(?:\((?P<uid>\d+)\))? "
)
_PAIR = re.compile(r" ([A-Za-z]+)=(\S*)")
_HELD_FIELDS = frozenset(
    {"ParentAccount", "GrpTRESMins", "GrpTRES", "GrpJobs", "GrpSubmitJobs", "MaxWallPJ"}
)
_COUNTED = re.compile(r"(?:^|,)gres/gpu(?::([^=,]+))?=(N|\d+)\((\d+)\)")
_NUMBERED = re.compile(r"id_assoc=\d+")
_NO_UID = str(2**32 - 2)  # of a name that no user has
_WAITING = frozenset({"PD", "RQ", "RH", "RD", "SE"})


@dataclass(frozen=True, slots=True)
class _Held:
    """What the controller holds of an account, in seconds and cards; it may lag the database."""

    parent: str
    limit_s: Mapping[str, int]
    counted_s: Mapping[str, int]
    cards_at_once: int | None
    longest_s: int | None
    gate: Gate


def observe(programs: Programs, settings: Settings, *, now: int) -> Observed:
    """See ``Enforces.observe``. What the database says is compared with what is enforced."""
    text = programs.read("sacctmgr", "-nP", "show", "account", "format=account,organization")
    owners = rows_of(text, 2, program="sacctmgr")
    ours = frozenset(name for name, organisation in owners if organisation == settings.mark)
    with ThreadPoolExecutor() as pool:  # each mostly waits
        asked = (
            pool.submit(_associations, programs, settings),
            pool.submit(qualities, programs),
            pool.submit(_held, programs, settings, ours),
            pool.submit(_alive, programs, settings),
        )
    # Those of the database first: where it is down, that is what is told.
    rows, classes = asked[0].result(), asked[1].result()
    (held, known), alive = asked[2].result(), asked[3].result()
    members: dict[str, dict[str, Member]] = defaultdict(dict)
    for account, user, *rest in rows:
        if user and account in ours:
            running, waiting, _ = alive.get((account, user), (0, 0, {}))
            members[account][user] = Member(
                is_blocked=rest[5] == "0",
                is_known=(account, user) in known,
                running=running,
                waiting=waiting,
            )
    running_s: dict[str, dict[str, int]] = defaultdict(dict)
    for (account, _), (_, _, used) in alive.items():
        for model, seconds in used.items():
            running_s[account][model] = running_s[account].get(model, 0) + seconds
    accounts = {
        row[0]: _account(row, members[row[0]], held.get(row[0]), running_s[row[0]], settings)
        for row in rows
        if not row[1] and row[0] in ours
    }
    return Observed(
        accounts=accounts,
        others=frozenset(name for name, _ in owners if name not in ours),
        qualities=frozenset(classes),
        granule_s=MINUTE_S,
        read_at=now,
    )


def qualities(programs: Programs) -> tuple[str, ...]:
    """The names of the classes of service."""
    text = programs.read("sacctmgr", "-nP", "show", "qos", "format=name")
    return tuple(sorted(row[0] for row in rows_of(text, 1, program="sacctmgr")))


def foreign_changes(
    programs: Programs, settings: Settings, *, since: int, own: str
) -> tuple[ForeignChange, ...]:
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
    return tuple(_named(programs, settings, found)) if found else ()


def _named(
    programs: Programs, settings: Settings, changes: list[ForeignChange]
) -> Iterator[ForeignChange]:
    """The changes with accounts where Slurm's trail has numbers of associations."""
    where = (f"cluster={settings.cluster}", "WOPInfo", "format=id,account")
    rows = rows_of(programs.read("sacctmgr", "-nP", "show", "assoc", *where), 2, program="sacctmgr")
    accounts = {f"id_assoc={number}": account for number, account in rows}
    for change in changes:
        known = sorted(
            {accounts[one] for one in _NUMBERED.findall(change.where) if one in accounts}
        )
        yield replace(change, where=", ".join(known)) if known else change


def _associations(programs: Programs, settings: Settings) -> list[list[str]]:
    # Without what each has from its parents, which is six times as fast, and not asked for.
    where = (f"cluster={settings.cluster}", "WOPInfo", f"format={_LIMITS}")
    text = programs.read("sacctmgr", "-nP", "show", "assoc", *where)
    return rows_of(text, 9, program="sacctmgr")


def _account(
    row: list[str],
    members: Mapping[str, Member],
    held: _Held | None,
    running_s: Mapping[str, int],
    settings: Settings,
) -> Account:
    """An account from the database's row; what the controller does not hold alike is left out."""
    name, _, minutes, cards, longest, submit, jobs, _, quality = row
    limits = {model: n * MINUTE_S for model, n in cards_of(minutes, settings.models).items()}
    at_once, longest_s = cards_of(cards, settings.models).get(ALL_MODELS), span_s(longest)
    gate = _gate(submit, jobs)
    if held is None:
        limits, at_once, longest_s, gate = {}, None, None, Gate.MIXED
    else:
        limits = {model: n for model, n in limits.items() if held.limit_s.get(model) == n}
        at_once = at_once if held.cards_at_once == at_once else None
        longest_s = longest_s if held.longest_s == longest_s else None
        gate = gate if held.gate is gate else Gate.MIXED
    return Account(
        name=name,
        parent=held.parent if held else "",
        members=members,
        limit_s=limits,
        counted_s=held.counted_s if held else {},
        running_s=running_s,
        cards_at_once=at_once,
        longest_s=longest_s,
        quality=quality,
        gate=gate,
        is_held=held is not None,
    )


def _gate(submit: str, jobs: str) -> Gate:
    closed = (submit == "0", jobs == "0")
    return Gate.CLOSED if all(closed) else Gate.MIXED if any(closed) else Gate.OPEN


def _held(
    programs: Programs, settings: Settings, ours: frozenset[str]
) -> tuple[dict[str, _Held], set[tuple[str, str]]]:
    """What the controller enforces of our accounts, and the members whose user it knows."""
    text = programs.read("scontrol", "-o", "show", "assoc_mgr", "flags=assoc")
    held: dict[str, _Held] = {}
    known: set[tuple[str, str]] = set()
    for line in text.splitlines():
        match = _ASSOCIATION.match(line)
        if match is None or match["account"] not in ours:
            continue
        if match["user"]:
            if match["uid"] != _NO_UID:
                known.add((match["account"], match["user"]))
            continue
        held[match["account"]] = _held_of(line, settings)
    if not held and "ClusterName=" not in text:
        raise garbled("scontrol", text)
    return held, known


def _held_of(line: str, settings: Settings) -> _Held:
    pairs = dict(_PAIR.findall(line))
    if not set(pairs) >= _HELD_FIELDS:
        raise garbled("scontrol", line)
    limits, counted = _with_counters(pairs["GrpTRESMins"], settings)
    cards, _ = _with_counters(pairs["GrpTRES"], settings)
    submit, jobs = (pairs[name].partition("(")[0] for name in ("GrpSubmitJobs", "GrpJobs"))
    longest = pairs["MaxWallPJ"]
    return _Held(
        parent=pairs["ParentAccount"].partition("(")[0],
        limit_s={model: n * MINUTE_S for model, n in limits.items()},
        counted_s={model: n * MINUTE_S for model, n in counted.items()},
        cards_at_once=cards.get(ALL_MODELS),
        longest_s=int(longest) * MINUTE_S if longest.isdigit() else None,
        gate=_gate(submit, jobs),
    )


def _with_counters(text: str, settings: Settings) -> tuple[dict[str, int], dict[str, int]]:
    """Limits and counters of cards: ``gres/gpu=600(12),gres/gpu:h800=N(12)``."""
    limits, counted = {}, {}
    for kind, limit, counter in _COUNTED.findall(text):
        model = settings.models.get(kind, kind) if kind else ALL_MODELS
        counted[model] = int(counter)
        if limit != "N":
            limits[model] = int(limit)
    return limits, counted


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
