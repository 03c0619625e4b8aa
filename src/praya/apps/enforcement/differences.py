"""What was wanted of a cluster, and what an account was, in plain values that are kept.

With what was wanted last, a step is told as Praya's own or as mending what others changed; with how
an account was, it can be given back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from praya.core.execution.counters import limit_of
from praya.core.execution.limits import (
    ALL_MODELS,
    Account,
    Gate,
    Member,
    Step,
    StepKind,
    Wanted,
)
from praya.core.execution.reserving import Reserved

_ASIDE = frozenset(
    {StepKind.ADD_RESERVATION, StepKind.SET_RESERVATION, StepKind.REMOVE_RESERVATION}
)
# What is wanted of an account that each step brings about.
_FACTS = {
    StepKind.ADD_ACCOUNT: "programme",
    StepKind.MOVE_ACCOUNT: "programme",
    StepKind.SET_LIMIT: "limits",
    StepKind.SET_CARDS: "cards",
    StepKind.SET_QUALITY: "quality",
    StepKind.CLOSE: "standing",
    StepKind.OPEN: "standing",
}


def as_told(wanted: Iterable[Wanted], reserved: Iterable[Reserved] = ()) -> dict[str, Any]:
    """What is wanted of a cluster, in plain values: kept to tell Praya's changes from others'."""
    return {
        "accounts": {
            one.account: {
                "programme": one.programme,
                "limits": {
                    model: limit_of(one, model, one.left_s.keys() | one.charged_s.keys())
                    for model in sorted({*one.left_s, *one.charged_s})
                },
                "cards": one.cards_at_once,
                "cards_by_model": dict(one.cards_by_model),
                "quality": one.quality,
                "standing": one.standing.value,
                "ends": one.ends_at,
                "members": sorted(one.members),
            }
            for one in wanted
        },
        "aside": {
            one.name: [one.begins_at, one.ends_at, one.cards, one.partition, sorted(one.nodes)]
            for one in reserved
        },
    }


def is_called_for(
    step: Step, *, was: Mapping[str, Any], will: Mapping[str, Any], looked_at: int
) -> bool:
    """Whether a change of what is wanted calls for a step, between two tellings (``as_told``).

    So does time that passed since the cluster was ``looked_at``: an award's end comes nearer.
    Nothing but its being there is ever wanted of a programme's account.
    """
    if step.kind in _ASIDE:
        return bool(was["aside"].get(step.account) != will["aside"].get(step.account))
    before, after = (told["accounts"].get(step.account) for told in (was, will))
    if before is None or after is None:
        return step.account not in {one["programme"] for one in was["accounts"].values()}
    return _is_changed(step, before, after, looked_at=looked_at)


def _is_changed(
    step: Step, before: Mapping[str, Any], after: Mapping[str, Any], *, looked_at: int
) -> bool:
    """The same of an award's account, between what was and what is wanted of it."""
    if step.kind is StepKind.SET_LIMIT and step.device_model != ALL_MODELS:
        model = step.device_model
        return bool(before["limits"].get(model, 0) != after["limits"].get(model, 0))
    if step.kind is StepKind.SET_CARDS and step.device_model != ALL_MODELS:
        # What was told before each model was bound by itself tells nothing of it.
        was, will = (told.get("cards_by_model", {}) for told in (before, after))
        return bool(was.get(step.device_model) != will.get(step.device_model))
    if step.kind is StepKind.SET_LONGEST:
        # What was told before ends were kept tells nothing of them.
        is_moved = before.get("ends") != after["ends"]
        return is_moved or _came_nearer(step, ends_at=after["ends"], looked_at=looked_at)
    if step.kind in _FACTS:
        return bool(before[_FACTS[step.kind]] != after[_FACTS[step.kind]])
    return (step.member in before["members"]) != (step.member in after["members"])


def _came_nearer(step: Step, *, ends_at: int | None, looked_at: int) -> bool:
    """Whether the longest time of a job, which fitted when it was looked at, now is too long."""
    if not isinstance(step.before, int) or not isinstance(step.after, int) or ends_at is None:
        return False
    return step.after < step.before <= max(0, ends_at - looked_at)


def as_before(account: Account | None, owner: str) -> dict[str, Any]:
    """What is kept of an account that is taken over, and whose it was; empty where it is gone."""
    if account is None:
        return {}
    return {
        "owner": owner,
        "parent": account.parent,
        "limit_s": dict(account.limit_s),
        "cards_at_once": account.cards_at_once,
        "cards_by_model": dict(account.cards_by_model),
        "longest_s": account.longest_s,
        "quality": account.quality,
        "gate": account.gate.value,
        "members": {name: member.is_blocked for name, member in account.members.items()},
    }


def account_before(name: str, before: Mapping[str, Any]) -> Account:
    """The account that ``as_before`` kept."""
    facts = {one: before[one] for one in ("parent", "limit_s", "cards_at_once", "longest_s")}
    facts["cards_by_model"] = before.get("cards_by_model", {})
    members = {user: Member(is_blocked=blocked) for user, blocked in before["members"].items()}
    gate, quality = Gate(before["gate"]), before["quality"]
    return Account(name=name, members=members, gate=gate, quality=quality, **facts)
