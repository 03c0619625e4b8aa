"""Money as it is typed: what is no amount is said to be none, whatever it is."""

from __future__ import annotations

import pytest

from praya.core.quantity import Money


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,234.50", "HKD", 123_450),
        ("1.250", "KWD", 1250),
        ("1200", "VND", 1200),
        ("1e3", "CREDIT", 1000),
        ("-0.05", "HKD", -5),
    ],
)
def test_an_amount_is_read_in_the_minor_unit_of_its_currency(text, currency, minor):
    assert Money.parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    "text",
    ["", "x", "NaN", "sNaN", "-Infinity", "1e9999999", "1e5000", "1e-9999999", "0.001", "9" * 40],
)
def test_what_is_no_amount_is_refused_as_such(text):
    with pytest.raises(ValueError, match=r".*"):
        Money.parse(text, "HKD")
