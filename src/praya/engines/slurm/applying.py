"""Steps taken on a Slurm: one call for all that change alike, one file for all that is new.

What closes comes first and what opens comes last, so that a reconcile killed anywhere in between
has opened nothing beyond its limits. New accounts arrive with their limits in one file, which
``sacctmgr load`` reads without removing anything; so no account is ever there without them. Only
administrators may load files: for an operator, new accounts are added closed, and opened once their
limits are there.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from praya.core.execution.limits import (
    COUNTED_MAX,
    NotTaken,
    Step,
    StepKind,
)
from praya.core.execution.names import is_account_name, is_name_of_others
from praya.engines.slurm import reserving
from praya.engines.slurm.amounts import MINUTE_S, limits_text
from praya.engines.slurm.command import Done, Programs, outage_of
from praya.engines.slurm.settings import Settings

# Calls side by side. Nearly all of sacctmgr's time is waiting for the network; but at each change
# the controller sorts its accounts anew, and too many at once keep it from answering anybody.
AT_ONCE = 4
# Changes of accounts that have nobody in them yet are light, and none of them is lost.
EMPTY_AT_ONCE = 16
# Calls that add members get into each other's way: slurmdbd loses what of them deadlocks. Where one
# takes longer than this, most of it is waiting, and some side by side are quicker all the same.
WAITING_S = 0.4
NAMES_MAX = 100  # names in one call
_ADMINISTRATORS_ONLY = "privileges to load"
LOAD_LINES_PER_S = 20  # far fewer than it takes on any machine
_SETS = frozenset(
    {
        StepKind.MOVE_ACCOUNT,
        StepKind.SET_LIMIT,
        StepKind.SET_CARDS,
        StepKind.SET_LONGEST,
        StepKind.SET_QUALITY,
    }
)
_NAMED = frozenset({StepKind.MOVE_ACCOUNT, StepKind.SET_QUALITY})  # the value is a name
_CLOSED = ("GrpJobs=0", "GrpSubmitJobs=0")
_NO_QUALITY = ("QOS=", "DefaultQOS=-1")
_GATES = {
    StepKind.CLOSE: ("account", "GrpSubmitJobs=0 GrpJobs=0"),
    StepKind.OPEN: ("account", "GrpSubmitJobs=-1 GrpJobs=-1"),
    # Classes of service often limit a user's jobs (MaxSubmitJobsPU), which would stand before
    # MaxSubmitJobs here; one that limits everybody's together is not let pass (see checking).
    StepKind.BLOCK_MEMBER: ("user", "GrpSubmitJobs=0 GrpJobs=0"),
    StepKind.UNBLOCK_MEMBER: ("user", "GrpSubmitJobs=-1 GrpJobs=-1 MaxSubmitJobs=-1 MaxJobs=-1"),
}


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of a program, and the steps that it takes."""

    command: tuple[str, ...]
    steps: tuple[Step, ...]


def apply_steps(
    programs: Programs, settings: Settings, steps: Sequence[Step], *, now: int
) -> tuple[NotTaken, ...]:
    """See ``Enforces.apply``. A step with a name that is not safe to be passed on is not taken."""
    nodes_aside = [step for step in steps if step.kind in reserving.STEPS]
    steps = [step for step in steps if step.kind not in reserving.STEPS]
    unsafe = {step: name for step in steps for name in _names_of_others(step)}
    steps = [step for step in steps if step not in unsafe]
    for step in steps:
        _check(step)
    new_accounts = {step.account for step in steps if step.kind is StepKind.ADD_ACCOUNT}
    of_old = [step for step in steps if step.account not in new_accounts]
    by_kind = defaultdict(list)
    for step in of_old:
        by_kind[step.kind].append(step)
    refused = _run(programs, _gates(by_kind, settings, StepKind.CLOSE, StepKind.BLOCK_MEMBER))
    refused += _load(programs, settings, steps, new_accounts)
    refused += _run(programs, _modifications(of_old, settings))
    refused += _run(programs, _own_qualities(by_kind[StepKind.SET_QUALITY], settings))
    refused += _add_members(programs, by_kind[StepKind.ADD_MEMBER], settings)
    # Once the accounts are there, and before what opens them: nodes are theirs from the first job.
    refused += reserving.apply(programs, settings, nodes_aside, now=now)
    refused += _run(programs, _gates(by_kind, settings, StepKind.OPEN, StepKind.UNBLOCK_MEMBER))
    refused += _run(programs, _cancellations(by_kind))
    refused += _run(programs, _removals(by_kind[StepKind.REMOVE_MEMBER], settings))
    said = "no plain name, so it is not passed on"
    return (*refused, *(NotTaken(step, f"{name!r}: {said}") for step, name in unsafe.items()))


