"""Charts as the server draws them: shares of the width as text, and the figures beside them.

Why not in the browser: docs/decisions/0003-charts-are-drawn-on-the-server.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from praya.core.quantity import CardTime, Money
from praya.web.cells import cell_text

_GAP = 0.15  # of a column's room


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure: what it is of, its size, and the figure in words with its unit."""

    label: str
    value: int | float
    text: str


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar with its place, in shares of the drawing."""

    label: str
    text: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Figures under a title. ``label_head`` and ``value_head`` name the columns of its table.

    The longest bar fills the drawing, unless ``full`` says what does: 1 for shares, with
    ``full_text`` to say it in words.
    """

    id: str
    title: str
    bars: Sequence[Bar]
    label_head: str
    value_head: str
    description: str = ""
    full: float = 0
    full_text: str = ""

    @property
    def _largest(self) -> float:
        return self.full or max((bar.value for bar in self.bars), default=0) or 1


@dataclass(frozen=True, slots=True)
class BarChart(Chart):
    """Bars that lie, for things that are compared; longest value fills the width."""

    @property
    def drawn(self) -> list[DrawnBar]:
        """The bars with their widths."""
        return [
            DrawnBar(bar.label, bar.text, "0%", "0%", share(bar.value, self._largest), "100%")
            for bar in self.bars
        ]


@dataclass(frozen=True, slots=True)
class ColumnChart(Chart):
    """Columns that stand, for one figure over time, earliest first."""

    @property
    def drawn(self) -> list[DrawnBar]:
        """The columns with their places."""
        room = 100 / max(len(self.bars), 1)
        drawn = []
        for place, bar in enumerate(self.bars):
            height = 100 * min(max(bar.value / self._largest, 0), 1)
            drawn.append(
                DrawnBar(
                    bar.label,
                    bar.text,
                    f"{place * room + room * _GAP / 2:.3f}%",
                    f"{100 - height:.3f}%",
                    f"{room * (1 - _GAP):.3f}%",
                    f"{height:.3f}%",
                )
            )
        return drawn

    @property
    def first_label(self) -> str:
        """What the first column is of."""
        return self.bars[0].label if self.bars else ""

    @property
    def last_label(self) -> str:
        """What the last column is of."""
        return self.bars[-1].label if self.bars else ""

    @property
    def top_text(self) -> str:
        """The figure that the full height stands for."""
        return self.full_text or self.highest_text

    @property
    def highest_text(self) -> str:
        """The highest figure."""
        return max(self.bars, key=lambda bar: bar.value).text if self.bars else ""

    @property
    def summary(self) -> str:
        """The chart in one sentence."""
        return _("From %(first)s to %(last)s; the highest is %(top)s.") % {
            "first": f"{self.first_label} ({self.bars[0].text})",
            "last": f"{self.last_label} ({self.bars[-1].text})",
            "top": self.highest_text,
        }


@dataclass(frozen=True, slots=True)
class FourNumbers:
    """What became of a promise in one commodity; the parts add up to ``committed``."""

    id: str
    title: str
    settled: Money | CardTime
    in_flight: Money | CardTime
    free: Money | CardTime
    committed: Money | CardTime
    why: Mapping[str, str] = field(default_factory=dict)  # where each number is explained

    @property
    def settled_width(self) -> str:
        """The settled share of what is committed."""
        return share(_size(self.settled), _size(self.committed))

    @property
    def in_flight_width(self) -> str:
        """The share in flight of what is committed."""
        return share(_size(self.in_flight), _size(self.committed))

    @property
    def sentence(self) -> str:
        """The four numbers in one sentence."""
        return _(
            "Of %(committed)s committed, %(settled)s is settled, %(in_flight)s is in flight and "
            "%(free)s is free."
        ) % {
            "committed": cell_text(self.committed),
            "settled": cell_text(self.settled),
            "in_flight": cell_text(self.in_flight),
            "free": cell_text(self.free),
        }


def share(value: float, whole: float) -> str:
    """``value`` of ``whole`` as a share of the width, never outside of it."""
    return f"{100 * min(max(value / whole, 0), 1):.3f}%" if whole else "0%"


def _size(quantity: Money | CardTime) -> int:
    return quantity.minor if isinstance(quantity, Money) else quantity.seconds
