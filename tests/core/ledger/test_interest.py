"""Interest by the day: what is cut away is handed on, so no way of reckoning loses a cent."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from praya.core.ledger import Interest, interest

DUE = date(2026, 1, 31)


def flat(bp):
    return lambda _day: bp


def test_a_year_is_the_rate_and_a_day_its_365th():
    one = interest(100_000, after=DUE, until=DUE + timedelta(days=1), rate_bp_on=flat(450))
    year = interest(100_000, after=DUE, until=DUE + timedelta(days=365), rate_bp_on=flat(450))

    assert one == Interest(12, 1_200_000)
    assert year == Interest(4500, 0)
    assert interest(100_000, after=DUE, until=DUE, rate_bp_on=flat(450)) == Interest(0, 0)
    assert interest(100_000, after=DUE, until=date(2026, 1, 1), rate_bp_on=flat(450)).minor == 0


def test_a_rate_takes_over_on_its_day():
    def rate(day):
        return 365 if day < date(2026, 2, 11) else 730

    assert interest(10_000, after=DUE, until=date(2026, 2, 20), rate_bp_on=rate) == Interest(30, 0)


@given(st.integers(0, 10**13), st.lists(st.integers(0, 400), max_size=6), st.integers(0, 10_000))
def test_however_it_is_cut_into_spans_it_comes_to_the_same(principal, spans, bp):
    after, minor, rest = DUE, 0, 0
    for days in spans:
        until = after + timedelta(days=days)
        part = interest(principal, after=after, until=until, rate_bp_on=flat(bp), rest=rest)
        after, minor, rest = until, minor + part.minor, part.rest

    assert interest(principal, after=DUE, until=after, rate_bp_on=flat(bp)) == Interest(minor, rest)