def take_over(programs: Programs, settings: Settings, account: str) -> str:
    """See ``Enforces.take_over``: the mark is set, and nothing else."""
    assert is_name_of_others(account), account
    asked = ("account", "where", f"name={account}", "format=organization")
    owner = programs.read("sacctmgr", "-nP", "show", *asked).strip()
    mark(programs, account, settings.mark)
    return owner if owner != settings.mark else ""


def mark(programs: Programs, account: str, owner: str) -> None:
    """Write down whose an account is; a letter that ``sacctmgr`` would read otherwise is left out.

    Without an owner it is nobody's, which is written as the account's own name.
    """
    assert is_name_of_others(account), account
    plain = "".join(sign for sign in owner if sign.isprintable() and sign not in "\"'\\=")
    which = ("account", "where", f"name={account}", "set", f"Organization={plain or account}")
    done = programs.change("sacctmgr", "-i", "modify", *which)
    if done.status != 0 and not done.changed_nothing:
        raise outage_of("sacctmgr", done)


def _names_of_others(step: Step) -> Iterator[str]:
    """The names in a step that others may have given there, and that are not safe."""
    if step.member and not is_name_of_others(step.member):
        yield step.member
    if step.kind in _NAMED and not is_name_of_others(str(step.after)):
        yield str(step.after)


def _check(step: Step) -> None:
    """Nothing that a person typed reaches a command line but by these few letters."""
    assert is_name_of_others(step.account), step
    assert not any(_names_of_others(step)), step
    if step.kind is StepKind.ADD_ACCOUNT:
        assert is_account_name(str(step.after)), step
    elif step.kind in _SETS - _NAMED:
        assert step.after is None or type(step.after) is int, step
        assert step.after is None or 0 <= step.after <= COUNTED_MAX, step


def _run(programs: Programs, calls: Iterable[_Call], *, at_once: int = AT_ONCE) -> list[NotTaken]:
    """Make the calls side by side; the first outage is raised after all have come back."""
    with ThreadPoolExecutor(at_once) as pool:
        futures = [(call, pool.submit(programs.change, *call.command)) for call in calls]
    return [
        refusal for call, future in futures for refusal in _refused(call.steps, future.result())
    ]


def _refused(steps: Iterable[Step], done: Done) -> list[NotTaken]:
    if done.status == 0 or done.changed_nothing:
        return []
    return [NotTaken(step, done.words) for step in steps]


def _gates(
    by_kind: Mapping[StepKind, Sequence[Step]], settings: Settings, *kinds: StepKind
) -> Iterator[_Call]:
    for kind in kinds:
        entity, values = _GATES[kind]
        if entity == "account":
            groups = {"": list(by_kind.get(kind, []))}
        else:
            groups = _by_account(by_kind.get(kind, []))
        for account, steps in groups.items():
            for some in _pieces(steps):
                where = [f"name={','.join(step.member or step.account for step in some)}"]
                where += [f"account={account}"] * bool(account)
                yield _modify(entity, where, values.split(), some, settings)


def _modifications(steps: Iterable[Step], settings: Settings) -> Iterator[_Call]:
    """One call for all accounts whose values come to be the same."""
    by_account: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        if step.kind in _SETS and not step.member:
            by_account[step.account].append(step)
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for account, some in by_account.items():
        alike[_values(some, settings)].append(account)
    for values, accounts in alike.items():
        for start in range(0, len(accounts), NAMES_MAX):
            names = accounts[start : start + NAMES_MAX]
            taken = [step for name in names for step in by_account[name]]
            yield _modify("account", [f"name={','.join(names)}"], values, taken, settings)


