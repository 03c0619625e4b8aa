"""An amount on one request line, recommended, proposed or awarded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineAmount:
    """So much on the request line ``number``.

    A line in *cards* counts ``cards`` and no card-hours. One in *card-hours* counts ``card_hours``;
    its ``cards`` are the most held at once.
    """

    number: int
    cards: int
    card_hours: int = 0

    def is_within(self, other: LineAmount) -> bool:
        """Whether neither figure is greater than the other amount's."""
        return self.cards <= other.cards and self.card_hours <= other.card_hours


def median_down(values: Iterable[int]) -> int:
    """The middle value; of an even number, half of the two middle ones together, rounded down."""
    ordered = sorted(values)
    assert ordered, "a median of nothing"
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) // 2


def recommended_amounts(reviews: Iterable[Iterable[LineAmount]]) -> dict[int, LineAmount]:
    """By line, the median of what the reviewers who said anything on it recommend.

    The median, not the mean: one reviewer cannot drag the figure to where they want it.
    """
    by_line: dict[int, list[LineAmount]] = {}
    for amounts in reviews:
        for amount in amounts:
            by_line.setdefault(amount.number, []).append(amount)
    return {
        number: LineAmount(
            number,
            median_down(amount.cards for amount in amounts),
            median_down(amount.card_hours for amount in amounts),
        )
        for number, amounts in sorted(by_line.items())
    }
