"""An answer in two pieces: figures that pages read, and the days that pictures are made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def apart(answer: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The answer without what changes by the day, and that by side: lists are long, pages short."""
    short: dict[str, Any] = {"difference": answer["difference"]}
    series: dict[str, Any] = {}
    for side in ("base", "variant"):
        told = answer[side]
        if told is None:
            short[side] = None
            continue
        series[side] = {
            "days": told["days"],
            "utilisation": [_days_of(band, "", 4) for band in told["utilisation"]],
            "burn": {row["award"]: _days_of(row, "burn_", 0) for row in told["awards"]},
        }
        short[side] = {
            **told,
            "days": len(told["days"]),
            "utilisation": [_without(band, "") for band in told["utilisation"]],
            "awards": [_without(row, "burn_") for row in told["awards"]],
        }
    return short, series


def whole(short: Mapping[str, Any], series: Mapping[str, Any]) -> dict[str, Any]:
    """The answer as it was before ``apart``, with its days rounded."""
    answer = dict(short)
    for side in ("base", "variant"):
        if short[side] is None:
            continue
        days = series[side]
        told = {**short[side], "days": days["days"]}
        told["utilisation"] = [
            {**band, **_named(values, "")}
            for band, values in zip(told["utilisation"], days["utilisation"], strict=True)
        ]
        told["awards"] = [
            {**row, **_named(days["burn"][row["award"]], "burn_")} for row in told["awards"]
        ]
        answer[side] = told
    return answer


_LEVELS = ("low", "median", "high")


def _days_of(row: Mapping[str, Any], prefix: str, digits: int) -> list[list[float]]:
    return [[round(value, digits) for value in row[f"{prefix}{level}"]] for level in _LEVELS]


def _named(values: list[list[float]], prefix: str) -> dict[str, list[float]]:
    return {f"{prefix}{level}": days for level, days in zip(_LEVELS, values, strict=True)}


def _without(row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    gone = {f"{prefix}{level}" for level in _LEVELS}
    return {name: value for name, value in row.items() if name not in gone}
