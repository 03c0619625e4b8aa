"""What changed between two versions of a programme's rules.

Items of a list are the same item when they have the same key: a code, the kind of a stage, the
device model and first day of a price. So one price put in at the top is one change, not a row of
them. There are no changes exactly when the two versions have the same canonical JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from praya.core.programme.changes import ExchangeRate, InterestRate
from praya.core.programme.document import Delegation, Peak, ProgrammeRules, Stage, Vote
from praya.core.programme.life import Tier
from praya.core.programme.money import ClaimShare, Price, RateAnswer
from praya.core.programme.parts import Part, Words


class ChangeKind(StrEnum):
    """What happened to a part of the rules."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Change:
    """One change.

    ``path`` names the very part, ``prices[nvidia-h800 from 2027-01-01].per_card_hour``, and
    ``field_name`` the field without keys, ``prices.per_card_hour``. ``old`` and ``new`` are values
    of the rules; one is ``None`` where something was added or removed, both where only the order
    changed.

    ``facts`` always has ``currency`` (of the new version) and ``within``: the items of lists on the
    way, outermost first, as the new version has them, so that a sentence can name them.
    """

    path: str
    kind: ChangeKind
    field_name: str
    old: Any
    new: Any
    facts: dict[str, Any] = field(default_factory=dict)


def difference(old: ProgrammeRules | None, new: ProgrammeRules) -> list[Change]:
    """The changes that lead from ``old`` to ``new``, in the order of the programme file.

    Without an ``old`` there is one change, at the empty path: the whole is new.
    """
    if old is None:
        facts = {"currency": new.currency, "within": ()}
        return [Change("", ChangeKind.ADDED, "", None, new, facts)]
    return list(_parts(_Spot(new.currency), old, new))


def key_of(item: Part) -> str:
    """What makes an item of a list the same item in two versions."""
    key = _KEYS.get(type(item))
    return key(item) if key is not None else str(item.model_dump()["code"])


_KEYS: dict[type[Part], Callable[[Any], str]] = {
    Price: lambda price: f"{price.device_model} from {price.valid_from}",
    Stage: lambda stage: stage.kind.value,
    Peak: lambda peak: peak.precision,
    Delegation: lambda row: (
        "above" if row.up_to_list_value is None else f"{row.up_to_list_value:f}"
    ),
    Tier: lambda tier: f"{tier.used_below_percent:f}",
    Vote: lambda vote: f"{vote.purpose or ''} from {vote.first}".lstrip(),
    RateAnswer: lambda answer: answer.field,
    ClaimShare: lambda share: (
        f"{share.origin} from {share.first_on}" if share.first_on else share.origin
    ),
    InterestRate: lambda rate: f"from {rate.valid_from}",
    ExchangeRate: lambda rate: f"{rate.source} to {rate.target} from {rate.valid_from}",
}


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where in the rules a walk over two versions stands."""

    currency: str
    path: str = ""
    field_name: str = ""
    within: tuple[Part, ...] = ()

    def at_field(self, key: str) -> _Spot:
        """One field further in."""
        path = f"{self.path}.{key}".lstrip(".")
        field_name = f"{self.field_name}.{key}".lstrip(".")
        return replace(self, path=path, field_name=field_name)

    def at_item(self, key: str, item: Any = None) -> _Spot:  # noqa: ANN401 -- any item
        """At one item of a list or mapping."""
        within = (*self.within, item) if _has_fields(item) else self.within
        return replace(self, path=f"{self.path}[{key}]", within=within)

    def change(self, kind: ChangeKind, old: object, new: object) -> Change:
        """A change here."""
        facts = {"currency": self.currency, "within": self.within}
        return Change(self.path, kind, self.field_name, old, new, facts)


def _parts(spot: _Spot, old: Part, new: Part) -> Iterator[Change]:
    """Compare two versions of a part, field by field."""
    for attribute, info in type(new).model_fields.items():
        inner = spot.at_field(info.alias or attribute)
        yield from _values(inner, getattr(old, attribute), getattr(new, attribute))


def _values(spot: _Spot, old: Any, new: Any) -> Iterator[Change]:  # noqa: ANN401 -- any field
    """Compare two values of a field; texts and plain values change as a whole."""
    if _is_keyed(old) or _is_keyed(new):
        yield from _items(spot, _by_key(old), _by_key(new))
    elif _has_fields(old) and _has_fields(new):
        yield from _parts(spot, old, new)
    elif old is None and new is not None:
        yield spot.change(ChangeKind.ADDED, old, new)
    elif old is not None and new is None:
        yield spot.change(ChangeKind.REMOVED, old, new)
    elif old != new:
        yield spot.change(ChangeKind.CHANGED, old, new)


def _items(spot: _Spot, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Change]:
    """Compare items by key: those that went, those that came or changed, then their order."""
    for key, item in old.items():
        if key not in new:
            yield spot.at_item(key).change(ChangeKind.REMOVED, item, None)
    for key, item in new.items():
        if key in old:
            yield from _values(spot.at_item(key, item), old[key], item)
        else:
            yield spot.at_item(key).change(ChangeKind.ADDED, None, item)
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield spot.change(ChangeKind.REORDERED, None, None)


def _is_keyed(value: Any) -> bool:  # noqa: ANN401 -- any field
    """Whether a value is compared item by item: parts in a list, or anything under keys."""
    if isinstance(value, dict):
        return True
    return isinstance(value, list) and any(_has_fields(item) for item in value)


def _has_fields(value: Any) -> bool:  # noqa: ANN401 -- any field
    """Whether a value is compared field by field. A text in three languages changes as a whole."""
    return isinstance(value, Part) and not isinstance(value, Words)


def _by_key(value: dict[Any, Any] | Sequence[Part]) -> dict[str, Any]:
    """The items under their keys."""
    if isinstance(value, dict):
        # Numbers have an order of their own, whichever way they were written.
        ordered = (
            sorted(value.items()) if all(isinstance(key, int) for key in value) else value.items()
        )
        return {str(key): item for key, item in ordered}
    return {key_of(item): item for item in value}
