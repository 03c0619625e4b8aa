"""An answer in pieces: the figures that every page reads, and the days that pictures are made of.

A piece is named by its side and what it is of: ``base/utilisation``, ``variant/burn/HCP-0007.1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.core.simulator.cluster.model import Order
from praya.core.simulator.forecast.changes import WEIGHTS
from praya.core.simulator.forecast.question import DAY_S, Question

SCHEDULE = "schedule"
_LEVELS = ("low", "median", "high")
_SIDES = ("base", "variant")


def piece(side: str, figure: str, line: str = "") -> str:
    """The name of a piece."""
    return "/".join(filter(None, (side, figure, line)))


def apart(
    answer: Mapping[str, Any], sides: Mapping[str, Question]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The answer without what changes by the day, and that piece by piece.

    Each piece has its ``days`` and its ``bands``; that of a line also its ``plan``.
    """
    base = sides["base"]
    short: dict[str, Any] = {
        "difference": answer["difference"],
        "zero_on": base.zero_on.isoformat(),
        "policies": {side: _policy(one) for side, one in sides.items()},
    }
    pieces: dict[str, dict[str, Any]] = {}
    for side in _SIDES:
        told = answer[side]
        short[side] = told and {
            **told,
            "days": len(told["days"]),
            "utilisation": [_without(band, "") for band in told["utilisation"]],
            "awards": [_without(row, "burn_") for row in told["awards"]],
        }
        if told is None:
            continue
        for band in told["utilisation"]:
            name = f"{band['numerator']}-{band['denominator']}"
            pieces[piece(side, "utilisation", name)] = {
                "days": told["days"],
                "bands": _bands(band, "", 4),
            }
        for row in told["awards"]:
            pieces[piece(side, "burn", row["award"])] = {
                "days": told["days"],
                "bands": _bands(row, "burn_", 0),
                "plan": plan_of(sides[side], row["award"], len(told["days"])),
            }
    return short, pieces


def whole(short: Mapping[str, Any], pieces: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The answer as it was before ``apart``, with its days rounded."""
    answer = dict(short)
    for side in _SIDES:
        if short[side] is None:
            continue
        told, days = dict(short[side]), []
        told["utilisation"] = []
        for band in short[side]["utilisation"]:
            name = f"{band['numerator']}-{band['denominator']}"
            found = pieces[piece(side, "utilisation", name)]
            days = found["days"]
            told["utilisation"].append({**band, **_named(found["bands"], "")})
        told["awards"] = [
            {**row, **_named(pieces[piece(side, "burn", row["award"])]["bands"], "burn_")}
            for row in short[side]["awards"]
        ]
        answer[side] = {**told, "days": days}
    return answer


def plan_of(question: Question, line: str, days: int) -> list[int]:
    """An even use of a grant from its first to its last day, by day; nothing for a lease."""
    award = next(one for one in question.cluster.awards if one.name == line)
    used = sum(one.used_card_seconds for one in question.standings if one.award == line)
    left, begins, ends = award.card_seconds, award.begins_at, award.ends_at
    if left is None or begins is None or ends is None or ends <= begins:
        return []
    first = question.now_s // DAY_S + 1
    return [
        int((left + used) * min(max(((first + day) * DAY_S - begins) / (ends - begins), 0), 1))
        for day in range(days)
    ]


def _policy(question: Question) -> dict[str, Any]:
    """By what rules a side was simulated."""
    policy = question.policy
    weights = {name: getattr(policy.weights, name) for name in WEIGHTS}
    return {
        "of": question.policy_of,
        "order": policy.order.value,
        "backfill": policy.backfill.value,
        "weights": weights if policy.order is Order.PRIORITY else {},
    }


def _bands(row: Mapping[str, Any], prefix: str, digits: int) -> list[list[float]]:
    return [[round(value, digits) for value in row[f"{prefix}{level}"]] for level in _LEVELS]


def _named(values: list[list[float]], prefix: str) -> dict[str, list[float]]:
    return {f"{prefix}{level}": days for level, days in zip(_LEVELS, values, strict=True)}


def _without(row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    gone = {f"{prefix}{level}" for level in _LEVELS}
    return {name: value for name, value in row.items() if name not in gone}
