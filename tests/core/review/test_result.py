from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core.programme.document import Criterion, Scoring
from praya.core.programme.parts import Words
from praya.core.review.amount import LineAmount, median_down, recommended_amounts
from praya.core.review.result import (
    Marking,
    result_from_text,
    result_of,
    text_of,
    weighted_mark,
)

SCORING = Scoring(
    highest=5,
    reviews_needed=2,
    pass_percent=Decimal(60),
    spread_percent=Decimal(20),
    criteria=[
        Criterion(code="fit", name=Words(en="Fit"), weight=Decimal(60)),
        Criterion(code="plan", name=Words(en="Plan"), weight=Decimal(40), threshold=Decimal(2)),
    ],
)


def marking(fit: int, plan: int, *cards: int) -> Marking:
    amounts = tuple(LineAmount(number, count) for number, count in enumerate(cards, start=1))
    return Marking({"fit": fit, "plan": plan}, amounts)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        # fit, plan      percent             spread  below      passes further
        ([(4, 3), (5, 2)], (Fraction(74), Fraction(4), (), True, False)),
        ([(5, 5)], (Fraction(100), Fraction(0), (), True, False)),
        ([(0, 0)], (Fraction(0), Fraction(0), ("plan",), False, False)),
        ([(3, 3)], (Fraction(60), Fraction(0), (), True, False)),  # the pass mark itself passes
        ([(3, 2), (3, 3)], (Fraction(56), Fraction(8), (), False, False)),
        ([(5, 1), (5, 2)], (Fraction(72), Fraction(8), ("plan",), False, False)),
        ([(5, 2), (5, 2)], (Fraction(76), Fraction(0), (), True, False)),  # so does the threshold
        ([(4, 4), (3, 3)], (Fraction(70), Fraction(20), (), True, False)),  # as far as may be
        ([(4, 4), (3, 2)], (Fraction(66), Fraction(28), (), True, True)),
        ([(4, 4), (4, 4), (3, 4)], (Fraction(76), Fraction(12), (), True, False)),
        ([(5, 5), (4, 5), (4, 5)], (Fraction(92), Fraction(12), (), True, False)),
    ],
)
def test_marks_become_one_result(marks, expected):
    result = result_of(SCORING, [marking(*pair) for pair in marks])

    assert (
        result.mark,
        result.spread,
        result.below,
        result.passes,
        result.wants_further_review,
    ) == expected


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9), st.integers(0, 9)),
        max_size=4,
    )
)
def test_a_result_is_read_from_its_text_as_it_was(marks):
    result = result_of(SCORING, [marking(*one) for one in marks])

    assert result_from_text(text_of(result)) == result


def test_without_a_review_there_is_no_mark():
    result = result_of(SCORING, [])

    assert (result.mark, result.passes, result.is_complete) == (None, False, False)


def test_a_third_of_a_mark_stays_exact():
    result = result_of(SCORING, [marking(4, 4), marking(4, 4), marking(3, 4)])

    assert result.means["fit"] == Fraction(11, 3)


@pytest.mark.parametrize(
    ("values", "median"), [([8], 8), ([8, 5], 6), ([1, 100, 3], 3), ([4, 4, 7, 9], 5), ([0, 1], 0)]
)
def test_a_median_between_two_is_rounded_down(values, median):
    assert median_down(values) == median


def test_a_line_is_recommended_by_those_who_spoke_on_it():
    reviews = [
        [LineAmount(1, 8), LineAmount(2, 4, 900)],
        [LineAmount(1, 5), LineAmount(2, 4, 500)],
        [LineAmount(1, 1)],
    ]

    assert recommended_amounts(reviews) == {1: LineAmount(1, 5), 2: LineAmount(2, 4, 700)}


points = st.integers(0, 5)
markings = st.lists(st.builds(marking, points, points, st.integers(0, 64)), min_size=1, max_size=6)


@given(markings, st.randoms(use_true_random=False))
def test_the_order_of_reviews_does_not_matter(reviews, random):
    shuffled = list(reviews)
    random.shuffle(shuffled)

    assert result_of(SCORING, shuffled) == result_of(SCORING, reviews)


@given(markings)
def test_the_mark_is_the_mean_of_the_reviewers_own_marks(reviews):
    result = result_of(SCORING, reviews)
    alone = [weighted_mark(SCORING, review.points) for review in reviews]

    assert result.mark == sum(alone) / len(alone)
    assert 0 <= result.mark <= 100


@given(markings)
def test_the_recommendation_lies_between_the_reviewers(reviews):
    recommended = result_of(SCORING, reviews).recommended[1].cards
    said = [review.recommended[0].cards for review in reviews]

    assert min(said) <= recommended <= max(said)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=9))
def test_full_marks_are_a_hundred_percent_under_any_weights(parts):
    rest = [Decimal(100)]
    for part in parts:
        cut = min(Decimal(part), rest[0])
        rest[0] -= cut
        rest.append(cut)
    scoring = Scoring(
        highest=7,
        criteria=[
            Criterion(code=f"c{number}", name=Words(en="C"), weight=weight)
            for number, weight in enumerate(rest)
        ],
    )

    assert weighted_mark(scoring, dict.fromkeys((c.code for c in scoring.criteria), 7)) == 100
