"""Time that moves between lines, and debts: what is posted, what is refused, what never changes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from praya.core import ledger
from praya.core.ledger import Grant, Line, Posting
from praya.core.programme.changes import gaining_model
from praya.core.quantity import CardTime, Money
from praya.core.refusal import Refusal

SECONDS = st.integers(0, 10**12)


def grant(seconds: int, minor: int, model: str = "h800", currency: str = "HKD") -> Grant:
    return Grant(CardTime(seconds, model), Money(minor, currency))


def hkd(minor: int) -> Money:
    return Money(minor, "HKD")


LINE = Line("H-1.1", "research", free=grant(60, 30), in_flight=grant(40, 20), used=grant(0, 0))
NEXT = replace(LINE, code="H-1.2", free=grant(5, 2))
OTHER = Line(
    "H-1.3",
    "research",
    free=grant(0, 0, "ascend"),
    in_flight=grant(0, 0, "ascend"),
    used=grant(0, 0, "ascend"),
)


def told(postings: tuple[Posting, ...]) -> list[str]:
    return [f"{p.account} {p.amount:+d} {p.commodity}" for p in postings]


def test_a_transfer_moves_time_and_subsidy_between_two_lines():
    assert told(ledger.transfer(LINE, NEXT, grant(20, 10))) == [
        "award/H-1.1/free -10 HKD",
        "award/H-1.1/free -20 h800·s",
        "award/H-1.2/free +10 HKD",
        "award/H-1.2/free +20 h800·s",
    ]


def test_an_exchange_gives_time_back_and_takes_other_time():
    assert told(ledger.exchange(LINE, OTHER, grant(20, 10), CardTime(30, "ascend"))) == [
        "award/H-1.1/free -10 HKD",
        "award/H-1.1/free -20 h800·s",
        "award/H-1.3/free +10 HKD",
        "award/H-1.3/free +30 ascend·s",
        "outside -30 ascend·s",
        "outside +20 h800·s",
    ]


def test_a_debt_is_claimed_paid_and_given_up():
    assert told(ledger.recover("H-1", "research", hkd(50))) == [
        "claim/research -50 HKD",
        "debt/H-1 +50 HKD",
    ]
    assert told(ledger.repay("H-1", "research", hkd(50), hkd(30))) == [
        "debt/H-1 -30 HKD",
        "pool/research +30 HKD",
    ]
    assert told(ledger.write_off("H-1", "research", hkd(20), hkd(20))) == [
        "debt/H-1 -20 HKD",
        "written-off/research +20 HKD",
    ]


def test_what_a_year_left_goes_back_to_where_it_was_voted():
    assert told(ledger.lapse("research", hkd(50), hkd(30))) == [
        "outside/research +30 HKD",
        "pool/research -30 HKD",
    ]


def test_a_debt_is_set_off_against_a_line_of_a_newer_award():
    assert told(ledger.set_off(LINE, grant(6, 3), "H-0", "research", hkd(5))) == [
        "award/H-1.1/free -3 HKD",
        "award/H-1.1/free -6 h800·s",
        "debt/H-0 -3 HKD",
        "outside +6 h800·s",
        "pool/research +3 HKD",
        "set-off/research +3 HKD",
    ]


CLOSED = replace(NEXT, is_closed=True)
FOREIGN = replace(NEXT, code="H-1.4", pool="outreach")


@pytest.mark.parametrize(
    ("post", "code"),
    [
        # Each row breaks what stands above it as well, but for that: the order of the promise.
        (lambda: ledger.transfer(CLOSED, CLOSED, grant(99, 99, "x")), "book.same_line"),
        (lambda: ledger.transfer(CLOSED, FOREIGN, grant(99, 99, "x")), "book.wrong_commodity"),
        (lambda: ledger.transfer(LINE, OTHER, grant(99, 99)), "book.wrong_commodity"),
        (lambda: ledger.transfer(LINE, CLOSED, grant(99, 99)), "book.line_closed"),
        (lambda: ledger.transfer(LINE, FOREIGN, grant(99, 99)), "book.other_pools"),
        (lambda: ledger.transfer(LINE, NEXT, grant(61, 31)), "book.exhausted"),
        (
            lambda: ledger.exchange(LINE, NEXT, grant(61, 31), CardTime(0, "ascend")),
            "book.wrong_commodity",
        ),
        (
            lambda: ledger.exchange(LINE, OTHER, grant(61, 31), CardTime(0, "ascend")),
            "book.exhausted",
        ),
        (
            lambda: ledger.exchange(LINE, OTHER, grant(1, 0), CardTime(0, "ascend")),
            "book.amount_not_positive",
        ),
        (
            lambda: ledger.repay("H-1", "research", hkd(1), Money(2, "EUR")),
            "book.wrong_commodity",
        ),
        (lambda: ledger.repay("H-1", "research", hkd(1), hkd(2)), "book.debt_exhausted"),
        (lambda: ledger.write_off("H-1", "research", hkd(1), hkd(2)), "book.debt_exhausted"),
        (
            lambda: ledger.set_off(CLOSED, grant(99, 99, "x"), "H-0", "research", hkd(1)),
            "book.wrong_commodity",
        ),
        (
            lambda: ledger.set_off(CLOSED, grant(99, 99), "H-0", "research", hkd(1)),
            "book.line_closed",
        ),
        (
            lambda: ledger.set_off(LINE, grant(61, 31), "H-0", "research", hkd(1)),
            "book.exhausted",
        ),
        (
            lambda: ledger.set_off(LINE, grant(1, 2), "H-0", "research", hkd(1)),
            "book.debt_exhausted",
        ),
        (lambda: ledger.lapse("research", hkd(1), Money(2, "EUR")), "book.wrong_commodity"),
        (lambda: ledger.lapse("research", hkd(1), hkd(2)), "book.pool_exhausted"),
    ],
)
def test_refusals_come_in_the_order_promised(post, code):
    with pytest.raises(Refusal) as refusal:
        post()

    assert refusal.value.code == code


@given(free=SECONDS, minor=SECONDS, parts=st.lists(SECONDS, max_size=6))
def test_moving_in_parts_never_moves_more_subsidy_than_there_is(free, minor, parts):
    line = replace(LINE, free=grant(free, minor))
    moved = grant(0, 0)
    for part in parts:
        time = CardTime(min(part, line.free.time.seconds), "h800")
        share = ledger.share_of_free(line, time)
        postings = ledger.transfer(line, NEXT, Grant(time, share)) if time.seconds else ()
        assert ledger.balanced(postings)
        moved += Grant(time, share)
        line = replace(line, free=line.free - Grant(time, share))

    assert line.free + moved == grant(free, minor)
    assert line.free.subsidy.minor >= 0
    if line.free.time.seconds == 0 and free:
        assert line.free.subsidy.minor == 0


RATES = st.fractions(min_value=Fraction(1, 100), max_value=100, max_denominator=10**6)


@given(seconds=SECONDS, rate=RATES, back=RATES)
def test_no_round_trip_creates_time(seconds, rate, back):
    """Rates whose round gains are refused by the reader of the programme file."""
    if gaining_model({("a", "b"): rate, ("b", "a"): back}) is not None:
        assert rate * back > 1
        return

    there = ledger.exchanged(CardTime(seconds, "a"), rate=rate, into="b")
    home = ledger.exchanged(there, rate=back, into="a")

    assert home.seconds <= seconds


@given(rates=st.lists(RATES, min_size=3, max_size=3))
def test_a_round_of_three_gains_exactly_when_its_product_does(rates):
    round_ = dict(zip([("a", "b"), ("b", "c"), ("c", "a")], rates, strict=True))
    product = rates[0] * rates[1] * rates[2]

    assert (gaining_model(round_) is not None) == (product > 1)
