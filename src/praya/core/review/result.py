"""What the reviews of one application say together.

Marks run from the scale's lowest to its highest. A criterion's mean is weighed in percent of the
highest mark; the weights add up to 100, so the weighted mark is a percentage. All of it is exact
(``Fraction``); a page rounds for show, nothing compares rounded figures.

Worked example: weights 60 and 40, marks up to 5, two reviews of (4, 3) and (5, 2). The means are
4.5 and 2.5; the mark is ``60 * 4.5/5 + 40 * 2.5/5 = 74`` percent. The reviews by themselves stand
at 72 and 76: a spread of 4 points.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from praya.core.programme.document import Scoring
from praya.core.review.amount import LineAmount, recommended_amounts

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Marking:
    """A submitted review: points by criterion, recommended amounts by line."""

    points: Mapping[str, int]
    recommended: Sequence[LineAmount] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """Of the submitted reviews of one application.

    ``mark`` and ``spread`` are percentages, ``None`` without a review. ``below`` names the criteria
    under their threshold. ``wants_further_review`` says that reviewers are too far apart.
    """

    reviews: int
    reviews_needed: int
    means: Mapping[str, Fraction] = field(default_factory=dict)
    mark: Fraction | None = None
    spread: Fraction | None = None
    below: tuple[str, ...] = ()
    passes: bool = False
    wants_further_review: bool = False
    recommended: Mapping[int, LineAmount] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether there are as many reviews as the rules need."""
        return self.reviews >= self.reviews_needed


def text_of(result: Result) -> str:
    """A result as a text that can be kept; exact."""

    def exact(value: Fraction | None) -> list[int] | None:
        return None if value is None else [value.numerator, value.denominator]

    parts = {
        "reviews": result.reviews,
        "reviews_needed": result.reviews_needed,
        "means": {code: exact(mean) for code, mean in result.means.items()},
        "mark": exact(result.mark),
        "spread": exact(result.spread),
        "below": result.below,
        "passes": result.passes,
        "wants_further_review": result.wants_further_review,
        "recommended": [
            [one.number, one.cards, one.card_hours] for one in result.recommended.values()
        ],
    }
    return json.dumps(parts, separators=(",", ":"))


@lru_cache(maxsize=10_000)
def result_from_text(text: str) -> Result:
    """The result of which this is the text. One text is read once in the life of a process."""
    parts = json.loads(text)

    def exact(value: list[int] | None) -> Fraction | None:
        return None if value is None else Fraction(*value)

    return Result(
        reviews=parts["reviews"],
        reviews_needed=parts["reviews_needed"],
        means={code: Fraction(*mean) for code, mean in parts["means"].items()},
        mark=exact(parts["mark"]),
        spread=exact(parts["spread"]),
        below=tuple(parts["below"]),
        passes=parts["passes"],
        wants_further_review=parts["wants_further_review"],
        recommended={one[0]: LineAmount(*one) for one in parts["recommended"]},
    )


def weighted_mark(scoring: Scoring, points: Mapping[str, int], *, reviews: int = 1) -> Fraction:
    """Points on every criterion, weighed, in percent of the most possible.

    ``points`` may be the sums over so many ``reviews``; the mark is then the one of their means.
    Whole numbers are added up and divided once, which is exact: weights have two decimals.
    """
    weighed = sum(
        int(criterion.weight * _HUNDRED) * points[criterion.code] for criterion in scoring.criteria
    )
    return Fraction(weighed, _HUNDRED * scoring.highest * reviews)


def result_of(scoring: Scoring, markings: Sequence[Marking]) -> Result:
    """What the reviews say together, in whatever order they came.

    Every marking has points on every criterion: an incomplete review is not submitted.
    """
    if not markings:
        return Result(reviews=0, reviews_needed=scoring.reviews_needed)
    sums = {
        criterion.code: sum(one.points[criterion.code] for one in markings)
        for criterion in scoring.criteria
    }
    means = {code: Fraction(points, len(markings)) for code, points in sums.items()}
    mark = weighted_mark(scoring, sums, reviews=len(markings))
    alone = [weighted_mark(scoring, marking.points) for marking in markings]
    spread = max(alone) - min(alone)
    below = tuple(
        criterion.code
        for criterion in scoring.criteria
        if criterion.threshold is not None and means[criterion.code] < Fraction(criterion.threshold)
    )
    return Result(
        reviews=len(markings),
        reviews_needed=scoring.reviews_needed,
        means=means,
        mark=mark,
        spread=spread,
        below=below,
        passes=not below and mark >= Fraction(scoring.pass_percent),
        wants_further_review=spread > Fraction(scoring.spread_percent),
        recommended=recommended_amounts(marking.recommended for marking in markings),
    )
