"""Slurm's ways of writing amounts: trackable resources, spans of time, card kinds."""

from __future__ import annotations

import re
from collections.abc import Mapping

from praya.core.execution.discovery import UNTYPED
from praya.core.execution.limits import ALL_MODELS

CARDS = "gres/gpu"
MINUTE_S = 60
_SPAN = re.compile(r"(?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?")
_CARDS = re.compile(r"(?:^|,)gres/gpu(?::([^=,]+))?=(\d+)")
_NODES = re.compile(r"(?:^|,)node=(\d+)")
_GRES = re.compile(r"(?:^|,)gpu(?::([^:,()]+))?:(\d+)")
_BRACKET = re.compile(r"\([^)]*\)")


def cards_of(tres: str, models: Mapping[str, str]) -> dict[str, int]:
    """The cards in a list of trackable resources, by device model and all together.

    >>> cards_of("billing=8,cpu=1,gres/gpu=8,gres/gpu:h800=8", {"h800": "nvidia-h800"})
    {'': 8, 'nvidia-h800': 8}

    A type that no device model stands for counts under its own name. Where the cards have no type,
    what is named by none is of the one device model there is:

    >>> cards_of("billing=8,cpu=1,gres/gpu=8", {"no-type": "nvidia-h800"})
    {'': 8, 'nvidia-h800': 8}
    """
    found: dict[str, int] = {}
    for kind, number in _CARDS.findall(tres):
        found[models.get(kind, kind) if kind else ALL_MODELS] = int(number)
    rest = 2 * found.get(ALL_MODELS, 0) - sum(found.values())
    if rest > 0 and UNTYPED in models:
        found[models[UNTYPED]] = found.get(models[UNTYPED], 0) + rest
    return found


def nodes_of(tres: str) -> int:
    """The machines in a list of trackable resources; 0 where none are told.

    >>> nodes_of("billing=8,cpu=1,node=2,gres/gpu=16")
    2
    """
    found = _NODES.search(tres)
    return int(found.group(1)) if found else 0


def gres_of(text: str) -> dict[str, int]:
    """The cards of a node by GRES type, as ``scontrol show node`` has them.

    >>> gres_of("gpu:h800:8(S:0-1),gpu:a100:2,craynetwork:4")
    {'h800': 8, 'a100': 2}
    >>> gres_of("gpu:8(S:0-1)")
    {'no-type': 8}
    """
    found: dict[str, int] = {}
    for kind, number in _GRES.findall(text):
        found[kind or UNTYPED] = found.get(kind or UNTYPED, 0) + int(number)
    return found


def gres_beside(text: str) -> tuple[str, ...]:
    """What a node has that is given out by number and is not called a card.

    >>> gres_beside("gpu:h800:8(S:0,1),npu:910b:8,craynetwork:4"), gres_beside("(null)")
    (('craynetwork', 'npu'), ())
    """
    names = {part.partition(":")[0] for part in _BRACKET.sub("", text).split(",")}
    return tuple(sorted(names - {"", "gpu"}))


def limits_text(limits: Mapping[str, int | None], types: Mapping[str, str]) -> str:
    """Limits by device model as ``sacctmgr`` takes them; ``None`` lifts one.

    >>> limits_text({"": 60, "nvidia-h800": None}, {"nvidia-h800": "h800"})
    'gres/gpu=60,gres/gpu:h800=-1'
    """
    parts = []
    for model, number in sorted(limits.items()):
        name = CARDS if model == ALL_MODELS else f"{CARDS}:{types[model]}"
        parts.append(f"{name}={-1 if number is None else number}")
    return ",".join(parts)


def span_s(text: str) -> int | None:
    """Seconds of a span as Slurm prints it; ``None`` where there is no limit.

    >>> [span_s(text) for text in ("1-02:03:04", "02:03:04", "03:04", "5", "UNLIMITED", "")]
    [93784, 7384, 184, 300, None, None]
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        return None
    days, *rest = match.groups()
    parts = [int(part) for part in rest if part is not None]
    if days is not None:
        parts = [int(days) * 24 + parts[0], *parts[1:]] + [0] * (3 - len(parts))
    elif len(parts) == 1:
        parts = [0, parts[0], 0]  # minutes
    elif len(parts) == 2:  # noqa: PLR2004 -- minutes and seconds
        parts = [0, *parts]
    return (parts[0] * 60 + parts[1]) * 60 + parts[2]
