"""Pictures of forecasts as the server draws them: bands over time, ranges, and who ran where.

As in ``web.charts``, places are shares of the drawing, and each picture has its figures in words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import cycle
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from praya.web.charts import share

if TYPE_CHECKING:
    from praya.web.badges import Link

WIDTH, HEIGHT = 1000, 300  # of a drawing's own units
TABLE_ROWS_MAX = 31
PATTERNS = ("solid", "lines", "dots", "cross", "bars", "plain")
_LABELLED_PERCENT = 4  # narrower bars bear no letter


@dataclass(frozen=True, slots=True)
class BandPoint:
    """One day of a band; it is put in words where they are read, at few of many days."""

    day: date
    low: float
    median: float
    high: float
    wording: Callable[[float, float, float], str]

    @property
    def label(self) -> str:
        """The day in words."""
        return date_format(self.day, "DATE_FORMAT")

    @property
    def text(self) -> str:
        """The figures in words."""
        return self.wording(self.low, self.median, self.high)


@dataclass(frozen=True, slots=True)
class SharePoint:
    """One place of a distribution: the value below which so many in a hundred lie."""

    percent: int
    low: float
    median: float
    high: float
    wording: Callable[[float, float, float], str]

    @property
    def label(self) -> str:
        """The share in words."""
        return _("%s %%") % self.percent

    @property
    def text(self) -> str:
        """The figures in words."""
        return self.wording(self.low, self.median, self.high)


@dataclass(frozen=True, slots=True)
class BandChart:
    """A median with a band around it, and perhaps a plan; earliest first.

    ``top`` fills the height. ``files`` are where the data is.
    """

    id: str
    title: str
    points: Sequence[BandPoint] | Sequence[SharePoint]
    top: float
    top_text: str
    label_head: str
    value_head: str
    definition: str
    files: Sequence[Link] = ()
    plan: Sequence[float] = ()

    @property
    def band(self) -> str:
        """The outline of the band: along its high edge, and back along the low one."""
        high = self._places([point.high for point in self.points])
        low = self._places([point.low for point in self.points])
        return " ".join([*high, *reversed(low)])

    @property
    def line(self) -> str:
        """The median."""
        return " ".join(self._places([point.median for point in self.points]))

    @property
    def plan_line(self) -> str:
        """The plan, if there is one."""
        return " ".join(self._places(list(self.plan)))

    @property
    def first_label(self) -> str:
        """What the first place is."""
        return self.points[0].label if self.points else ""

    @property
    def last_label(self) -> str:
        """What the last place is."""
        return self.points[-1].label if self.points else ""

    @property
    def summary(self) -> str:
        """The picture in one sentence."""
        return _("From %(first)s to %(last)s.") % {
            "first": f"{self.first_label} ({self.points[0].text})",
            "last": f"{self.last_label} ({self.points[-1].text})",
        }

    @property
    def rows(self) -> Sequence[BandPoint | SharePoint]:
        """Places enough for a table, evenly chosen, the last among them."""
        points: list[BandPoint | SharePoint] = list(self.points)
        step = -(-len(points) // TABLE_ROWS_MAX) or 1
        return points[::-1][::step][::-1]

    def _places(self, values: Sequence[float]) -> list[str]:
        last = max(len(values) - 1, 1)
        return [
            f"{WIDTH * place / last:.1f},{HEIGHT * (1 - _within(value, self.top)):.1f}"
            for place, value in enumerate(values)
        ]


@dataclass(frozen=True, slots=True)
class Range:
    """A figure of which eight runs in ten lie between two values."""

    label: str
    low: float
    median: float
    high: float
    text: str


@dataclass(frozen=True, slots=True)
class DrawnRange:
    """A range with its places."""

    label: str
    text: str
    x: str
    width: str
    middle: str


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Ranges to compare; the highest value fills the width."""

    id: str
    title: str
    ranges: Sequence[Range]
    definition: str
    label_head: str
    value_head: str
    files: Sequence[Link] = ()

    @property
    def drawn(self) -> list[DrawnRange]:
        """The ranges with their places."""
        top = max((one.high for one in self.ranges), default=0) or 1
        return [
            DrawnRange(
                one.label,
                one.text,
                share(one.low, top),
                share(max(one.high - one.low, top / 200), top),
                share(one.median, top),
            )
            for one in self.ranges
        ]


@dataclass(frozen=True, slots=True)
class Stay:
    """Cards held by a job: of whom, on which nodes, from when to when, and in words."""

    whose: str
    first: int
    last: int
    begins: int
    ends: int
    text: str


@dataclass(frozen=True, slots=True)
class DrawnStay:
    """A stay with its place, its pattern and its letter."""

    x: str
    y: str
    width: str
    height: str
    pattern: str
    letter: str
    text_x: str
    text_y: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A letter and a pattern, and whose they are."""

    letter: str
    pattern: str
    whose: str


@dataclass(frozen=True, slots=True)
class ScheduleChart:
    """Who runs where in a pool of nodes: time from left to right, nodes from top to bottom.

    The nodes drawn are as many as ``nodes`` from ``first`` on.
    """

    id: str
    title: str
    first: int
    nodes: int
    begins: int
    ends: int
    begins_text: str
    ends_text: str
    stays: Sequence[Stay]
    marks: Sequence[Mark]

    @property
    def drawn(self) -> list[DrawnStay]:
        """The stays with their places; what lies outside the window is cut off."""
        by_whose = {mark.whose: mark for mark in self.marks}
        return [self._drawn(stay, by_whose[stay.whose]) for stay in self.stays]

    def _drawn(self, stay: Stay, mark: Mark) -> DrawnStay:
        span = self.ends - self.begins
        x = 100 * (max(stay.begins, self.begins) - self.begins) / span
        end = 100 * (min(stay.ends, self.ends) - self.begins) / span
        y = 100 * (stay.first - self.first) / self.nodes
        height = 100 * (stay.last + 1 - stay.first) / self.nodes
        is_wide = end - x >= _LABELLED_PERCENT and height >= _LABELLED_PERCENT
        return DrawnStay(
            f"{x:.2f}%",
            f"{y:.2f}%",
            f"{max(end - x, 0.1):.2f}%",
            f"{height:.2f}%",
            mark.pattern,
            mark.letter if is_wide else "",
            f"{(x + end) / 2:.2f}%",
            f"{y + height / 2:.2f}%",
            stay.text,
        )


def marks_for(names: Sequence[str]) -> list[Mark]:
    """A letter and a pattern for each name: A to Z, then AA and so on."""
    return [
        Mark(_letters(place), pattern, name)
        for place, (name, pattern) in enumerate(zip(names, cycle(PATTERNS), strict=False))
    ]


def _letters(place: int) -> str:
    text = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        text = chr(ord("A") + letter) + text
    return text


def _within(value: float, top: float) -> float:
    return min(max(value / top, 0), 1) if top else 0
