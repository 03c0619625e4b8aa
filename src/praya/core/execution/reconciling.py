"""Bringing a cluster to what is wanted: observe, difference, apply, and observe again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from praya.core.execution.limits import (
    ALL_MODELS,
    Account,
    Difference,
    Enforces,
    Gate,
    NotTaken,
    Observed,
    Step,
    StepKind,
    Wanted,
)
from praya.core.execution.reserving import Reserved


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one reconcile found, did and left.

    ``found`` is the difference before, ``left`` the one after: empty steps mean that the cluster
    holds what is wanted. ``not_taken`` are steps that the cluster refused.
    """

    found: Difference
    left: Difference
    not_taken: tuple[NotTaken, ...]
    observed: Observed


def steps_back(
    now: Account | None, was: Account, *, device_models: Collection[str]
) -> tuple[Step, ...]:
    """The steps that bring an account to what it was before Praya held an award on it.

    ``now`` is what the cluster has, or nothing where it is no longer known: then every limit is
    set. Who was let in since is taken out where no job of theirs is alive. What the engine cannot
    set, as several classes of service at once, it answers as not taken.
    """
    has, is_known = now or Account(name=was.name, parent=""), now is not None
    return (
        *_gate_back(has, was),
        *(
            step
            for step in _values_back(has, was, device_models)
            if step.before != step.after or not is_known
        ),
        *_members_back(has, was),
    )


def _gate_back(has: Account, was: Account) -> Iterator[Step]:
    if was.gate is not has.gate and was.gate is not Gate.MIXED:
        yield Step(StepKind.CLOSE if was.is_closed else StepKind.OPEN, was.name)


def _values_back(has: Account, was: Account, device_models: Collection[str]) -> Iterator[Step]:
    name = was.name
    for model in sorted({ALL_MODELS, *device_models}):
        before, after = has.limit_s.get(model), was.limit_s.get(model)
        yield Step(StepKind.SET_LIMIT, name, "", model, before, after)
    yield Step(StepKind.SET_CARDS, name, before=has.cards_at_once, after=was.cards_at_once)
    for model in sorted({*has.cards_by_model, *was.cards_by_model} & {*device_models}):
        before, after = has.cards_by_model.get(model), was.cards_by_model.get(model)
        yield Step(StepKind.SET_CARDS, name, "", model, before, after)
    yield Step(StepKind.SET_LONGEST, name, before=has.longest_s, after=was.longest_s)
    if was.parent:
        yield Step(StepKind.MOVE_ACCOUNT, name, before=has.parent, after=was.parent)
    if was.quality or has.quality:
        yield Step(StepKind.SET_QUALITY, name, before=has.quality, after=was.quality)


def _members_back(has: Account, was: Account) -> Iterator[Step]:
    for member in sorted(was.members):
        if member not in has.members:
            yield Step(StepKind.ADD_MEMBER, was.name, member=member)
        elif has.members[member].is_blocked and not was.members[member].is_blocked:
            yield Step(StepKind.UNBLOCK_MEMBER, was.name, member=member)
    for member, there in sorted(has.members.items()):
        if member not in was.members and not there.running and not there.waiting:
            yield Step(StepKind.REMOVE_MEMBER, was.name, member=member)


def reconcile(
    engine: Enforces, wanted: Sequence[Wanted], *, reserved: Sequence[Reserved] = (), now: int
) -> Reconciled:
    """Make the cluster hold what is wanted, and read back whether it does.

    Where nothing differs, it is observed once and nothing is changed. Killed in the middle, it is
    begun again: the steps already taken are no longer among the differences.

    Raises:
        EngineUnavailable: the cluster did not answer; what was done by then is unknown.

    """
    observed = engine.observe()
    found = engine.plan(wanted, observed, reserved=reserved, now=now)
    if not found:
        return Reconciled(found, found, (), observed)
    not_taken = engine.apply(found.steps)
    observed = engine.observe()
    return Reconciled(
        found, engine.plan(wanted, observed, reserved=reserved, now=now), not_taken, observed
    )
