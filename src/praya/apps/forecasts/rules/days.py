"""An answer in pieces: the figures that every page reads, and the days that pictures are made of.

A piece is named by its side and what it is of: ``base/utilisation``, ``variant/burn/HCP-0007.1``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from praya.core.simulator.cluster.model import Order
from praya.core.simulator.forecast.changes import WEIGHTS
from praya.core.simulator.forecast.question import Question

_LEVELS = ("low", "median", "high")
SIDES = ("base", "variant")


def piece(side: str, figure: str, line: str = "") -> str:
    """The name of a piece."""
    return "/".join(filter(None, (side, figure, line)))


def curve_piece(side: str, row: Mapping[str, Any]) -> str:
    """The name of the piece that says how the waits of some jobs are spread."""
    return piece(side, "curve", piece(row["by"], row["name"]))


def schedule_piece(side: str) -> str:
    """The name of the piece that says who runs where; that of the base bears no side."""
    return piece("" if side == "base" else side, "schedule")


def apart(
    answer: Mapping[str, Any], sides: Mapping[str, Question]
) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """The answer without what changes by the day, and that piece by piece.

    Each piece has its ``days`` and its ``bands``; that of a line also its ``plan``. A curve of
    waits has no days: its bands go by ``CURVE_PERCENT``.
    """
    base = sides["base"]
    short: dict[str, Any] = {
        "difference": answer["difference"],
        "zero_on": base.zero_on.isoformat(),
        "policies": {side: _policy(one) for side, one in sides.items()},
    }
    pieces: dict[str, dict[str, Any]] = {}
    for side in SIDES:
        told = answer[side]
        short[side] = told and {
            **told,
            "days": len(told["days"]),
            "utilisation": [_without(band, "") for band in told["utilisation"]],
            "waits": [_without(row, "curve_") for row in told["waits"]],
            "awards": [_without(row, "burn_", "plan") for row in told["awards"]],
        }
        if told is None:
            continue
        for band in told["utilisation"]:
            name = f"{band['numerator']}-{band['denominator']}"
            pieces[piece(side, "utilisation", name)] = {
                "days": told["days"],
                "bands": _bands(band, "", 4),
            }
        for row in told["waits"]:
            # Of jobs of which none ever started there is none.
            if row["curve_median"]:
                pieces[curve_piece(side, row)] = {"bands": _bands(row, "curve_", 0)}
        for row in told["awards"]:
            pieces[piece(side, "burn", row["award"])] = {
                "days": told["days"],
                "bands": _bands(row, "burn_", 0),
                "plan": row["plan"],
            }
    return short, pieces


def whole(short: Mapping[str, Any], pieces: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The answer as it was before ``apart``, with its days rounded."""
    answer = dict(short)
    for side in SIDES:
        if short[side] is None:
            continue
        told, days = dict(short[side]), []
        told["utilisation"] = []
        for band in short[side]["utilisation"]:
            name = f"{band['numerator']}-{band['denominator']}"
            found = pieces[piece(side, "utilisation", name)]
            days = found["days"]
            told["utilisation"].append({**band, **_named(found["bands"], "")})
        told["waits"] = [
            {**row, **_named(pieces[name]["bands"] if name in pieces else [[], [], []], "curve_")}
            for row in short[side]["waits"]
            for name in [curve_piece(side, row)]
        ]
        told["awards"] = [
            {**row, **_named(burn["bands"], "burn_"), "plan": burn["plan"]}
            for row in short[side]["awards"]
            for burn in [pieces[piece(side, "burn", row["award"])]]
        ]
        answer[side] = {**told, "days": days}
    return answer


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


def _without(row: Mapping[str, Any], prefix: str, *more: str) -> dict[str, Any]:
    gone = {f"{prefix}{level}" for level in _LEVELS} | set(more)
    return {name: value for name, value in row.items() if name not in gone}
