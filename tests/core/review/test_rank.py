from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core.programme.document import Criterion, Scoring
from praya.core.programme.parts import Words
from praya.core.quantity import Money
from praya.core.review.rank import Standing, paid_until, ranked
from praya.core.review.result import Marking, result_of

SCORING = Scoring(
    highest=10,
    criteria=[
        Criterion(code="a", name=Words(en="A"), weight=Decimal(25)),
        Criterion(code="b", name=Words(en="B"), weight=Decimal(50)),
        Criterion(code="c", name=Words(en="C"), weight=Decimal(25)),
    ],
)
MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)


def standing(code: str, *points: int, hours: int = 0) -> Standing:
    markings = [Marking(dict(zip("abc", points, strict=True)))] if points else []
    return Standing(code, MORNING + timedelta(hours=hours), result_of(SCORING, markings))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (standing("B", 8, 8, 8), standing("A", 7, 8, 8)),  # the higher mark
        (standing("B", 4, 8, 4), standing("A", 8, 6, 4)),  # the same mark, more on the heaviest
        (standing("B", 6, 5, 4), standing("A", 4, 5, 6)),  # then on the earlier of the equal
        (standing("B", 5, 5, 5), standing("A", 5, 5, 5, hours=1)),  # then who came first
        (standing("A", 5, 5, 5), standing("B", 5, 5, 5)),  # then the code
        (standing("B", 0, 0, 0), standing("A")),  # no mark stands last
        (standing("A"), standing("B")),
    ],
)
def test_ties_are_broken_in_the_documented_order(first, second):
    assert ranked(SCORING, [second, first]) == [first, second]
    assert ranked(SCORING, [first, second]) == [first, second]


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 2)), max_size=8),
    st.randoms(use_true_random=False),
)
def test_the_rank_does_not_hang_on_the_order_of_arrival(rows, random):
    cases = [standing(f"A{number:02}", *row) for number, row in enumerate(rows)]
    shuffled = list(cases)
    random.shuffle(shuffled)

    assert ranked(SCORING, shuffled) == ranked(SCORING, cases)


@pytest.mark.parametrize(
    ("free", "wanted", "paid"),
    [(100, [], 0), (100, [60, 40], 2), (100, [60, 41, 1], 1), (0, [0, 1], 1), (10, [11], 0)],
)
def test_the_funding_line_stands_before_the_first_that_cannot_be_paid(free, wanted, paid):
    amounts = [Money(minor, "HKD") for minor in wanted]

    assert paid_until(Money(free, "HKD"), amounts) == paid
