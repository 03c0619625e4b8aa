"""What a Slurm has: its accounts with their limits, its counters, and what is alive there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from praya.core.execution.discovery import UNTYPED
from praya.core.execution.limits import ALL_MODELS, Account, Gate, Member, Observed, OfOthers
from praya.engines.slurm.amounts import MINUTE_S, cards_of, span_s
from praya.engines.slurm.command import (
    Programs,
    garbled,
    number_of,
    rows_of,
    rows_of_accounts,
    rows_of_jobs,
)
from praya.engines.slurm.settings import Settings

_TRES = {"grptresmins": "GrpTRESMins", "grptres": "GrpTRES"}
_NUMBERS = {
    "grpsubmit": "GrpSubmitJobs",
    "grpjobs": "GrpJobs",
    "maxsubmit": "MaxSubmitJobs",
    "maxjobs": "MaxJobs",
}
_NEVER_SET = {
    "grpwall": "GrpWall",
    "grptresrunmins": "GrpTRESRunMins",
    "maxtres": "MaxTRES",
    "maxtrespernode": "MaxTRESPerNode",
    "maxtresmins": "MaxTRESMins",
}
_COLUMNS = ("account", "user", *_TRES, "maxwall", *_NUMBERS, "qos", *_NEVER_SET)
_OWN_TRES = re.compile(r"gres/gpu(:[^=]+)?=.*")
_ALIVE = (
    ("Account", 255),
    ("UserName", 255),
    ("StateCompact", 8),
    ("TimeUsed", 24),
    ("tres-alloc", 250),
)
_ASSOCIATION = re.compile(
    r"ClusterName=\S* Account=(?P<account>\S*) UserName=(?P<user>[^(\s]*)(?:\((?P<uid>\d+)\))? "
)
_PARENT = re.compile(r" UserName= .* ParentAccount=(.*?)\(\d+\) ")
_PAIR = re.compile(r" ([A-Za-z]+)=(\S*)")
_HELD_FIELDS = frozenset(
    {"ParentAccount", "GrpTRESMins", "GrpTRES", "GrpJobs", "GrpSubmitJobs", "MaxWallPJ"}
)
_COUNTED = re.compile(r"(?:^|,)gres/gpu(?::([^=,]+))?=(N|\d+)\((\d+)\)")
_NO_UID = str(2**32 - 2)  # of a name that no user has
_ROOT = "root"
_WAITING = frozenset({"PD", "RQ", "RH", "RD", "SE"})
_COMPLETING = "CG"


@dataclass(frozen=True, slots=True)
class _Held:
    """What the controller holds of an account, in seconds and cards; it may lag the database."""

    parent: str
    limit_s: Mapping[str, int]
    counted_s: Mapping[str, int]
    cards: Mapping[str, int]
    longest_s: int | None
    gate: Gate


def observe(programs: Programs, settings: Settings, also: frozenset[str] = frozenset()) -> Observed:
    """See ``Enforces.observe``. What the database says is compared with what is enforced."""
    owners = _owners(programs)
    ours = also | {name for name, owner in owners.items() if owner == settings.mark}
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
    strange: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        account, user = row["account"], row["user"]
        if account not in ours:
            continue
        strange[account] += _strange(row)
        if user:
            running, waiting, _ = alive.get((account, user), (0, 0, {}))
            members[account][user] = Member(
                is_blocked="0" in (row["grpsubmit"], row["maxsubmit"]),
                is_stopped="0" in (row["grpjobs"], row["maxjobs"]),
                quality=row["qos"],
                is_known=(account, user) in known,
                running=running,
                waiting=waiting,
            )
    running_s: dict[str, dict[str, int]] = defaultdict(dict)
    for (account, _), (_, _, used) in alive.items():
        for model, seconds in used.items():
            running_s[account][model] = running_s[account].get(model, 0) + seconds
    accounts = {
        name: replace(
            _account(row, members[name], held.get(name), running_s[name], settings),
            strange=tuple(sorted(strange[name])),
        )
        for row in rows
        if not row["user"] and (name := row["account"]) in ours
    }
    return Observed(
        accounts=accounts,
        others=frozenset(owners) - ours,
        qualities=frozenset(classes),
        granule_s=MINUTE_S,
    )


def of_others(programs: Programs, settings: Settings) -> tuple[OfOthers, ...]:
    """See ``Enforces.of_others``."""
    owners = _owners(programs)
    where = (f"cluster={settings.cluster}", "WOPInfo", "format=account,user")
    text = programs.read("sacctmgr", "-nP", "show", "assoc", *where)
    members: dict[str, set[str]] = defaultdict(set)
    for account, user in _rows_with_root(text, 2):
        members[account] |= {user} - {""}
    others = {name for name in members if owners.get(name, settings.mark) != settings.mark}
    text = programs.read("scontrol", "-o", "show", "assoc_mgr", "flags=assoc")
    held, _ = _held_in(text, settings, frozenset(others))
    parents = set(_PARENT.findall(text))
    return tuple(
        OfOthers(
            name=name,
            parent=held[name].parent if name in held else "",
            owner=owners[name],
            members=frozenset(members[name]),
            counted_s=held[name].counted_s if name in held else {},
            below=name in parents,
        )
        for name in sorted(others - {_ROOT})
    )


def _owners(programs: Programs) -> dict[str, str]:
    """Whose each account is."""
    text = programs.read("sacctmgr", "-nP", "show", "account", "format=account,organization")
    return {row[0]: row[1] for row in _rows_with_root(text, 2)}


def _rows_with_root(text: str, columns: int) -> list[list[str]]:
    """The rows of accounts that can be read; the root's is among them, or nothing is believed."""
    read = rows_of_accounts(text, columns)
    if not any(row[0] == _ROOT for row in read):
        raise garbled("sacctmgr", text.partition("\n")[0])
    return read


