"""Which device models the cards of a cluster are, by what the cluster calls them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from praya.core.execution.discovery import UNTYPED, NodeSeen
from praya.core.refusal import Refusal

_KIND = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")


class KindsUnclear(Refusal):
    """No device model is known for ``kinds`` of cards; ``device_models`` are those there are."""

    code = "enforcement.kinds_unclear"


class CardsWhy(StrEnum):
    """Why awards cannot be held on the cards of a cluster."""

    OTHERWISE = "otherwise"  # it does not call them cards
    MIXED = "mixed"  # some have a type and some have none
    SAME = "same"  # several types are one device model


class CardsUnfit(Refusal):
    """On the cards of a cluster no limit would hold; ``why`` is one of ``CardsWhy``.

    ``kinds`` are what the cluster calls them, and ``device_model`` what those of ``SAME`` are.
    """

    code = "enforcement.cards_unfit"


def check_called_cards(nodes: Iterable[NodeSeen]) -> None:
    """Refuse a cluster that has none of what it calls cards, and something else instead.

    Raises:
        CardsUnfit: they are called otherwise.

    """
    nodes = list(nodes)
    others = {name for node in nodes for name in node.others}
    if others and not any(node.cards for node in nodes):
        raise CardsUnfit(why=CardsWhy.OTHERWISE, kinds=tuple(sorted(others)), device_model="")


def match_kinds(
    kinds: Iterable[str], device_models: Sequence[str], *, said: Mapping[str, str]
) -> dict[str, str]:
    """The device model of each kind of card: as said, else the only one that has it as a part.

    >>> match_kinds(["h800"], ["nvidia-h800", "ascend-910b"], said={})
    {'h800': 'nvidia-h800'}

    Cards that the cluster gives no type are ``UNTYPED``, and none of another kind are beside them:
    a limit on all together is then one on their model.

    Raises, in this order:
        CardsUnfit: some cards have a type and some have none.
        KindsUnclear: for some none or several would do, or what was said is no device model.
        CardsUnfit: several kinds are one device model.

    """
    kinds = sorted(set(kinds))
    if UNTYPED in kinds and len(kinds) > 1:
        raise CardsUnfit(why=CardsWhy.MIXED, kinds=tuple(kinds), device_model="")
    found: dict[str, str] = {}
    unclear = []
    for kind in kinds:
        fitting = [said[kind]] if kind in said else _like(kind, device_models)
        fitting = [one for one in fitting if one in device_models]
        fitting = [one for one in fitting if one not in found.values()] or fitting
        if len(fitting) == 1 and _KIND.fullmatch(kind):
            found[kind] = fitting[0]
        else:
            unclear.append(kind)
    if unclear:
        raise KindsUnclear(kinds=tuple(unclear), device_models=tuple(device_models))
    for model in found.values():
        same = tuple(kind for kind in found if found[kind] == model)
        if len(same) > 1:
            raise CardsUnfit(why=CardsWhy.SAME, kinds=same, device_model=model)
    return found


def _like(kind: str, device_models: Sequence[str]) -> list[str]:
    word = _plain(kind)
    return [model for model in device_models if word in {_plain(model), *_tails(model)}]


def _tails(model: str) -> list[str]:
    parts = model.split("-")
    return [_plain("".join(parts[start:])) for start in range(1, len(parts))]


def _plain(text: str) -> str:
    return "".join(sign for sign in text.lower() if sign.isalnum())
