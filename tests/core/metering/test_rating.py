"""Held time at a price."""

from hypothesis import given
from hypothesis import strategies as st

from praya.core.metering import Rating, charged_seconds, rate, worst_case_seconds
from praya.core.quantity import CardTime, Money

seconds = st.integers(0, 10**9)
prices = st.integers(0, 10**6)
rates = st.integers(0, 10_000)


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


def test_rate_rounds_list_and_subsidy_down_and_leaves_the_rest_to_the_user():
    rating = rate(CardTime(7, "h800"), per_hour=hkd(3000), rate_bp=7000)

    assert rating == Rating(time=CardTime(7, "h800"), list_price=hkd(5), subsidy=hkd(3))
    assert rating.own == hkd(2)


@given(first=seconds, second=seconds, price=prices, rate_bp=rates)
def test_parts_never_cost_the_programme_more_than_the_whole(first, second, price, rate_bp):
    def subsidy(some: int) -> int:
        return rate(CardTime(some, "h800"), per_hour=hkd(price), rate_bp=rate_bp).subsidy.minor

    assert subsidy(first) + subsidy(second) <= subsidy(first + second)


@given(cards=st.integers(1, 64), held_s=seconds, time_limit_s=st.integers(1, 10**6))
def test_a_job_is_never_charged_beyond_its_worst_case(cards, held_s, time_limit_s):
    charged = charged_seconds(cards=cards, held_s=held_s, time_limit_s=time_limit_s)

    assert charged == cards * min(held_s, time_limit_s)
    assert charged <= worst_case_seconds(cards=cards, time_limit_s=time_limit_s)
