"""The difference between what is wanted of a Slurm and what it has: numbers in, steps out.

Rounding: every limit is rounded down to Slurm's minute, so it is never above what the book says.

A limit on one type of card binds only jobs that name the type, so the limit on all cards together
is always there as well; it is what cannot be passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from praya.core.execution.counters import is_seen_lost, limit_of
from praya.core.execution.discovery import UNTYPED
from praya.core.execution.limits import (
    ALL_MODELS,
    Account,
    Difference,
    Gate,
    Observed,
    Obstacle,
    ObstacleKind,
    Standing,
    Step,
    StepKind,
    Wanted,
)

# A job may ask for at most the time that its award has left. So that the limit need not be written
# anew each minute, it may be lower by a twentieth.
_LONGEST_SLACK = 20
STRANGE_TOLD = 3  # limits of an account that are named


def plan(
    wanted: Sequence[Wanted], observed: Observed, *, types: Mapping[str, str], now: int
) -> Difference:
    """See ``Enforces.plan``. ``types`` are the GRES types by device model."""
    steps: list[Step] = []
    obstacles: list[Obstacle] = []
    wanted = [one for one in wanted if not one.is_kept or one.account in observed.accounts]
    programmes = dict.fromkeys(sorted(each.programme for each in wanted))
    for programme in programmes:
        if programme in observed.others:
            obstacles.append(Obstacle(ObstacleKind.NAME_TAKEN, programme))
        elif programme not in observed.accounts:
            steps.append(Step(StepKind.ADD_PROGRAMME, programme))
        else:
            steps += _programme_steps(observed.accounts[programme], types)
            obstacles += _strange(observed.accounts[programme])
    for each in sorted(wanted, key=lambda one: one.account):
        if each.account in observed.others:
            obstacles.append(Obstacle(ObstacleKind.NAME_TAKEN, each.account))
        elif each.programme not in observed.others:
            obstacles += _obstacles(each, observed, types)
            steps += _steps(each, observed, types, now=now)
    expected = {each.account for each in wanted} | set(programmes)
    obstacles += [
        Obstacle(ObstacleKind.NOT_WANTED, name)
        for name in sorted(set(observed.accounts) - expected)
    ]
    return Difference(tuple(steps), tuple(obstacles))


def limits_of(
    wanted: Wanted, account: Account | None, types: Mapping[str, str], *, granule_s: int
) -> dict[str, int]:
    """The seconds that the account may have used since the counter began, by device model.

    A counter that is only now seen to be lost lets nothing begin; see ``counters``.
    """
    wanted = replace(wanted, is_lost=wanted.is_lost or is_seen_lost(wanted, account))
    # Cards without a type have no limit but the one on all together. What the cluster has not
    # cannot be used there, so it adds nothing to the sum.
    models = (ALL_MODELS, *(one for one, kind in types.items() if kind != UNTYPED))
    return {model: limit_of(wanted, model, types) // granule_s * granule_s for model in models}


def longest_of(wanted: Wanted, account: Account | None, *, granule_s: int, now: int) -> int | None:
    """The longest a job may ask for, so that none begun now runs past the award's end."""
    if wanted.ends_at is None:
        return None
    left = max(0, wanted.ends_at - now) // granule_s * granule_s
    has = account.longest_s if account else None
    if has is not None and left - left // _LONGEST_SLACK <= has <= left:
        return has
    return (left - left // (2 * _LONGEST_SLACK)) // granule_s * granule_s


def _programme_steps(account: Account, types: Mapping[str, str]) -> Iterator[Step]:
    """A programme's account is open and without limits: each would bind all its awards together."""
    name = account.name
    for model in (ALL_MODELS, *types):
        if (before := account.limit_s.get(model)) is not None:
            yield Step(StepKind.SET_LIMIT, name, device_model=model, before=before)
    if account.cards_at_once is not None:
        yield Step(StepKind.SET_CARDS, name, before=account.cards_at_once)
    for model, cards in account.cards_by_model.items():
        yield Step(StepKind.SET_CARDS, name, device_model=model, before=cards)
    if account.longest_s is not None:
        yield Step(StepKind.SET_LONGEST, name, before=account.longest_s)
    if account.is_held and account.gate is not Gate.OPEN:
        yield Step(StepKind.OPEN, name)


def _strange(account: Account) -> Iterator[Obstacle]:
    """Limits such as Praya never sets: they may be there on purpose, so they are told and left.

    In one line for an account: somebody may have set some for every user.
    """
    if account.strange:
        more = len(account.strange) - STRANGE_TOLD
        told = ", ".join(account.strange[:STRANGE_TOLD]) + f", +{more}" * (more > 0)
        yield Obstacle(ObstacleKind.LIMITED_OTHERWISE, account.name, told)


def _obstacles(wanted: Wanted, observed: Observed, types: Mapping[str, str]) -> Iterator[Obstacle]:
    if wanted.quality and wanted.quality not in observed.qualities:
        yield Obstacle(ObstacleKind.QUALITY_UNKNOWN, wanted.account, wanted.quality)
    for model in sorted(set(wanted.left_s) - set(types)):
        yield Obstacle(ObstacleKind.MODEL_UNKNOWN, wanted.account, model)
    account = observed.accounts.get(wanted.account)
    if account is None:
        return
    if not account.is_held:
        yield Obstacle(ObstacleKind.NOT_HELD, wanted.account)
    for user in sorted(wanted.members & set(account.members)):
        if not account.members[user].is_known:
            yield Obstacle(ObstacleKind.MEMBER_UNKNOWN, wanted.account, user)
    yield from _strange(account)


def _steps(
    wanted: Wanted, observed: Observed, types: Mapping[str, str], *, now: int
) -> Iterator[Step]:
    """The steps of one award, in an order in which nothing is ever open beyond its limits."""
    account = observed.accounts.get(wanted.account)
    name = wanted.account
    is_closed = wanted.standing is not Standing.OPEN
    if account is None:
        yield Step(StepKind.ADD_ACCOUNT, name, after=wanted.programme)
    elif account.is_held and account.parent != wanted.programme:
        yield Step(StepKind.MOVE_ACCOUNT, name, before=account.parent, after=wanted.programme)
    if is_closed and not (account and account.gate is Gate.CLOSED):
        yield Step(StepKind.CLOSE, name)
    yield from _limit_steps(wanted, account, types, observed.granule_s, now=now)
    if wanted.quality in observed.qualities and (not account or account.quality != wanted.quality):
        before = account.quality if account else None
        yield Step(StepKind.SET_QUALITY, name, before=before, after=wanted.quality)
    if not is_closed and account and account.gate is not Gate.OPEN:
        yield Step(StepKind.OPEN, name)
    yield from _member_steps(wanted, account, observed.qualities)
    if wanted.standing is Standing.ENDED and account:
        alive = sum(member.running + member.waiting for member in account.members.values())
        if alive:
            yield Step(StepKind.CANCEL_ALL, name, before=alive)


def _limit_steps(
    wanted: Wanted,
    account: Account | None,
    types: Mapping[str, str],
    granule_s: int,
    *,
    now: int,
) -> Iterator[Step]:
    name = wanted.account
    limits = limits_of(wanted, account, types, granule_s=granule_s)
    for model, after in limits.items():
        before = account.limit_s.get(model) if account else None
        if before != after:
            yield Step(StepKind.SET_LIMIT, name, device_model=model, before=before, after=after)
    cards = account.cards_at_once if account else None
    if cards != wanted.cards_at_once:
        yield Step(StepKind.SET_CARDS, name, before=cards, after=wanted.cards_at_once)
    for model in sorted(one for one, kind in types.items() if kind != UNTYPED):
        cards = account.cards_by_model.get(model) if account else None
        if cards != (most := wanted.cards_by_model.get(model)):
            yield Step(StepKind.SET_CARDS, name, device_model=model, before=cards, after=most)
    has = account.longest_s if account else None
    longest = longest_of(wanted, account, granule_s=granule_s, now=now)
    if has != longest:
        yield Step(StepKind.SET_LONGEST, name, before=has, after=longest)


def _member_steps(
    wanted: Wanted, account: Account | None, qualities: frozenset[str]
) -> Iterator[Step]:
    members = account.members if account else {}
    name = wanted.account
    for user in sorted(wanted.members):
        if user not in members:
            yield Step(StepKind.ADD_MEMBER, name, member=user)
            continue
        if members[user].is_blocked or members[user].is_stopped:
            yield Step(StepKind.UNBLOCK_MEMBER, name, member=user)
        own = members[user].quality
        if wanted.quality in qualities and own not in {"", wanted.quality}:
            kind = StepKind.SET_QUALITY
            yield Step(kind, name, member=user, before=own, after=wanted.quality)
    for user in sorted(set(members) - wanted.members):
        member = members[user]
        if not member.running and not member.waiting:
            yield Step(StepKind.REMOVE_MEMBER, name, member=user)
            continue
        if not member.is_blocked:
            yield Step(StepKind.BLOCK_MEMBER, name, member=user)
        if member.waiting:
            yield Step(StepKind.CANCEL_WAITING, name, member=user, before=member.waiting)
