"""The main figures of forecasts side by side, and how far each is from the first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from praya.words.forecasts import (
    UTILISATION_NAMES,
    count_text,
    figure_text,
    hours_text,
    share_text,
    side_name,
)

Interval = Mapping[str, float | None]
LEVELS = ("low", "median", "high")
FILE_HEADS = [
    *("figure", "forecast", "side", *LEVELS),
    *(f"difference_{level}" for level in LEVELS),
]
_SIDES = ("base", "variant")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of some sides; ``key`` is what a difference run by run calls it, if it is in one."""

    code: str
    label: str
    told: Sequence[Interval | None]
    shown: Callable[[Interval | None], str]
    key: str = ""
    missing: str = "–"

    @property
    def cells(self) -> list[str]:
        """The figure of each side in words."""
        return [self.missing if one is None else self.shown(one) for one in self.told]

    @property
    def is_told(self) -> bool:
        """Whether every side has it."""
        return None not in self.told


@dataclass(frozen=True, slots=True)
class Side:
    """One side of an answered forecast."""

    code: str
    side: str
    answer: Mapping[str, Any]

    @property
    def head(self) -> str:
        """What it is called."""
        return side_name(self.code, self.side)

    @property
    def told(self) -> Mapping[str, Any]:
        """What it says."""
        told: Mapping[str, Any] = self.answer[self.side]
        return told


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure with the difference of each side to the first; the first has none."""

    figure: Figure
    differences: Sequence[Interval | None]

    @property
    def changes(self) -> list[str]:
        """The differences in words."""
        return ["", *(self.figure.shown(one) for one in self.differences[1:])]

    @property
    def cells(self) -> list[str]:
        """The figures in words, each but the first with its difference behind."""
        first, *others = zip(self.figure.cells, self.changes, strict=True)
        return [first[0], *(cell for pair in others for cell in pair)]


def sides_of(answered: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Side]:
    """Every side of some answers, by the codes of their forecasts."""
    return [
        Side(code, side, answer) for code, answer in answered for side in _SIDES if answer.get(side)
    ]


def compared(sides: Sequence[Side]) -> list[Compared]:
    """The main figures with their differences to the first side.

    Within one forecast a difference is that of its runs, where it was kept; else it is median less
    median, without a band, since the runs have nothing in common.
    """
    if not sides:
        return []
    return [
        Compared(
            figure,
            [None, *(_difference(figure, sides, place) for place in range(1, len(sides)))],
        )
        for figure in figures([side.told for side in sides])
    ]


def file_rows(sides: Sequence[Side]) -> list[list[object]]:
    """The same as data, under ``FILE_HEADS``: seconds, shares of 1, kilowatt-hours."""

    def levels(interval: Interval | None) -> list[float | None]:
        return [None if interval is None else interval[level] for level in LEVELS]

    return [
        [one.figure.code, side.code, side.side, *levels(told), *levels(difference)]
        for one in compared(sides)
        for side, told, difference in zip(sides, one.figure.told, one.differences, strict=True)
    ]


def short_rows(
    sides: Sequence[Mapping[str, Any]], difference: Mapping[str, Any] | None = None
) -> list[tuple[str, list[str]]]:
    """The main figures, a column for each side and one for the difference, where there is one."""
    rows = []
    for one in figures(sides):
        cells = one.cells
        if difference is not None:
            is_known = one.key and one.is_told
            cells.append(one.shown(difference[one.key]) if is_known else "–")
        rows.append((one.label, cells))
    return rows


def figures(sides: Sequence[Mapping[str, Any]]) -> list[Figure]:
    """The main figures of some sides; earlier answers lack some."""
    found = [
        Figure(
            f"{top}_over_{bottom}",
            str(label),
            [_whole(one, top, bottom) for one in sides],
            share_text,
            "utilisation" if (top, bottom) == ("held", "in_service") else "",
        )
        for (top, bottom), label in UTILISATION_NAMES.items()
    ]
    waits = [_mean_wait(one) for one in sides]
    jain = [one["fairness"]["jain"] for one in sides]
    found += [
        Figure("mean_wait_s", _("Mean wait"), waits, hours_text, "mean_wait_s"),
        Figure("jobs", _("Jobs"), [one["jobs"] for one in sides], count_text),
        Figure("jain", _("Fairness (Jain's index)"), jain, figure_text, "jain"),
    ]
    unfit = [one.get("unfit") for one in sides]
    if any(one and one["high"] for one in unfit):
        found.append(Figure("unfit", _("Left out: fit on no machine"), unfit, count_text))
    # Nodes of one card tell none.
    fragmentation = [one.get("fragmentation") for one in sides]
    broken = [one if one and one["median"] is not None else None for one in fragmentation]
    if any(broken):
        label = _("Free but broken up")
        found.append(Figure("fragmentation", label, broken, share_text, "fragmentation"))
    # Earlier answers tell 0 where no watts were stored.
    energy = [one["energy_kwh"] if one["energy_kwh"]["high"] else None for one in sides]
    label, missing = _("Energy (kWh)"), _("not known")
    found.append(Figure("energy_kwh", label, energy, count_text, "energy_kwh", missing))
    return found


def _difference(figure: Figure, sides: Sequence[Side], place: int) -> Interval | None:
    first, other = figure.told[0], figure.told[place]
    if first is None or other is None:
        return None
    base, side = sides[0], sides[place]
    if figure.key and base.code == side.code and side.answer["difference"]:
        found: Interval = side.answer["difference"][figure.key]
        return found
    medians = other["median"], first["median"]
    if medians[0] is None or medians[1] is None:
        return None
    return {"low": None, "median": medians[0] - medians[1], "high": None}


def _whole(side: Mapping[str, Any], numerator: str, denominator: str) -> Interval | None:
    """A utilisation over all days."""
    wanted = (numerator, denominator)
    told = side["utilisation"]
    return next(
        (one["whole"] for one in told if (one["numerator"], one["denominator"]) == wanted), None
    )


def _mean_wait(side: Mapping[str, Any]) -> Interval | None:
    return next((one["mean_s"] for one in side["waits"] if one["by"] == "all"), None)