def users(programs: Programs) -> tuple[str, ...]:
    """The names of all users."""
    text = programs.read("sacctmgr", "-nP", "show", "user", "format=user")
    return tuple(sorted({row[0] for row in rows_of(text, 1, program="sacctmgr")}))


def qualities(programs: Programs) -> dict[str, int]:
    """The classes of service by their names, and the priority of each."""
    text = programs.read("sacctmgr", "-nP", "show", "qos", "format=name,priority")
    rows = sorted(rows_of(text, 2, program="sacctmgr"))
    return {name: number_of(priority or "0", program="sacctmgr") for name, priority in rows}


def _associations(programs: Programs, settings: Settings) -> list[dict[str, str]]:
    # Without what each has from its parents, which is six times as fast, and not asked for.
    where = (f"cluster={settings.cluster}", "WOPInfo", f"format={','.join(_COLUMNS)}")
    text = programs.read("sacctmgr", "-nP", "show", "assoc", *where)
    rows = _rows_with_root(text, len(_COLUMNS))
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _strange(row: Mapping[str, str]) -> Iterator[str]:
    """The limits of an account or of a member in it that are not of Praya's setting.

    Of an account it sets cards and the longest time, of both that nothing may be submitted or
    begun. ``Max`` of an account stands for each of its members.
    """
    user = row["user"]
    found = {word: row[name] for name, word in _NEVER_SET.items()}
    for name, word in _NUMBERS.items():
        is_gate = row[name] == "0" and (user or name.startswith("grp"))
        found[word] = "" if is_gate else row[name]
    for name, word in _TRES.items():
        own = () if user else filter(_OWN_TRES.fullmatch, row[name].split(","))
        found[word] = ",".join(sorted({*row[name].split(",")} - {*own}))
    if user:
        found["MaxWall"] = row["maxwall"]
    for word, value in found.items():
        if value:
            yield f"{user} {word}={value}".strip()


def _account(
    row: Mapping[str, str],
    members: Mapping[str, Member],
    held: _Held | None,
    running_s: Mapping[str, int],
    settings: Settings,
) -> Account:
    """An account from the database's row; what the controller does not hold alike is left out."""
    minutes = cards_of(row["grptresmins"], settings.models)
    limits = {model: n * MINUTE_S for model, n in minutes.items()}
    cards = _typed(cards_of(row["grptres"], settings.models), settings)
    longest_s, gate = span_s(row["maxwall"]), _gate(row["grpsubmit"], row["grpjobs"])
    if held is None:
        limits, cards, longest_s, gate = {}, {}, None, Gate.MIXED
    else:
        limits = {model: n for model, n in limits.items() if held.limit_s.get(model) == n}
        cards = {model: n for model, n in cards.items() if held.cards.get(model) == n}
        longest_s = longest_s if held.longest_s == longest_s else None
        gate = gate if held.gate is gate else Gate.MIXED
    return Account(
        name=row["account"],
        parent=held.parent if held else "",
        members=members,
        limit_s=limits,
        counted_s=held.counted_s if held else {},
        running_s=running_s,
        cards_at_once=cards.pop(ALL_MODELS, None),
        cards_by_model=cards,
        longest_s=longest_s,
        quality=row["qos"],
        gate=gate,
        is_held=held is not None,
    )


def _typed(cards: Mapping[str, int], settings: Settings) -> dict[str, int]:
    """The cards of all models, and of each that has a type by which it can be bound alone."""
    typed = {ALL_MODELS, *(model for model, kind in settings.types.items() if kind != UNTYPED)}
    return {model: number for model, number in cards.items() if model in typed}


def _gate(submit: str, jobs: str) -> Gate:
    closed = (submit == "0", jobs == "0")
    return Gate.CLOSED if all(closed) else Gate.MIXED if any(closed) else Gate.OPEN


def _held(
    programs: Programs, settings: Settings, ours: frozenset[str]
) -> tuple[dict[str, _Held], set[tuple[str, str]]]:
    """What the controller enforces of our accounts, and the members whose user it knows."""
    return _held_in(
        programs.read("scontrol", "-o", "show", "assoc_mgr", "flags=assoc"), settings, ours
    )


def _held_in(
    text: str, settings: Settings, ours: frozenset[str]
) -> tuple[dict[str, _Held], set[tuple[str, str]]]:
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
        cards=cards,
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
    if UNTYPED in settings.models:
        counted.setdefault(settings.models[UNTYPED], counted.get(ALL_MODELS, 0))
    return limits, counted


def _alive(
    programs: Programs, settings: Settings
) -> dict[tuple[str, str], tuple[int, int, dict[str, int]]]:
    """For each account and user: jobs that run, jobs that wait, and what the first have used."""
    found: dict[tuple[str, str], tuple[int, int, dict[str, int]]] = {}
    for account, user, state, used, tres in rows_of_jobs(programs, _ALIVE, "-r"):
        running, waiting, seconds = found.get((account, user), (0, 0, {}))
        if state in _WAITING:
            waiting += 1
        else:
            running += 1
            # What only takes down its nodes has ended, and is told so by the accounts.
            held_s = 0 if state == _COMPLETING else span_of_use(used)
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