def _own_qualities(steps: Iterable[Step], settings: Settings) -> Iterator[_Call]:
    """Members without classes of their own have those of the account again."""
    for account, some in _by_account(step for step in steps if step.member).items():
        for few in _pieces(some):
            where = [f"name={','.join(step.member for step in few)}", f"account={account}"]
            yield _modify("user", where, _NO_QUALITY, few, settings)


def _values(steps: Sequence[Step], settings: Settings) -> tuple[str, ...]:
    """What ``sacctmgr`` is told to set, in its own units; only whole numbers, never below -1."""
    values = []
    limits: dict[str, int | None] = {}
    cards: dict[str, int | None] = {}
    for step in steps:
        number = step.after if isinstance(step.after, int) else None
        if step.kind is StepKind.SET_LIMIT:
            limits[step.device_model] = None if number is None else number // MINUTE_S
        elif step.kind is StepKind.SET_CARDS:
            cards[step.device_model] = number
        elif step.kind is StepKind.SET_LONGEST:
            values.append(f"MaxWallDurationPerJob={-1 if number is None else number // MINUTE_S}")
        elif step.kind is StepKind.SET_QUALITY:
            values += [f"QOS={step.after}", f"DefaultQOS={step.after}"]
        elif step.kind is StepKind.MOVE_ACCOUNT:
            values.append(f"Parent={step.after}")
    if cards:
        values.append(f"GrpTRES={limits_text(cards, settings.types)}")
    if limits:
        values.append(f"GrpTRESMins={limits_text(limits, settings.types)}")
    return tuple(sorted(values))


def _modify(
    entity: str,
    where: Iterable[str],
    values: Iterable[str],
    steps: Iterable[Step],
    settings: Settings,
) -> _Call:
    place = (*where, f"cluster={settings.cluster}")
    return _Call(
        ("sacctmgr", "-i", "modify", entity, "where", *place, "set", *values), tuple(steps)
    )


