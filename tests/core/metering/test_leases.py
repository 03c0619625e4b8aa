"""A lease day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from praya.core.metering import Lease, lease_days
from praya.core.quantity import Money

FIRST_ON = date(2026, 3, 1)


def days_of(*, from_day: int, to_day: int, price_minor: int = 33, rate_bp: int = 7000, cards=1):
    return list(
        lease_days(
            Lease(device_model="h800", cards=cards, first_on=FIRST_ON, rate_bp=rate_bp),
            from_on=FIRST_ON + timedelta(days=from_day),
            to_on=FIRST_ON + timedelta(days=to_day),
            price_on=lambda day: Money(price_minor + day.day % 3, "HKD"),
        )
    )


def test_days_take_the_difference_of_sums_so_that_rounding_does_not_drift():
    days = list(
        lease_days(
            Lease(device_model="h800", cards=1, first_on=FIRST_ON, rate_bp=7000),
            from_on=FIRST_ON,
            to_on=FIRST_ON + timedelta(days=2),
            price_on=lambda _: Money(33, "HKD"),
        )
    )

    assert [day.rating.subsidy.minor for day in days] == [554, 554, 555]
    assert [day.rating.list_price.minor for day in days] == [792, 792, 792]
    assert [day.rating.time.seconds for day in days] == [86_400, 86_400, 86_400]


@given(
    cut=st.integers(0, 40),
    price_minor=st.integers(0, 5000),
    rate_bp=st.integers(0, 10_000),
    cards=st.integers(1, 40),
)
def test_asking_in_two_parts_gives_the_same_days(cut, price_minor, rate_bp, cards):
    facts = {"price_minor": price_minor, "rate_bp": rate_bp, "cards": cards}
    whole = days_of(from_day=0, to_day=40, **facts)

    parts = days_of(from_day=0, to_day=cut, **facts) + days_of(from_day=cut + 1, to_day=40, **facts)

    assert parts == whole
    listed = sum(day.rating.list_price.minor for day in whole)
    assert sum(day.rating.subsidy.minor for day in whole) == listed * rate_bp // 10_000


def test_a_span_that_has_not_begun_has_no_days():
    assert days_of(from_day=3, to_day=2) == []
