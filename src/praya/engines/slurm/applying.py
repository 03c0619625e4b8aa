"""Steps taken on a Slurm: one call for all that change alike, one file for all that is new.

What closes comes first and what opens comes last, so that a reconcile killed anywhere in between
has opened nothing beyond its limits. New accounts arrive with their limits in one file, which
``sacctmgr load`` reads without removing anything; so no account is ever there without them. Only
administrators may load files: for an operator, new accounts are added with their limits in calls.
"""

from __future__ import annotations

import tempfile
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
from praya.core.execution.names import is_account_name, is_member_name
from praya.engines.slurm import reserving
from praya.engines.slurm.amounts import MINUTE_S, limits_text
from praya.engines.slurm.command import Done, Programs, outage_of
from praya.engines.slurm.settings import Settings

# Calls side by side. Nearly all of sacctmgr's time is waiting for the network; but at each change
# the controller sorts its accounts anew, and too many at once keep it from answering anybody.
AT_ONCE = 4
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
_GATES = {
    StepKind.CLOSE: ("account", "GrpSubmitJobs=0 GrpJobs=0"),
    StepKind.OPEN: ("account", "GrpSubmitJobs=-1 GrpJobs=-1"),
    StepKind.BLOCK_MEMBER: ("user", "MaxSubmitJobs=0 MaxJobs=0"),
    StepKind.UNBLOCK_MEMBER: ("user", "MaxSubmitJobs=-1 MaxJobs=-1"),
}


@dataclass(frozen=True, slots=True)
class _Call:
    """One call of a program, and the steps that it takes."""

    command: tuple[str, ...]
    steps: tuple[Step, ...]


def apply_steps(
    programs: Programs, settings: Settings, steps: Sequence[Step], *, now: int
) -> tuple[NotTaken, ...]:
    """See ``Enforces.apply``."""
    nodes_aside = [step for step in steps if step.kind in reserving.STEPS]
    steps = [step for step in steps if step.kind not in reserving.STEPS]
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
    refused += _run(programs, _additions(by_kind[StepKind.ADD_MEMBER], settings))
    # Once the accounts are there, and before what opens them: nodes are theirs from the first job.
    refused += reserving.apply(programs, settings, nodes_aside, now=now)
    refused += _run(programs, _gates(by_kind, settings, StepKind.OPEN, StepKind.UNBLOCK_MEMBER))
    refused += _run(programs, _cancellations(by_kind))
    refused += _run(programs, _removals(by_kind[StepKind.REMOVE_MEMBER], settings))
    return tuple(refused)


def take_over(programs: Programs, settings: Settings, account: str) -> None:
    """See ``Enforces.take_over``: the mark is set, and nothing else."""
    assert is_account_name(account), account
    which = ("account", "where", f"name={account}", "set", f"Organization={settings.mark}")
    done = programs.change("sacctmgr", "-i", "modify", *which)
    if done.status != 0 and not done.changed_nothing:
        raise outage_of("sacctmgr", done)


def _check(step: Step) -> None:
    """Nothing that a person typed reaches a command line but by these few letters."""
    assert is_account_name(step.account), step
    assert not step.member or is_member_name(step.member), step
    if step.kind in {StepKind.MOVE_ACCOUNT, StepKind.ADD_ACCOUNT, StepKind.SET_QUALITY}:
        assert is_account_name(str(step.after)), step
    elif step.kind in _SETS:
        assert step.after is None or type(step.after) is int, step
        assert step.after is None or 0 <= step.after <= COUNTED_MAX, step


def _run(programs: Programs, calls: Iterable[_Call]) -> list[NotTaken]:
    """Make the calls side by side; the first outage is raised after all have come back."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
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
        if step.kind in _SETS:
            by_account[step.account].append(step)
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for account, some in by_account.items():
        alike[_values(some, settings)].append(account)
    for values, accounts in alike.items():
        for start in range(0, len(accounts), NAMES_MAX):
            names = accounts[start : start + NAMES_MAX]
            taken = [step for name in names for step in by_account[name]]
            yield _modify("account", [f"name={','.join(names)}"], values, taken, settings)


def _values(steps: Sequence[Step], settings: Settings) -> tuple[str, ...]:
    """What ``sacctmgr`` is told to set, in its own units; only whole numbers, never below -1."""
    values = []
    limits = {}
    for step in steps:
        number = step.after if isinstance(step.after, int) else None
        if step.kind is StepKind.SET_LIMIT:
            limits[step.device_model] = None if number is None else number // MINUTE_S
        elif step.kind is StepKind.SET_CARDS:
            values.append(f"GrpTRES=gres/gpu={-1 if number is None else number}")
        elif step.kind is StepKind.SET_LONGEST:
            values.append(f"MaxWallDurationPerJob={-1 if number is None else number // MINUTE_S}")
        elif step.kind is StepKind.SET_QUALITY:
            values += [f"QOS={step.after}", f"DefaultQOS={step.after}"]
        elif step.kind is StepKind.MOVE_ACCOUNT:
            values.append(f"Parent={step.after}")
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
    with tempfile.NamedTemporaryFile("w", prefix="praya-", encoding="ascii") as file:
        file.writelines(f"{line}\n" for line in lines)
        file.flush()
        more_s = len(lines) // LOAD_LINES_PER_S
        done = programs.change("sacctmgr", "-i", "load", f"file={file.name}", more_s=more_s)
    if done.status != 0 and _ADMINISTRATORS_ONLY in done.words:
        return _add_one_by_one(programs, settings, new)
    return _refused(new, done)


def _add_one_by_one(programs: Programs, settings: Settings, new: Sequence[Step]) -> list[NotTaken]:
    """The same without a file, which operators may not load: still no account without its limits.

    One call for all accounts of a programme that begin alike; with many, it takes longer.
    """
    at_root = [step for step in new if step.kind is StepKind.ADD_PROGRAMME]
    alike: dict[tuple[str, ...], list[Step]] = defaultdict(list)
    for some in _by_account(new).values():
        for step in some:
            if step.kind is StepKind.ADD_ACCOUNT:
                told = (f"parent={step.after}", *_first_values(some, settings))
                alike[told] += [one for one in some if one.kind is not StepKind.ADD_MEMBER]
    refused = _run(programs, _new_accounts(at_root, ("parent=root",), settings))
    refused += _run(
        programs,
        [call for told, some in alike.items() for call in _new_accounts(some, told, settings)],
    )
    members = [step for step in new if step.kind is StepKind.ADD_MEMBER]
    return refused + _run(programs, _additions(members, settings))


def _new_accounts(
    steps: Sequence[Step], told: Iterable[str], settings: Settings
) -> Iterator[_Call]:
    by_account = _by_account(steps)
    names = sorted(by_account)
    for start in range(0, len(names), NAMES_MAX):
        some = names[start : start + NAMES_MAX]
        which = (f"name={','.join(some)}", f"cluster={settings.cluster}", *told)
        taken = tuple(step for name in some for step in by_account[name])
        marked = f"organization={settings.mark}"
        yield _Call(("sacctmgr", "-i", "add", "account", *which, marked), taken)


def _first_values(steps: Sequence[Step], settings: Settings) -> tuple[str, ...]:
    """What a new account begins with."""
    values = _values([step for step in steps if step.kind in _SETS], settings)
    is_closed = any(step.kind is StepKind.CLOSE for step in steps)
    return (*values, "GrpJobs=0", "GrpSubmitJobs=0") if is_closed else values


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