def _load(
    programs: Programs, settings: Settings, steps: Sequence[Step], new_accounts: set[str]
) -> list[NotTaken]:
    """New accounts in one file: programmes below the root, accounts below them, then members."""
    kind = StepKind.ADD_PROGRAMME
    new = [step for step in steps if step.kind is kind or step.account in new_accounts]
    if not new:
        return []
    lines = list(_load_lines(new, settings))
    with tempfile.NamedTemporaryFile("w", prefix="praya-", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        more_s = len(lines) // LOAD_LINES_PER_S
        done = programs.change("sacctmgr", "-i", "load", f"file={file.name}", more_s=more_s)
    if done.status != 0 and _ADMINISTRATORS_ONLY in done.words:
        return _add_by_calls(programs, settings, new)
    return _refused(new, done)


def _add_by_calls(programs: Programs, settings: Settings, new: Sequence[Step]) -> list[NotTaken]:
    """The same without a file, which operators may not load: closed until their limits are there.

    All accounts of a programme come in one call, one after the other: of what is added at the same
    moment Slurm loses some, and says nothing. Limits follow side by side.
    """
    at_root = [step for step in new if step.kind is StepKind.ADD_PROGRAMME]
    added = [step for step in new if step.kind is StepKind.ADD_ACCOUNT]
    by_programme: dict[str, list[Step]] = defaultdict(list)
    for step in added:
        by_programme[str(step.after)].append(step)
    refused = _run(programs, _new_accounts(at_root, ("parent=root",), settings), at_once=1)
    for programme, some in by_programme.items():
        told = (f"parent={programme}", *_CLOSED)
        refused += _run(programs, _new_accounts(some, told, settings), at_once=1)
    refused += _run(programs, _modifications(new, settings), at_once=EMPTY_AT_ONCE)
    closed = {step.account for step in new if step.kind is StepKind.CLOSE}
    to_open = {StepKind.OPEN: [step for step in added if step.account not in closed]}
    refused += _run(programs, _gates(to_open, settings, StepKind.OPEN))
    members = [step for step in new if step.kind is StepKind.ADD_MEMBER]
    return refused + _add_members(programs, members, settings)


def _add_members(programs: Programs, steps: Sequence[Step], settings: Settings) -> list[NotTaken]:
    """Members of accounts that are there, one call after the other or some side by side.

    What was lost is no harm: it is merely not in yet, and the next round adds it.
    """
    calls = list(_additions(steps, settings))
    began = time.monotonic()
    refused = _run(programs, calls[:1])
    is_waiting = time.monotonic() - began > WAITING_S
    return refused + _run(programs, calls[1:], at_once=AT_ONCE if is_waiting else 1)


def _new_accounts(
    steps: Sequence[Step], told: Iterable[str], settings: Settings
) -> Iterator[_Call]:
    for some in _pieces(steps):
        names = ",".join(step.account for step in some)
        which = (f"name={names}", f"cluster={settings.cluster}", *told)
        marked = f"organization={settings.mark}"
        yield _Call(("sacctmgr", "-i", "add", "account", *which, marked), tuple(some))


def _first_values(steps: Sequence[Step], settings: Settings) -> tuple[str, ...]:
    """What a new account begins with."""
    values = _values([step for step in steps if step.kind in _SETS], settings)
    is_closed = any(step.kind is StepKind.CLOSE for step in steps)
    return (*values, *_CLOSED) if is_closed else values


def _load_lines(steps: Sequence[Step], settings: Settings) -> Iterator[str]:
    yield f"Cluster - '{settings.cluster}'"
    by_account = _by_account(steps)
    of_programme: dict[str, list[str]] = defaultdict(list)
    yield "Parent - 'root'"
    for step in steps:
        if step.kind is StepKind.ADD_PROGRAMME:
            yield _account_line(step.account, [], settings)
        elif step.kind is StepKind.ADD_ACCOUNT:
            of_programme[str(step.after)].append(step.account)
    for programme, accounts in of_programme.items():
        yield f"Parent - '{programme}'"
        for account in accounts:
            some = by_account[account]
            yield _account_line(account, _first_values(some, settings), settings)
    for account, some in by_account.items():
        added = [step.member for step in some if step.kind is StepKind.ADD_MEMBER]
        if added:
            yield f"Parent - '{account}'"
            yield from (f"User - '{member}'" for member in added)


def _additions(steps: Sequence[Step], settings: Settings) -> Iterator[_Call]:
    """Members of accounts that are there: one call for all accounts that get the same ones."""
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    by_account = _by_account(steps)
    for account, some in by_account.items():
        alike[tuple(step.member for step in some)].append(account)
    for members, accounts in alike.items():
        who = (f"name={','.join(members)}", f"account={','.join(accounts)}")
        taken = tuple(step for account in accounts for step in by_account[account])
        where = (*who, f"cluster={settings.cluster}")
        yield _Call(("sacctmgr", "-i", "add", "user", *where), taken)


def _account_line(account: str, values: Iterable[str], settings: Settings) -> str:
    told = [f"Description='{account}'", f"Organization='{settings.mark}'"]
    quoted = [f"{name}='{value}'" for name, _, value in (each.partition("=") for each in values)]
    return ":".join([f"Account - '{account}'", *told, *quoted])


def _cancellations(by_kind: Mapping[StepKind, Sequence[Step]]) -> Iterator[_Call]:
    for step in by_kind.get(StepKind.CANCEL_ALL, []):
        yield _Call(("scancel", f"--account={step.account}"), (step,))
    for step in by_kind.get(StepKind.CANCEL_WAITING, []):
        who = (f"--account={step.account}", f"--user={step.member}", "--state=PENDING")
        yield _Call(("scancel", *who), (step,))


def _removals(steps: Sequence[Step], settings: Settings) -> Iterator[_Call]:
    for account, some in _by_account(steps).items():
        for few in _pieces(some):
            names = ",".join(step.member for step in few)
            where = (f"name={names}", f"account={account}", f"cluster={settings.cluster}")
            yield _Call(("sacctmgr", "-i", "delete", "user", "where", *where), tuple(few))


def _by_account(steps: Iterable[Step]) -> dict[str, list[Step]]:
    found: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        found[step.account].append(step)
    return found


def _pieces(steps: Sequence[Step]) -> Iterator[Sequence[Step]]:
    for start in range(0, len(steps), NAMES_MAX):
        yield steps[start : start + NAMES_MAX]
